import { attoFromInteger, formatMoney } from '@costspan/usage';
import { divideHalfEven } from '../../query/divide-half-even.ts';
import { type Metric, metricUnit, nothing } from '../../query/metrics.ts';
import type { UsageCell } from '../../query/usage-query.ts';
import type { SqlCell } from './dialect.ts';

/** The value of a metric from its cells (see `MetricSql.cells`) over `calls` calls: nothing known about some calls is `null`. */
export function readMetric(metric: Metric, cells: readonly SqlCell[], calls: number): UsageCell {
  if (calls === 0) return nothing(metric);
  const [first, ...others] = cells.map((cell) => (cell === null ? null : BigInt(cell as bigint)));
  if (first === undefined || first === null) return null;
  const [under] = others;
  const unit = metricUnit(metric);
  switch (unit) {
    case 'count':
      return wholeNumber(first);
    case 'decimal': {
      const text = formatMoney(attoFromInteger(first));
      return text.includes('.') ? text : wholeNumber(BigInt(text));
    }
    case 'money':
      return formatMoney(attoFromInteger(others.reduce<bigint>((rest, part) => rest - (part ?? 0n), first)));
    case 'money_per_call':
      return isNothing(under) ? null : formatMoney(attoFromInteger(divideHalfEven(first, under)));
    case 'ratio':
      return isNothing(under) ? null : Number(first) / Number(under);
    case 'rate':
      // The duration is in microseconds.
      return isNothing(under) ? null : (Number(first) * 1e6) / Number(under);
    case 'ms':
      if (others.length === 0) return Number(first) / 1000;
      return isNothing(under) ? null : Math.round(Number(first) / Number(under)) / 1000;
    default:
      return unit satisfies never;
  }
}

function isNothing(value: bigint | null | undefined): value is null | undefined | 0n {
  return value === null || value === undefined || value === 0n;
}

function wholeNumber(value: bigint): number | string {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value.toString();
}
