import { billedNames } from '@costspan/pricing';
import { attoFromInteger, formatMoney, type Meter } from '@costspan/usage';
import type { Field } from '../query/fields.ts';
import { formatInstantUs } from '../query/instants.ts';
import type { Grain, Metric, UsageQuery, UsageRow } from '../query/usage-query.ts';
import { isMetric } from '../query/usage-query.ts';
import type { PricedCall } from './ledger.ts';
import type { Kept } from './reference-ledger.contract.ts';

interface Group {
  readonly names: readonly string[];
  readonly rows: Kept[];
}

/** The rows of an answer: groups in order, the fold last, bucket by bucket. */
export function answerRows(found: readonly Kept[], query: UsageQuery): UsageRow[] {
  const rank = (rows: readonly Kept[]): Comparable => {
    const { field } = query.orderBy;
    return comparable(rows, isMetric(field) ? field : 'cost');
  };
  const sign = query.orderBy.direction === 'asc' ? 1 : -1;
  const groupIndex = query.groupBy.findIndex(({ name }) => name === query.orderBy.field);
  const compare = (a: Group, b: Group): number => {
    if (groupIndex >= 0) {
      const order = sign * compareText(a.names[groupIndex] as string, b.names[groupIndex] as string);
      if (order !== 0) return order;
    } else {
      const order = compareUnknownLast(rank(a.rows), rank(b.rows), query.orderBy.field === 'time' ? -1 : sign);
      if (order !== 0) return order;
    }
    for (const [index, name] of a.names.entries()) {
      const order = compareText(name, b.names[index] as string);
      if (order !== 0) return order;
    }
    return 0;
  };
  const groupsOf = (rows: readonly Kept[]): Group[] => {
    const groups = new Map<string, Group>();
    for (const row of rows) {
      const names = query.groupBy.map((field) => fieldOf(row, field) ?? '(untagged)');
      const key = JSON.stringify(names);
      const group = groups.get(key) ?? { names, rows: [] };
      group.rows.push(row);
      groups.set(key, group);
    }
    return [...groups.values()].sort(compare);
  };
  const isFold = (group: Group) => group.names.length > 0 && group.names.every((name) => name === '(other)');
  const alone = new Set(
    groupsOf(found)
      .filter((group) => !isFold(group))
      .slice(0, query.limit)
      .map(({ names }) => JSON.stringify(names)),
  );
  const answer: UsageRow[] = [];
  for (const [startUs, rows] of bucketsOf(found, query)) {
    const time = query.grain === 'none' ? {} : { time: formatInstantUs(startUs) };
    const row = (names: readonly string[], members: readonly Kept[]) => ({
      ...time,
      ...Object.fromEntries(query.groupBy.map(({ name }, index) => [name, names[index] as string])),
      ...values(members, query.metrics),
    });
    const groups = groupsOf(rows);
    const rest: Kept[] = [];
    for (const group of groups) {
      if (query.groupBy.length === 0 || alone.has(JSON.stringify(group.names)))
        answer.push(row(group.names, group.rows));
      else rest.push(...group.rows);
    }
    if (rest.length > 0)
      answer.push(
        row(
          query.groupBy.map(() => '(other)'),
          rest,
        ),
      );
  }
  return answer;
}

function bucketsOf(found: readonly Kept[], query: UsageQuery): [startUs: number, rows: Kept[]][] {
  const startOf = bucketStarts(query.grain, query.timezone);
  const buckets = new Map<number, Kept[]>();
  for (const row of found) {
    const start = startOf(row.call.startedAtUs);
    buckets.set(start, [...(buckets.get(start) ?? []), row]);
  }
  const sign = query.orderBy.field === 'time' && query.orderBy.direction === 'desc' ? -1 : 1;
  return [...buckets].sort(([a], [b]) => sign * (a - b));
}

const QUARTER_US = 15 * 60 * 1_000_000;

/** Walks back from a call in quarter hours for as long as the wall calendar shows the same bucket. */
function bucketStarts(grain: Grain, timezone: string): (us: number) => number {
  if (grain === 'none') return () => 0;
  if (grain === 'minute') return (us) => us - (us % 60_000_000);
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    timeZoneName: 'longOffset',
  });
  const label = (us: number): string => {
    const part = Object.fromEntries(format.formatToParts(us / 1000).map(({ type, value }) => [type, value]));
    switch (grain) {
      case 'hour':
        return `${part['year']}-${part['month']}-${part['day']} ${part['hour']} ${part['timeZoneName']}`;
      case 'day':
        return `${part['year']}-${part['month']}-${part['day']}`;
      case 'week': {
        const day = Date.UTC(Number(part['year']), Number(part['month']) - 1, Number(part['day']));
        return String(day - ((new Date(day).getUTCDay() + 6) % 7) * 86_400_000);
      }
      case 'month':
        return `${part['year']}-${part['month']}`;
      default:
        return grain satisfies never;
    }
  };
  const starts = new Map<string, number>();
  return (us) => {
    const own = label(us);
    let start = starts.get(own);
    if (start === undefined) {
      start = us - (us % QUARTER_US);
      while (label(start - QUARTER_US) === own) start -= QUARTER_US;
      starts.set(own, start);
    }
    return start;
  };
}

type Comparable = bigint | number | null;

function comparable(rows: readonly Kept[], metric: Metric): Comparable {
  const value = sum(rows, metric);
  return value === undefined ? null : value;
}

function compareUnknownLast(a: Comparable, b: Comparable, sign: number): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  return a === b ? 0 : a < b ? -sign : sign;
}

function compareText(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** Every metric over some calls, as it goes over the wire. */
export function values(rows: readonly Kept[], metrics: readonly Metric[]): UsageRow {
  return Object.fromEntries(metrics.map((metric) => [metric, present(metric, sum(rows, metric), rows.length)]));
}

function present(metric: Metric, value: bigint | number | undefined, calls: number): string | number | null {
  const isMoney = metric === 'cost' || metric === 'list_cost';
  if (metric.startsWith('duration_ms')) return value === undefined ? null : Math.round(Number(value)) / 1000;
  if (value === undefined) return calls > 0 ? null : isMoney ? '0' : 0;
  if (isMoney) return formatMoney(attoFromInteger(value as bigint));
  const text = metric === 'seconds' ? formatMoney(attoFromInteger(value as bigint)) : String(value);
  return /^\d+$/.test(text) && BigInt(text) <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(text) : text;
}

/** `undefined` when no row knows it. Money and seconds at 10⁻¹⁸, durations in microseconds. */
function sum(rows: readonly Kept[], metric: Metric): bigint | number | undefined {
  const durations = rows.map(({ call }) => call.durationUs).sort((a, b) => a - b);
  switch (metric) {
    case 'calls':
      return BigInt(rows.length);
    case 'errors':
      return BigInt(rows.filter(({ call }) => call.outcome === 'error').length);
    case 'unpriced_calls':
      return BigInt(rows.filter(isUnpriced).length);
    case 'cost':
      return add(rows.map(({ cost }) => (cost.currency === 'USD' ? cost.total : undefined)));
    case 'list_cost':
      return add(
        rows.map(({ cost }) =>
          cost.currency === 'USD' ? (cost.list ?? cost.computed?.total ?? cost.total) : undefined,
        ),
      );
    case 'duration_ms_avg':
      return rows.length === 0 ? undefined : Number(add(durations.map(BigInt))) / rows.length;
    case 'duration_ms_p50':
      return durations[Math.max(0, Math.ceil(durations.length * 0.5) - 1)];
    case 'duration_ms_p95':
      return durations[Math.max(0, Math.ceil(durations.length * 0.95) - 1)];
    default:
      return add(rows.map(({ call }) => meterOf(call.usage.meters, metric)));
  }
}

/** A call that is not in a sum of costs: its cost is unknown, or in another currency. */
export function isUnpriced({ cost }: PricedCall): boolean {
  return cost.total === undefined || cost.currency !== 'USD';
}

function meterOf(meters: { readonly [M in Meter]?: number }, meter: Meter): bigint | undefined {
  const count = meters[meter];
  if (count === undefined) return undefined;
  if (meter !== 'seconds') return BigInt(count);
  const [whole, fraction = ''] = String(count).split('.');
  return BigInt(whole as string) * 10n ** 18n + BigInt(fraction.padEnd(18, '0'));
}

function add(parts: readonly (bigint | undefined)[]): bigint | undefined {
  const known = parts.filter((part) => part !== undefined);
  return known.length === 0 ? undefined : known.reduce((whole, part) => whole + part, 0n);
}

/** What a call has in a field; `undefined` when nothing. */
export function fieldOf({ call, cost }: PricedCall, field: Field): string | undefined {
  if (field.kind === 'tag') return call.tags[field.key];
  const own: Readonly<Record<string, string | undefined>> = {
    provider: call.provider,
    model: billedNames(call).model,
    request_model: call.requestModel,
    operation: call.operation,
    outcome: call.outcome,
    service: call.serviceName,
    cost_status: cost.status,
    usage_status: call.usage.status,
  };
  return field.column in own ? own[field.column] : call.tags[field.column];
}
