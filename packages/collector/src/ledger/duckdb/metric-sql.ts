import type { Meter } from '@costspan/usage';
import type { Metric } from '../../query/usage-query.ts';
import { FRACTION_METER, METER_COLUMNS } from './call-columns.ts';

/** How the cell of a metric is to be read. `decimal` is an integer at 10⁻¹⁸. */
export type MetricUnit = 'count' | 'money' | 'decimal' | 'average_us' | 'us';

export interface MetricSql {
  /** Columns it needs from each call, by alias. Each may be summed within a group beforehand, unless `needsRows`. */
  readonly parts: Readonly<Record<string, string>>;
  /** Over the summed parts (or over the calls themselves). */
  readonly value: string;
  readonly unit: MetricUnit;
  /** It cannot be made from sums. */
  readonly needsRows?: true;
}

const calls: Readonly<Record<string, string>> = { n: '1' };
/** Amounts are in USD; one in another currency is not converted, and its call counts as one that is not in the sum. */
const isUsd = "currency = 'USD'";

export function metricSql(metric: Metric): MetricSql {
  switch (metric) {
    case 'calls':
      return { parts: calls, value: 'sum(n)', unit: 'count' };
    case 'cost':
      return money('cost', 'cost');
    case 'list_cost':
      return money('list', 'coalesce(list_cost, computed_cost, cost)');
    case 'errors':
      return { parts: { errors: "(outcome = 'error')::INTEGER" }, value: 'sum(errors)', unit: 'count' };
    case 'unpriced_calls':
      return { parts: { unpriced: `(cost IS NULL OR NOT ${isUsd})::INTEGER` }, value: 'sum(unpriced)', unit: 'count' };
    case 'duration_ms_avg':
      return { parts: { ...calls, duration: 'duration_us' }, value: 'sum(duration) / sum(n)', unit: 'average_us' };
    case 'duration_ms_p50':
      return quantile('0.5');
    case 'duration_ms_p95':
      return quantile('0.95');
    default:
      return meterSql(metric);
  }
}

function money(alias: string, sql: string): MetricSql {
  return { parts: { [alias]: `CASE WHEN ${isUsd} THEN ${sql} END` }, value: `sum(${alias})`, unit: 'money' };
}

/** The smallest duration that at least this share of the calls does not exceed: always one that was measured. */
function quantile(share: string): MetricSql {
  return {
    parts: { duration: 'duration_us' },
    value: `quantile_disc(duration, ${share})`,
    unit: 'us',
    needsRows: true,
  };
}

const columns: ReadonlySet<string> = new Set(METER_COLUMNS);

function meterSql(meter: Meter): MetricSql {
  const alias = `m_${meter}`;
  if (meter === FRACTION_METER) return { parts: { [alias]: meter }, value: `sum(${alias})`, unit: 'decimal' };
  return {
    parts: { [alias]: columns.has(meter) ? meter : `other_meters['${meter}']` },
    value: `sum(${alias})`,
    unit: 'count',
  };
}
