import './boot.ts';
import './page.css';
import * as emotionCss from '@emotion/css';
import * as emotionReact from '@emotion/react';
import * as data from '@grafana/data';
import * as dataUnstable from '@grafana/data/unstable';
import { initPluginTranslations } from '@grafana/i18n';
import * as runtime from '@grafana/runtime';
import * as runtimeUnstable from '@grafana/runtime/unstable';
import * as ui from '@grafana/ui';
import * as uiUnstable from '@grafana/ui/unstable';
import i18next from 'i18next';
import * as lodash from 'lodash';
import * as moment from 'moment';
import * as React from 'react';
import * as jsxRuntime from 'react/jsx-runtime';
import * as ReactDom from 'react-dom';
import { createRoot } from 'react-dom/client';
import * as router from 'react-router-dom';
import * as redux from 'redux';
import * as rxjs from 'rxjs';
import * as rxjsOperators from 'rxjs/operators';
import { KeyPrompt } from './key-prompt.tsx';
import { importPlugin, shareModules } from './plugin-loader.ts';
import { PluginPage } from './plugin-page.tsx';
import { answerProxyFromHere } from './plugin-proxy.ts';
import { HistoryRouter } from './router.tsx';
import { initServices } from './services.ts';
import { Shell } from './shell.tsx';
import { spokenLanguage } from './spoken-language.ts';

// The part of Grafana that a plugin sees: shared modules, services, theme, router, and a page to stand on.

const { pluginId = '', settings = '{}', direct, timezone = 'browser' } = document.body.dataset;
const { config, locationService, LocationServiceProvider } = runtime;

async function main(): Promise<void> {
  const base = new URL(`public/plugins/${pluginId}/`, document.baseURI);
  // On its way while the rest is put in place.
  const answer = fetch(new URL('plugin.json', base));
  await initPluginTranslations('grafana');
  initServices(PluginPage, timezone);
  shareModules({
    react: React,
    'react/jsx-runtime': jsxRuntime,
    'react-dom': ReactDom,
    lodash: withDefault(lodash),
    moment: withDefault(moment),
    rxjs,
    'rxjs/operators': rxjsOperators,
    '@emotion/css': emotionCss,
    '@emotion/react': emotionReact,
    // Spread only now: some of their exports are filled by the services above.
    '@grafana/data': { ...data },
    '@grafana/data/unstable': dataUnstable,
    '@grafana/runtime': { ...runtime },
    '@grafana/runtime/unstable': runtimeUnstable,
    '@grafana/ui': { ...ui, AppPlugin: data.AppPlugin, PanelPlugin: data.PanelPlugin },
    '@grafana/ui/unstable': uiUnstable,
    'react-router': router,
    // The instance itself: a copy of it would see neither its languages nor what is added to it.
    i18next: { default: i18next, __useDefault: true },
    redux,
  });
  const manifest = (await (await answer).json()) as Manifest;
  const { user } = config.bootData;
  const spoken = await spokenLanguage(manifest, base, user.language);
  document.documentElement.lang = spoken.language;
  document.documentElement.dir = spoken.direction;
  const { small } = manifest.info.logos;
  const meta: data.AppPluginMeta = {
    ...manifest,
    enabled: true,
    pinned: true,
    secureJsonFields: {},
    module: new URL('module.js', base).pathname,
    baseUrl: base.pathname,
    ...(direct === undefined ? (JSON.parse(settings) as object) : { jsonData: { apiUrl: location.origin } }),
    info: { ...manifest.info, logos: { small: new URL(small, base).pathname, large: new URL(small, base).pathname } },
  };
  if (direct !== undefined) answerProxyFromHere(meta.id, manifest.routes ?? []);
  const loaded = await importPlugin(meta.module);
  const plugin = loaded['plugin'] as data.AppPlugin;
  plugin.meta = meta;
  plugin.init(meta);
  createRoot(document.getElementById('root') as HTMLElement).render(
    <data.ThemeContext.Provider value={config.theme2}>
      <ui.GlobalStyles />
      <LocationServiceProvider service={locationService}>
        <HistoryRouter service={locationService}>
          <ui.ModalsProvider>
            <Shell plugin={plugin} meta={meta} role={user.orgRole} pageNames={spoken.pageNames} download={direct} />
            <ui.ModalRoot />
            <KeyPrompt />
          </ui.ModalsProvider>
          <ui.PortalContainer />
        </HistoryRouter>
      </LocationServiceProvider>
    </data.ThemeContext.Provider>,
  );
}

type Manifest = data.AppPluginMeta & {
  readonly languages?: readonly string[];
  readonly routes?: readonly { readonly path: string; readonly url: string }[];
};

/** As Grafana shares CommonJS libraries: the whole is its default as well. */
function withDefault(module: object): object {
  return { ...module, default: (module as { default?: object }).default ?? module, __useDefault: true };
}

main().catch((cause: Error) => {
  document.body.dataset['failed'] = cause.message;
  // The page cannot be drawn; the console is the only place left.
  reportError(cause);
});
