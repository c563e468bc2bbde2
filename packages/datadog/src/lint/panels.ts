import { isJsonObject, type Json, type JsonObject, objectsOf, textOf } from './finding.ts';

/** A widget that is no group, and where it stands. */
export interface Panel {
  readonly at: string;
  readonly type: string;
  readonly definition: JsonObject;
}

/** One `requests[]` entry of a panel. */
export interface PanelRequest {
  readonly at: string;
  readonly request: JsonObject;
}

/** Every widget of a dashboard that shows something, those in groups too. */
export function panelsOf(dashboard: JsonObject): Panel[] {
  return widgetsIn(dashboard['widgets'], 'widgets');
}

function widgetsIn(widgets: Json | undefined, at: string): Panel[] {
  return objectsOf(widgets).flatMap((widget, index) => {
    const definition = widget['definition'];
    if (!isJsonObject(definition)) return [];
    const here = `${at}[${index}].definition`;
    const type = textOf(definition['type']) ?? '';
    return type === 'group' ? widgetsIn(definition['widgets'], `${here}.widgets`) : [{ at: here, type, definition }];
  });
}

export function requestsOf({ at, definition }: Panel): PanelRequest[] {
  return objectsOf(definition['requests']).map((request, index) => ({ at: `${at}.requests[${index}]`, request }));
}

/** The queries of a request that are about metrics. */
export function metricQueriesOf({ at, request }: PanelRequest): { readonly at: string; readonly query: JsonObject }[] {
  return objectsOf(request['queries']).flatMap((query, index) =>
    query['data_source'] === 'metrics' ? [{ at: `${at}.queries[${index}]`, query }] : [],
  );
}
