import type * as cog from '@grafana/grafana-foundation-sdk/cog';
import { DataqueryBuilder, PromQueryFormat, QueryEditorMode } from '@grafana/grafana-foundation-sdk/prometheus';
import type { DataSource } from './dashboard-spec.ts';
import { isPrometheus, type LedgerQuery, type PanelSpec, type Query } from './panel-spec.ts';
import { SOURCE_UID } from './source-variable.ts';

/** The query of a panel as its JSON holds it. Stats and tables ask for one instant, the end of the time range. */
export function buildQuery(
  query: Query,
  kind: PanelSpec['kind'],
  index: number,
  source: DataSource,
): cog.Builder<cog.Dataquery> {
  const refId = String.fromCharCode('A'.charCodeAt(0) + index);
  if (!isPrometheus(query)) return ledgerQuery(query, refId, source);
  const builder = new DataqueryBuilder()
    .refId(refId)
    .datasource({ type: source, uid: SOURCE_UID })
    .editorMode(QueryEditorMode.Code)
    .expr(query.expr)
    .legendFormat(query.legend ?? '__auto')
    .format(kind === 'table' ? PromQueryFormat.Table : PromQueryFormat.TimeSeries);
  return kind === 'timeseries' ? builder.range() : builder.instant();
}

function ledgerQuery(query: LedgerQuery, refId: string, source: DataSource): cog.Builder<cog.Dataquery> {
  const { about, metrics = [], groupBy = [], filters = [], grain = 'none', limit = 20 } = query;
  const built =
    about === 'quota'
      ? { about, filters, limit }
      : { about, metrics: [...metrics], groupBy: [...groupBy], filters: [...filters], grain, limit };
  return {
    build: () => ({
      refId,
      datasource: { type: source, uid: SOURCE_UID },
      ...built,
      _implementsDataqueryVariant: () => {},
    }),
  };
}
