import { bucketStarts } from './bucket-starts.ts';
import { formatInstantUs } from './instants.ts';
import { nothing } from './metrics.ts';
import { USAGE_ROWS_MAX, type UsageCell, type UsageQuery, type UsageRow } from './usage-query.ts';

/** One row as a store found it, in the order of the answer. */
export interface FoundRow {
  /** It belongs to the period that is compared with. */
  readonly isPrevious: boolean;
  readonly isTotal: boolean;
  /** It holds the groups that do not stand alone. */
  readonly isOther: boolean;
  /** Start of its bucket. */
  readonly startUs: number;
  readonly groups: readonly string[];
  /** Groups there are, when the question asked for a page of them. */
  readonly groupCount: number;
  /** Values that every answer tells. */
  readonly always: UsageRow;
  /** Values of the metrics asked for. */
  readonly values: UsageRow;
}

interface Answer {
  readonly rows: readonly UsageRow[];
  readonly total: UsageRow;
  /** {@link FoundRow.always} of the total of the period asked about. */
  readonly current: UsageRow;
  readonly groupCount: number;
}

/** A row on its way into the answer. */
interface Placed {
  /** Number of its bucket. */
  readonly bucket: number;
  readonly isOther: boolean;
  readonly time: UsageCell;
  readonly groups: readonly string[];
  readonly values: UsageRow;
  previous?: UsageRow;
}

/**
 * The rows and the total of an answer: with the values of the period before beside each, and with the buckets in which
 * nothing happened, where the question asks for them. `undefined` when there would be too many rows.
 *
 * Buckets of two periods stand side by side by their number. What has no counterpart gets a row of its own, so both sides
 * add up; a bucket before that lies beyond the end of this period has the `time` null.
 */
export function usageAnswer(query: UsageQuery, found: readonly FoundRow[]): Answer | undefined {
  const { compare, fill } = query;
  const shown = found.filter((row) => !row.isTotal && !(query.page !== undefined && row.isOther));
  const now = found.find((row) => row.isTotal && !row.isPrevious);
  const before = found.find((row) => row.isTotal && row.isPrevious);
  const total = now?.values ?? zero(query);
  const whole = {
    total: compare === undefined ? total : withPrevious(total, before?.values ?? zero(query)),
    current: now?.always ?? {},
    groupCount: shown[0]?.groupCount ?? now?.groupCount ?? 0,
  };
  if (compare === undefined && fill !== 'zero') {
    return {
      ...whole,
      rows: shown.map((row) => written(query, { ...row, bucket: 0, time: formatInstantUs(row.startUs) })),
    };
  }
  const starts = bucketStarts(query, USAGE_ROWS_MAX);
  const startsBefore = compare === undefined ? [] : bucketStarts({ ...query, ...compare }, USAGE_ROWS_MAX);
  if (starts === undefined || startsBefore === undefined) return undefined;

  const placed = new Map<string, Placed>();
  const place = (row: Omit<Placed, 'time'>): Placed => {
    const start = starts[row.bucket];
    const whole: Placed = { ...row, time: start === undefined ? null : formatInstantUs(start) };
    placed.set(keyOf(row), whole);
    return whole;
  };
  const number = new Map(starts.map((start, index) => [start, index]));
  const numberBefore = new Map(startsBefore.map((start, index) => [start, index]));
  for (const row of shown) if (!row.isPrevious) place({ ...row, bucket: number.get(row.startUs) as number });
  for (const row of shown) {
    if (!row.isPrevious) continue;
    const bucket = numberBefore.get(row.startUs) as number;
    const beside = placed.get(keyOf({ ...row, bucket })) ?? place({ ...row, bucket, values: zero(query) });
    beside.previous = query.grain === 'none' ? row.values : { time: formatInstantUs(row.startUs), ...row.values };
  }
  if (fill === 'zero') {
    const groups = new Map([...placed.values()].map((row) => [keyOf({ ...row, bucket: 0 }), row]));
    if (query.groupBy.length === 0) groups.set('', { bucket: 0, isOther: false, time: null, groups: [], values: {} });
    if (groups.size * starts.length > USAGE_ROWS_MAX) return undefined;
    const missing = [...groups.values()].sort((a, b) => compareGroups(a.groups, b.groups));
    for (let bucket = 0; bucket < starts.length; bucket += 1) {
      for (const group of missing) {
        const row = { bucket, isOther: group.isOther, groups: group.groups, values: zero(query) };
        if (!placed.has(keyOf(row))) place(row);
      }
    }
  }
  const sign = query.orderBy.field === 'time' && query.orderBy.direction === 'desc' ? -1 : 1;
  const order = [...placed.values()].sort(
    (a, b) => sign * (a.bucket - b.bucket) || Number(a.isOther) - Number(b.isOther),
  );
  if (order.length > USAGE_ROWS_MAX) return undefined;
  const rows = order.map((row) => {
    const values = written(query, row);
    if (compare === undefined) return values;
    const start = startsBefore[row.bucket];
    const time = query.grain === 'none' ? {} : { time: start === undefined ? null : formatInstantUs(start) };
    return withPrevious(values, row.previous ?? { ...time, ...zero(query) });
  });
  return { ...whole, rows };
}

function written(query: UsageQuery, row: Pick<Placed, 'time' | 'groups' | 'values' | 'bucket'>): UsageRow {
  return {
    ...(query.grain === 'none' ? {} : { time: row.time }),
    ...Object.fromEntries(query.groupBy.map(({ name }, index) => [name, row.groups[index] as string])),
    ...row.values,
  };
}

function withPrevious(row: UsageRow, previous: UsageRow): UsageRow {
  return { ...row, previous } as unknown as UsageRow;
}

function zero(query: UsageQuery): UsageRow {
  return Object.fromEntries(query.metrics.map((metric) => [metric, nothing(metric)]));
}

function keyOf(row: Pick<Placed, 'bucket' | 'isOther' | 'groups'>): string {
  return JSON.stringify([row.bucket, row.isOther, ...row.groups]);
}

/** By bytes, as stores order texts. */
function compareGroups(a: readonly string[], b: readonly string[]): number {
  const index = a.findIndex((name, at) => name !== b[at]);
  return index < 0 ? 0 : Buffer.compare(Buffer.from(a[index] as string), Buffer.from(b[index] as string));
}
