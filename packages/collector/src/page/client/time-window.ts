import type { Range } from './page-state.ts';

export type Grain = 'minute' | 'hour' | 'day' | 'week' | 'month';

/** A half-open stretch of time in whole buckets of the visitor's time zone. Milliseconds since 1970 UTC. */
export interface TimeWindow {
  readonly fromMs: number;
  readonly toMs: number;
  /** Width of a bar. */
  readonly grain: Grain;
  /** Width of a point of the small trend lines. */
  readonly trendGrain: Grain;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/**
 * The window of a range that ends now. Its first bucket is whole and its last one is the current one, so bars are
 * comparable but for the last.
 * @param earliestMs start of the oldest call, for `all`.
 */
export function timeWindow(range: Range, nowMs: number, earliestMs: number): TimeWindow {
  switch (range) {
    case '1h':
      return between(nowMs - HOUR_MS, nowMs, 'minute', 'minute');
    case '24h':
      return between(nowMs - DAY_MS, nowMs, 'hour', 'hour');
    case '7d':
      return between(nowMs - 7 * DAY_MS, nowMs, 'hour', 'day');
    case '30d':
      return between(nowMs - 30 * DAY_MS, nowMs, 'day', 'day');
    case 'all': {
      const grain = grainFor(nowMs - earliestMs);
      return between(Math.min(earliestMs, nowMs - HOUR_MS), nowMs, grain, grain);
    }
  }
}

/** The stretch of the same length before the range, up to the same moment of it: what a change is measured against. */
export function windowBefore(
  range: Range,
  nowMs: number,
): { readonly fromMs: number; readonly toMs: number } | undefined {
  const lengthsMs: Readonly<Record<Range, number | undefined>> = {
    '1h': HOUR_MS,
    '24h': DAY_MS,
    '7d': 7 * DAY_MS,
    '30d': 30 * DAY_MS,
    all: undefined,
  };
  const lengthMs = lengthsMs[range];
  return lengthMs === undefined ? undefined : { fromMs: nowMs - 2 * lengthMs, toMs: nowMs - lengthMs };
}

/** Starts of all buckets of a window, in local time: a day of 23 or 25 hours is one bucket. */
export function bucketStarts(window: Pick<TimeWindow, 'fromMs' | 'toMs'>, grain: Grain): number[] {
  const starts: number[] = [];
  for (
    let at = startOf(grain, window.fromMs);
    at < window.toMs && starts.length < BUCKETS_MAX;
    at = nextStart(grain, at)
  ) {
    starts.push(at);
  }
  return starts;
}

/** More bars than pixels help nobody. Reached only by a clock that is years off. */
const BUCKETS_MAX = 2_000;

export function startOf(grain: Grain, ms: number): number {
  const date = new Date(ms);
  const [year, month, day] = [date.getFullYear(), date.getMonth(), date.getDate()];
  switch (grain) {
    // Zones differ from UTC by whole minutes. Arithmetic keeps the two hours that a clock shows twice apart.
    case 'minute':
      return ms - (ms % 60_000);
    case 'hour':
      return ms - (date.getMinutes() * 60_000 + (ms % 60_000));
    case 'day':
      return new Date(year, month, day).getTime();
    case 'week':
      return new Date(year, month, day - ((date.getDay() + 6) % 7)).getTime();
    case 'month':
      return new Date(year, month, 1).getTime();
  }
}

function nextStart(grain: Grain, startMs: number): number {
  const date = new Date(startMs);
  const [year, month, day] = [date.getFullYear(), date.getMonth(), date.getDate()];
  switch (grain) {
    case 'minute':
      return startMs + 60_000;
    case 'hour':
      return startMs + HOUR_MS;
    case 'day':
      return new Date(year, month, day + 1).getTime();
    case 'week':
      return new Date(year, month, day + 7).getTime();
    case 'month':
      return new Date(year, month + 1, 1).getTime();
  }
}

function between(fromMs: number, nowMs: number, grain: Grain, trendGrain: Grain): TimeWindow {
  return { fromMs: startOf(grain, fromMs), toMs: nextStart(grain, startOf(grain, nowMs)), grain, trendGrain };
}

function grainFor(spanMs: number): Grain {
  if (spanMs <= 3 * HOUR_MS) return 'minute';
  if (spanMs <= 4 * DAY_MS) return 'hour';
  if (spanMs <= 120 * DAY_MS) return 'day';
  return spanMs <= 730 * DAY_MS ? 'week' : 'month';
}
