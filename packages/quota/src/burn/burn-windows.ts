import type { Period } from '../time/calendar.ts';
import { HOUR_MS, MINUTE_MS, PAPER_DAY_MS } from '../time/zone.ts';

/**
 * A pair of windows that must both burn too fast before anybody is told: the long one so that it matters, the short one so that
 * it is still going on. After the multi-window alerts of the SRE workbook, scaled to the period.
 */
export interface BurnWindow {
  readonly name: string;
  readonly longMs: number;
  readonly shortMs: number;
  /** Share of the whole limit that burns in the long window at this rate. */
  readonly share: number;
  readonly severity: 'page' | 'ticket';
}

const MONTH: readonly BurnWindow[] = [
  { name: '1h', longMs: HOUR_MS, shortMs: 5 * MINUTE_MS, share: 0.02, severity: 'page' },
  { name: '6h', longMs: 6 * HOUR_MS, shortMs: 30 * MINUTE_MS, share: 0.05, severity: 'page' },
  { name: '1d', longMs: PAPER_DAY_MS, shortMs: 2 * HOUR_MS, share: 0.1, severity: 'ticket' },
];
const QUARTER: readonly BurnWindow[] = [
  { name: '6h', longMs: 6 * HOUR_MS, shortMs: 30 * MINUTE_MS, share: 0.02, severity: 'page' },
  { name: '1d', longMs: PAPER_DAY_MS, shortMs: 2 * HOUR_MS, share: 0.05, severity: 'page' },
  { name: '3d', longMs: 3 * PAPER_DAY_MS, shortMs: 6 * HOUR_MS, share: 0.1, severity: 'ticket' },
];

/** By period, for a nominal length of it. Limits by the minute, the hour or for ever burn too fast or never. */
export const BURN_WINDOWS: Readonly<Record<Period, readonly BurnWindow[]>> = {
  minute: [],
  hour: [],
  day: [
    { name: '15m', longMs: 15 * MINUTE_MS, shortMs: 3 * MINUTE_MS, share: 0.2, severity: 'page' },
    { name: '1h', longMs: HOUR_MS, shortMs: 10 * MINUTE_MS, share: 0.3, severity: 'page' },
  ],
  week: [
    { name: '1h', longMs: HOUR_MS, shortMs: 5 * MINUTE_MS, share: 0.07, severity: 'page' },
    { name: '6h', longMs: 6 * HOUR_MS, shortMs: 30 * MINUTE_MS, share: 0.15, severity: 'page' },
  ],
  month: MONTH,
  quarter: QUARTER,
  year: QUARTER,
  lifetime: [],
};

const NOMINAL_MS: Readonly<Record<Period, number>> = {
  minute: MINUTE_MS,
  hour: HOUR_MS,
  day: PAPER_DAY_MS,
  week: 7 * PAPER_DAY_MS,
  month: 30 * PAPER_DAY_MS,
  quarter: 90 * PAPER_DAY_MS,
  year: 365 * PAPER_DAY_MS,
  lifetime: Number.POSITIVE_INFINITY,
};

/** The burn rate at which a window is too fast: 14.4 for 2 % of a month in an hour. 1 uses the limit up exactly at its end. */
export function burnFactor(per: Period, { share, longMs }: BurnWindow): number {
  return Math.round(((share * NOMINAL_MS[per]) / longMs) * 100) / 100;
}

/** `5m`, `1h`, `3d`: the label of a window's length. */
export function lengthName(lengthMs: number): string {
  if (lengthMs % PAPER_DAY_MS === 0) return `${lengthMs / PAPER_DAY_MS}d`;
  return lengthMs % HOUR_MS === 0 ? `${lengthMs / HOUR_MS}h` : `${lengthMs / MINUTE_MS}m`;
}
