import { DataSourcePlugin } from '@grafana/data';
import { ConfigEditor } from './config-editor.tsx';
import type { LedgerQuery } from './ledger-query.ts';
import { QueryEditor } from './query-editor.tsx';
import { UsageDataSource } from './usage-data-source.ts';

export const plugin = new DataSourcePlugin<UsageDataSource, LedgerQuery>(UsageDataSource)
  .setConfigEditor(ConfigEditor)
  .setQueryEditor(QueryEditor);
