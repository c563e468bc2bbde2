import { localStartUs, type OffsetSpan, offsetSpans } from './time-zone.ts';

/** `[fromUs, toUs)` in microseconds since 1970 UTC. */
export interface TimeRange {
  readonly fromUs: number;
  readonly toUs: number;
}

const DAY_US = 86_400_000_000;
const YEAR_MARGIN_US = 367 * DAY_US;

/**
 * The period of the same length just before, by the local calendar: whole months before whole months (a year before a
 * year), whole days before whole days however long the clock made them, else as many microseconds.
 */
export function previousPeriod({ fromUs, toUs }: TimeRange, timezone: string): TimeRange {
  const spans = offsetSpans(timezone, Math.max(0, fromUs - (toUs - fromUs) - YEAR_MARGIN_US), toUs + DAY_US);
  const from = localDate(spans, fromUs);
  const to = localDate(spans, toUs);
  if (from === undefined || to === undefined) return { fromUs: Math.max(0, 2 * fromUs - toUs), toUs: fromUs };
  const startOf = (local: number) => Math.max(0, localStartUs(spans, local * 1000));
  if (from.getUTCDate() === 1 && to.getUTCDate() === 1) {
    const months = (to.getUTCFullYear() - from.getUTCFullYear()) * 12 + to.getUTCMonth() - from.getUTCMonth();
    return { fromUs: startOf(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() - months, 1)), toUs: fromUs };
  }
  return { fromUs: startOf(2 * from.getTime() - to.getTime()), toUs: fromUs };
}

/** The same dates and times of day a year earlier, by the local clock. 29 February becomes 28 February. */
export function previousYear({ fromUs, toUs }: TimeRange, timezone: string): TimeRange {
  const spans = offsetSpans(timezone, Math.max(0, fromUs - YEAR_MARGIN_US), toUs + DAY_US);
  return { fromUs: yearBefore(spans, fromUs), toUs: yearBefore(spans, toUs) };
}

function yearBefore(spans: readonly OffsetSpan[], us: number): number {
  const localUs = us + offsetAt(spans, us);
  const local = new Date(Math.floor(localUs / 1000));
  const micros = localUs - local.getTime() * 1000;
  const year = local.getUTCFullYear() - 1;
  const day = Math.min(local.getUTCDate(), new Date(Date.UTC(year, local.getUTCMonth() + 1, 0)).getUTCDate());
  const timeOfDay = local.getTime() % 86_400_000;
  const before = Date.UTC(year, local.getUTCMonth(), day) + timeOfDay;
  return Math.max(0, localStartUs(spans, before * 1000 + micros));
}

/** The local date that begins at this instant, as midnight UTC of that date; `undefined` when none begins here. */
function localDate(spans: readonly OffsetSpan[], us: number): Date | undefined {
  // The day may begin later than midnight where the clock jumps over it.
  const localUs = us + offsetAt(spans, us);
  const midnightUs = localUs - (localUs % DAY_US);
  return localStartUs(spans, midnightUs) === us ? new Date(midnightUs / 1000) : undefined;
}

function offsetAt(spans: readonly OffsetSpan[], us: number): number {
  return (spans.find((span) => us < span.toUs) ?? (spans.at(-1) as OffsetSpan)).offsetUs;
}
