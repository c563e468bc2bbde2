import { type Bucketing, bucketSpans, DAY_US, minutesUs, WEEK_US, weekShiftUs } from '../../query/bucket-starts.ts';
import { localStartUs, type OffsetSpan } from '../../query/time-zone.ts';
import type { Dialect, SqlCell } from './dialect.ts';

export interface BucketSql {
  /** The bucket of a row by its column of time: an integer, equal for all calls of one bucket and growing with time. */
  readonly sql: (column: 'started_at' | 'hour') => string;
  /** The instant at which a bucket begins. */
  readonly startUs: (bucket: SqlCell) => number;
}

/**
 * Buckets by the local clock. The store only adds whole microseconds; where the offsets change and where a local day
 * begins is computed here, so the hour that daylight saving repeats is two buckets and the one it skips is none.
 */
export function bucketSql(query: Bucketing, dialect: Dialect): BucketSql {
  const { grain } = query;
  if (grain === 'none') return { sql: () => '0', startUs: () => query.fromUs };
  const spans = bucketSpans(query);
  const { quotient } = dialect;
  const inUs = (expression: (us: string) => string) => (column: string) => expression(dialect.epochUs(column));
  const local = (us: string) => `(${us} + ${bySpan(spans, us, (span) => String(span.offsetUs))})`;
  const startOf = (toLocal: (bucket: number) => number) => (bucket: SqlCell) =>
    localStartUs(spans, toLocal(Number(bucket)));
  switch (grain) {
    case 'minute':
    case 'hour': {
      const unit = minutesUs(query);
      const start = (us: string) => (span: OffsetSpan) =>
        `greatest(${quotient(`(${us} + ${span.offsetUs + DAY_US})`, String(unit))} * ${unit} - ${span.offsetUs + DAY_US}, ${span.fromUs})`;
      return { sql: inUs((us) => bySpan(spans, us, start(us))), startUs: Number };
    }
    case 'day':
      return {
        sql: inUs((us) => quotient(`(${local(us)} + ${DAY_US})`, String(DAY_US))),
        startUs: startOf((bucket) => bucket * DAY_US - DAY_US),
      };
    case 'week': {
      const shift = weekShiftUs(query);
      return {
        sql: inUs((us) => quotient(`(${local(us)} + ${shift})`, String(WEEK_US))),
        startUs: startOf((bucket) => bucket * WEEK_US - shift),
      };
    }
    case 'month':
    case 'quarter':
    case 'year':
      return {
        sql: inUs((us) => dialect.startOf(grain, local(us))),
        startUs: startOf((bucket) => bucket),
      };
    default:
      return grain satisfies never;
  }
}

function bySpan(spans: readonly OffsetSpan[], us: string, expression: (span: OffsetSpan) => string): string {
  const last = spans.at(-1) as OffsetSpan;
  if (spans.length === 1) return `(${expression(last)})`;
  const cases = spans.slice(0, -1).map((span) => `WHEN ${us} < ${span.toUs} THEN ${expression(span)}`);
  return `(CASE ${cases.join(' ')} ELSE ${expression(last)} END)`;
}
