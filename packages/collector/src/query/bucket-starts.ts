import { localStartUs, type OffsetSpan, offsetSpans } from './time-zone.ts';
import type { UsageQuery } from './usage-query.ts';

const MINUTE_US = 60_000_000;
export const HOUR_US = 60 * MINUTE_US;
export const DAY_US = 24 * HOUR_US;
export const WEEK_US = 7 * DAY_US;
/** Longest of all buckets, so that the start of the first one is inside the spans. */
const YEAR_MARGIN_US = 366 * DAY_US;

/** What of a question decides its buckets. */
export type Bucketing = Pick<UsageQuery, 'fromUs' | 'toUs' | 'timezone' | 'grain' | 'bucketMinutes' | 'weekStart'>;

/** 1970-01-01 was a Thursday. A week more keeps local times of 1970 positive, so that whole division rounds down. */
export function weekShiftUs({ weekStart }: Bucketing): number {
  return WEEK_US + (weekStart === 'sunday' ? 4 : 3) * DAY_US;
}

export function minutesUs({ grain, bucketMinutes }: Bucketing): number {
  return grain === 'hour' ? HOUR_US : (bucketMinutes ?? 1) * MINUTE_US;
}

/** The offsets that the buckets of a question need, back to the start of the first one. */
export function bucketSpans({ timezone, grain, fromUs, toUs }: Bucketing): readonly OffsetSpan[] {
  const long = grain === 'quarter' || grain === 'year';
  return offsetSpans(timezone, long ? fromUs - YEAR_MARGIN_US : fromUs, toUs);
}

/** The start of every bucket that `[fromUs, toUs)` touches, in order; `undefined` when there are more than `max`. */
export function bucketStarts(query: Bucketing, max: number): number[] | undefined {
  if (query.grain === 'none') return [query.fromUs];
  const spans = bucketSpans(query);
  const starts: number[] = [];
  for (const start of query.grain === 'minute' || query.grain === 'hour'
    ? clockStarts(query, spans)
    : calendarStarts(query, spans)) {
    if (start === starts.at(-1)) continue;
    if (starts.length === max) return undefined;
    starts.push(start);
  }
  return starts;
}

/** A change of the clock begins a bucket of its own, as the buckets of calls do. */
function* clockStarts(query: Bucketing, spans: readonly OffsetSpan[]): Generator<number> {
  const unit = minutesUs(query);
  for (const span of spans) {
    const shift = span.offsetUs + DAY_US;
    const fromUs = Math.max(span.fromUs, query.fromUs);
    for (
      let at = Math.floor((fromUs + shift) / unit) * unit - shift;
      at < Math.min(span.toUs, query.toUs);
      at += unit
    ) {
      if (at + unit > fromUs) yield Math.max(at, span.fromUs);
    }
  }
}

function* calendarStarts(query: Bucketing, spans: readonly OffsetSpan[]): Generator<number> {
  const first = spans.find((span) => query.fromUs < span.toUs) ?? (spans.at(-1) as OffsetSpan);
  for (let local = bucketOf(query, query.fromUs + first.offsetUs); ; local = nextOf(query, local)) {
    const start = localStartUs(spans, local);
    if (start >= query.toUs) return;
    // A day that the zone has left out begins where the next one does.
    if (localStartUs(spans, nextOf(query, local)) > start) yield start;
  }
}

/** The local time at which the bucket of a local time begins. */
function bucketOf(query: Bucketing, localUs: number): number {
  const date = new Date(Math.floor(localUs / 1000));
  switch (query.grain) {
    case 'week': {
      const shift = weekShiftUs(query);
      return Math.floor((localUs + shift) / WEEK_US) * WEEK_US - shift;
    }
    case 'month':
      return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1) * 1000;
    case 'quarter':
      return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - (date.getUTCMonth() % 3), 1) * 1000;
    case 'year':
      return Date.UTC(date.getUTCFullYear(), 0, 1) * 1000;
    default:
      return Math.floor(localUs / DAY_US) * DAY_US;
  }
}

function nextOf(query: Bucketing, localUs: number): number {
  const months = { month: 1, quarter: 3, year: 12 }[query.grain as 'month'] as number | undefined;
  if (months === undefined) return localUs + (query.grain === 'week' ? WEEK_US : DAY_US);
  const date = new Date(localUs / 1000);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1) * 1000;
}
