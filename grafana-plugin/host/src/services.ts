import * as data from '@grafana/data';
import * as runtime from '@grafana/runtime';
import type { ComponentType } from 'react';
import { catchError, from, map, type Observable, of } from 'rxjs';
// Grafana itself fills these two places; npm exports neither setter, so they are reached by file.
import { setPanelRenderer } from '../../node_modules/@grafana/runtime/dist/esm/components/PanelRenderer.mjs';
import { setPluginPage } from '../../node_modules/@grafana/runtime/dist/esm/components/PluginPage.mjs';
import { HostBackendSrv } from './backend-srv.ts';
import { exposedComponent } from './exposed-components.tsx';
import { PANELS } from './panels.tsx';
import { initStandardOptions } from './standard-options.ts';

/** Puts in place what Grafana gives to plugins. Call once, before anything of a plugin is loaded. */
export function initServices(PluginPage: ComponentType<runtime.PluginPageProps>, timeZone: string): void {
  runtime.setBackendSrv(new HostBackendSrv() as unknown as runtime.BackendSrv);
  runtime.setAppEvents(new data.EventBusSrv());
  runtime.setEchoSrv({ addEvent() {}, addBackend() {}, flush() {}, onInteraction: () => () => {} });
  runtime.setLocationSrv({ update() {} });
  runtime.setTemplateSrv({
    replace: (text?: string) => text ?? '',
    getVariables: () => [],
    containsTemplate: () => false,
    updateTimeRange() {},
  });
  runtime.setDataSourceSrv({
    get: () => Promise.reject(new Error('there is no data source here')),
    getList: () => [],
    getInstanceSettings: () => undefined,
    reload() {},
    registerRuntimeDataSource() {},
  } as unknown as runtime.DataSourceSrv);
  runtime.setRunRequest(runRequest as unknown as Parameters<typeof runtime.setRunRequest>[0]);
  runtime.setPluginImportUtils({
    importPanelPlugin: async (id) => panelPlugin(id),
    getPanelPluginFromCache: panelPlugin,
  });
  runtime.setReturnToPreviousHook(() => () => {});
  runtime.setChromeHeaderHeightHook(() => 0);
  runtime.setCurrentUser(currentUser());
  callWhenThere('setMegaMenuOpenHook', () => [false, () => {}]);
  callWhenThere('setPluginLinksHook', () => ({ isLoading: false, links: [] }));
  callWhenThere('setPluginComponentHook', exposedComponent);
  callWhenThere('setPluginComponentsHook', () => ({ isLoading: false, components: [] }));
  callWhenThere('setPluginFunctionsHook', () => ({ isLoading: false, functions: [] }));
  data.setTimeZoneResolver(() => timeZone);
  setPluginPage(PluginPage);
  setPanelRenderer(() => null);
  initStandardOptions();
}

/** Not every Grafana release has every hook. */
function callWhenThere(setter: string, hook: (id: string) => unknown): void {
  const set = (runtime as unknown as Record<string, ((hook: (id: string) => unknown) => void) | undefined>)[setter];
  set?.(hook);
}

type CurrentUser = Parameters<typeof runtime.setCurrentUser>[0];

function currentUser(): CurrentUser {
  return (window as unknown as { grafanaBootData: { user: CurrentUser } }).grafanaBootData.user;
}

const panels = new Map<string, data.PanelPlugin>();

function panelPlugin(id: string): data.PanelPlugin {
  const known = panels.get(id);
  if (known !== undefined) return known;
  const make = PANELS[id];
  if (make === undefined) throw new Error(`there is no panel ${id} here; one of: ${Object.keys(PANELS).join(', ')}`);
  const panel = make();
  const info = { version: '', author: { name: '' }, description: '', links: [], screenshots: [], updated: '' };
  const logos = { small: '', large: '' };
  panel.meta = {
    id,
    name: id,
    sort: 0,
    module: '',
    baseUrl: '',
    type: data.PluginType.panel,
    info: { ...info, logos },
  };
  panels.set(id, panel);
  return panel;
}

type Answer = data.DataQueryResponse;

function runRequest(source: data.DataSourceApi, request: data.DataQueryRequest): Observable<data.PanelData> {
  const answer = source.query(request) as Promise<Answer> | Observable<Answer>;
  const { range: timeRange } = request;
  return from(answer).pipe(
    map(
      (packet: Answer): data.PanelData => ({
        state: packet.state ?? data.LoadingState.Done,
        series: packet.data.map((frame) => data.toDataFrame(frame)),
        annotations: [],
        timeRange,
        request,
        structureRev: 1,
        ...(packet.errors === undefined ? {} : { errors: packet.errors }),
      }),
    ),
    catchError((cause) =>
      of({
        state: data.LoadingState.Error,
        series: [],
        annotations: [],
        timeRange,
        request,
        error: runtime.toDataQueryError(cause),
      }),
    ),
  );
}
