import { AppPlugin, type AppRootProps } from '@grafana/data';
import { LoadingPlaceholder } from '@grafana/ui';
import { lazy, Suspense } from 'react';
import type { Settings } from './app/settings.ts';

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

export const plugin = new AppPlugin<Settings>().setRootPage(Root).addConfigPage({
  id: 'configuration',
  title: 'Configuration',
  icon: 'cog',
  body: ({ plugin: { meta } }) => (
    <Suspense fallback={<LoadingPlaceholder text="" />}>
      <LazyConfiguration meta={meta} />
    </Suspense>
  ),
});
