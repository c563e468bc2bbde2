import { AppPlugin, type AppRootProps, PluginExtensionPoints } from '@grafana/data';
import { LoadingPlaceholder } from '@grafana/ui';
import { lazy, Suspense } from 'react';
import type { Settings } from './app/settings.ts';
import { customerPath } from './extensions/customer-path.ts';
import { APP_PATH } from './plugin-id.ts';

// Grafana loads this file for everybody who opens it. Everything else waits until it is needed.
const LazyApp = lazy(async () => ({ default: (await import('./app/app.tsx')).App }));
const LazyConfiguration = lazy(async () => ({
  default: (await import('./pages/configuration/configuration-page.tsx')).ConfigurationPage,
}));

function Root(_: AppRootProps<Settings>) {
  return (
    <Suspense fallback={<LoadingPlaceholder text="" />}>
      <LazyApp />
    </Suspense>
  );
}

export const plugin = new AppPlugin<Settings>()
  .setRootPage(Root)
  .addConfigPage({
    id: 'configuration',
    title: 'Configuration',
    icon: 'cog',
    body: ({ plugin: { meta } }) => (
      <Suspense fallback={<LoadingPlaceholder text="" />}>
        <LazyConfiguration meta={meta} />
      </Suspense>
    ),
  })
  // Titles and targets stand in plugin.json as well; `check-plugin` holds both together. English, since no text is loaded yet.
  .addLink({
    title: 'Open the customer in Costspan',
    description: 'What this customer costs, for what and for whom',
    targets: [PluginExtensionPoints.DashboardPanelMenu, PluginExtensionPoints.AlertInstanceAction],
    path: `${APP_PATH}/customers`,
    configure: (context) => {
      const path = customerPath(context);
      return path === undefined ? undefined : { path };
    },
  })
  .addLink({
    title: 'Costspan: LLM spend',
    description: 'What LLM calls cost, who causes it and what has changed',
    targets: [PluginExtensionPoints.CommandPalette],
    path: `${APP_PATH}/overview`,
  });
