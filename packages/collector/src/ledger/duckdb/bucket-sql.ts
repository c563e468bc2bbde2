import { localStartUs, type OffsetSpan, offsetSpans } from '../../query/time-zone.ts';
import type { UsageQuery } from '../../query/usage-query.ts';
import type { SqlCell } from './database.ts';

const MINUTE_US = 60_000_000;
const HOUR_US = 60 * MINUTE_US;
const DAY_US = 24 * HOUR_US;
const WEEK_US = 7 * DAY_US;
/** 1970-01-01 was a Thursday; weeks begin on Monday. Also keeps local times of 1970 positive, so `//` rounds down. */
const MONDAY_SHIFT_US = WEEK_US + 3 * DAY_US;

export interface BucketSql {
  /** The bucket of a call: an integer, equal for all calls of one bucket and growing with time. */
  readonly sql: string;
  /** The instant at which a bucket begins. */
  readonly startUs: (bucket: SqlCell) => number;
}

/**
 * Buckets by the local clock. DuckDB only adds whole microseconds; where the offsets change and where a local day
 * begins is computed here, so the hour that daylight saving repeats is two buckets and the one it skips is none.
 */
export function bucketSql({ grain, timezone, fromUs, toUs }: UsageQuery): BucketSql {
  if (grain === 'none') return { sql: '0', startUs: () => fromUs };
  const spans = offsetSpans(timezone, fromUs, toUs);
  const us = 'epoch_us(started_at)';
  switch (grain) {
    case 'minute':
    case 'hour': {
      const unit = grain === 'minute' ? MINUTE_US : HOUR_US;
      const start = (span: OffsetSpan) =>
        `greatest((${us} + ${span.offsetUs + DAY_US}) // ${unit} * ${unit} - ${span.offsetUs + DAY_US}, ${span.fromUs})`;
      return { sql: bySpan(spans, us, start), startUs: Number };
    }
    case 'day':
      return {
        sql: `(${local(spans, us)} + ${DAY_US}) // ${DAY_US}`,
        startUs: (bucket) => localStartUs(spans, Number(bucket) * DAY_US - DAY_US),
      };
    case 'week':
      return {
        sql: `(${local(spans, us)} + ${MONDAY_SHIFT_US}) // ${WEEK_US}`,
        startUs: (bucket) => localStartUs(spans, Number(bucket) * WEEK_US - MONDAY_SHIFT_US),
      };
    case 'month':
      return {
        sql: `epoch_us(date_trunc('month', make_timestamp(${local(spans, us)})))`,
        startUs: (bucket) => localStartUs(spans, Number(bucket)),
      };
    default:
      return grain satisfies never;
  }
}

function local(spans: readonly OffsetSpan[], us: string): string {
  return `(${us} + ${bySpan(spans, us, (span) => String(span.offsetUs))})`;
}

function bySpan(spans: readonly OffsetSpan[], us: string, expression: (span: OffsetSpan) => string): string {
  const last = spans.at(-1) as OffsetSpan;
  if (spans.length === 1) return `(${expression(last)})`;
  const cases = spans.slice(0, -1).map((span) => `WHEN ${us} < ${span.toUs} THEN ${expression(span)}`);
  return `(CASE ${cases.join(' ')} ELSE ${expression(last)} END)`;
}
