// Runs before anything of Grafana is evaluated: @grafana/runtime reads its settings from `window` while it is imported.
import { chosenTheme } from './theme-choice.ts';

const body = document.body.dataset;
const language = body['language'] ?? navigator.language;
const timezone = body['timezone'] ?? 'browser';

Object.assign(window, {
  __grafana_public_path__: new URL('public/', document.baseURI).pathname,
  grafanaBootData: {
    assets: { dark: '', light: '' },
    navTree: [],
    settings: {
      appSubUrl: '',
      appUrl: document.baseURI,
      buildInfo: { version: body['grafanaVersion'] ?? '', commit: '', env: 'production', edition: 'Open Source' },
      featureToggles: {},
      datasources: {},
      panels: {},
      apps: {},
      namespace: 'default',
      liveEnabled: false,
      dateFormats: {
        fullDate: 'YYYY-MM-DD HH:mm:ss',
        useBrowserLocale: false,
        interval: {
          millisecond: 'HH:mm:ss.SSS',
          second: 'HH:mm:ss',
          minute: 'HH:mm',
          hour: 'MM-DD HH:mm',
          day: 'MM-DD',
          month: 'YYYY-MM',
          year: 'YYYY',
        },
        defaultTimezone: timezone,
        defaultWeekStart: 'monday',
      },
    },
    user: {
      theme: chosenTheme(),
      timezone,
      orgRole: body['role'] ?? 'Admin',
      isSignedIn: true,
      isGrafanaAdmin: body['role'] === undefined || body['role'] === 'Admin',
      orgId: 1,
      locale: language,
      language,
      regionalFormat: language,
      permissions: {},
      weekStart: 'monday',
    },
  },
});
