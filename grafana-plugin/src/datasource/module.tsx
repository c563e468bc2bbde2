import { DataSourcePlugin, type QueryEditorProps } from '@grafana/data';
import { LoadingPlaceholder } from '@grafana/ui';
import { lazy, Suspense } from 'react';
import type { LedgerQuery } from './ledger-query.ts';
import { UsageDataSource } from './usage-data-source.ts';

// This module lies below those of the app, and the parts that both load lie beside the app's.
__webpack_public_path__ = __webpack_public_path__.replace(/datasource\/$/, '');

// Whoever looks at a dashboard needs no editors: they wait until somebody edits.
const LazyQueryEditor = lazy(async () => {
  await translated();
  return { default: (await import('./query-editor.tsx')).QueryEditor };
});
const LazyConfigEditor = lazy(async () => {
  await translated();
  return { default: (await import('./config-editor.tsx')).ConfigEditor };
});

export const plugin = new DataSourcePlugin<UsageDataSource, LedgerQuery>(UsageDataSource)
  .setConfigEditor(() => (
    <Suspense fallback={<LoadingPlaceholder text="" />}>
      <LazyConfigEditor />
    </Suspense>
  ))
  .setQueryEditor((props: QueryEditorProps<UsageDataSource, LedgerQuery>) => (
    <Suspense fallback={<LoadingPlaceholder text="" />}>
      <LazyQueryEditor {...props} />
    </Suspense>
  ));

async function translated(): Promise<unknown> {
  return (await import('../app/translations.ts')).initTranslations();
}
