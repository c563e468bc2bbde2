import type { DataQuery, DataSourceRef } from '@grafana/schema';
import type { Filter } from '../api/usage-question.ts';

/** A panel as Grafana's dashboards and alert rules take it. */
export interface MetricPanel {
  readonly type: 'timeseries';
  readonly title: string;
  readonly description: string;
  readonly datasource: DataSourceRef;
  readonly targets: DataQuery[];
  readonly fieldConfig: { readonly defaults: { readonly unit: string; readonly min: number }; readonly overrides: [] };
}

/** The collector's counters, and their labels: the fields that are bounded in number. */
const COUNTERS: Readonly<Record<string, { readonly name: string; readonly unit: string }>> = {
  cost: { name: 'costspan_cost_usd_total', unit: 'currencyUSD' },
  calls: { name: 'costspan_calls_total', unit: 'short' },
};
const LABELS: ReadonlySet<string> = new Set([
  'customer_id',
  'feature_name',
  'team',
  'environment',
  'provider',
  'model',
  'operation',
]);
const SECONDS_PER_HOUR = 3600;

/**
 * What a page shows of the ledger as a panel over the metrics of the collector, per hour: dashboards refresh by themselves and
 * alert rules need a back end, which the ledger's pages have not. `undefined` when no metric has that field or filter.
 */
export function metricPanel(
  prometheusUid: string,
  asked: { readonly metric: string; readonly by: string; readonly filters: readonly Filter[] },
  texts: { readonly title: string; readonly description: string },
): MetricPanel | undefined {
  const counter = COUNTERS[asked.metric];
  const known = asked.filters.every(({ field, op }) => LABELS.has(field) && op === 'eq');
  if (prometheusUid === '' || counter === undefined || !LABELS.has(asked.by) || !known) return undefined;
  const only = asked.filters.map(({ field, value }) => `${field}=${JSON.stringify(value)}`).join(',');
  const selected = `${counter.name}${only === '' ? '' : `{${only}}`}`;
  const datasource = { type: 'prometheus', uid: prometheusUid };
  const target = {
    refId: 'A',
    datasource,
    expr: `sum by (${asked.by}) (rate(${selected}[$__rate_interval])) * ${SECONDS_PER_HOUR}`,
    legendFormat: `{{${asked.by}}}`,
  };
  return {
    type: 'timeseries',
    ...texts,
    datasource,
    targets: [target],
    fieldConfig: { defaults: { unit: counter.unit, min: 0 }, overrides: [] },
  };
}
