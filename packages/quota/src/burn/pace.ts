import { weekday } from '../time/civil-date.ts';
import type { Window } from '../time/window.ts';
import { NEVER_MS } from '../time/window.ts';
import { HOUR_MS, offsetAt, PAPER_DAY_MS } from '../time/zone.ts';

/** What share of a window's use is expected by an instant: 0 at its start, 1 at its end, never falling. */
export type Pace = (atMs: number) => number;

/** Expected use by local hour of the week, Monday 00:00 first; 168 weights with a mean of 1. */
export type HourProfile = readonly number[];

export const HOURS_PER_WEEK = 168;
/** Less history than this says more about chance than about habit. */
const PROFILE_MIN_MS = 14 * PAPER_DAY_MS;
/** Every hour is taken to have at least this share of the mean, so that a quiet night is never impossible. */
const WEIGHT_MIN = 0.02;

export function linearPace({ startMs, endMs }: Window): Pace {
  return (atMs) => clamp((atMs - startMs) / (endMs - startMs));
}

/** The pace of a window by habit. A window without an end has a pace of zero: nothing is ever due. */
export function seasonalPace(window: Window, timezone: string, profile: HourProfile): Pace {
  const { startMs, endMs } = window;
  if (endMs >= NEVER_MS) return () => 0;
  const firstHour = Math.floor(startMs / HOUR_MS) * HOUR_MS;
  const sums = [0];
  for (let hour = firstHour; hour < endMs; hour += HOUR_MS) {
    const share = (Math.min(hour + HOUR_MS, endMs) - Math.max(hour, startMs)) / HOUR_MS;
    sums.push((sums.at(-1) as number) + share * (profile[hourOfWeek(hour, timezone)] as number));
  }
  const total = sums.at(-1) as number;
  return (atMs) => {
    if (atMs <= startMs) return 0;
    if (atMs >= endMs) return 1;
    const index = Math.floor((atMs - firstHour) / HOUR_MS);
    const from = Math.max(firstHour + index * HOUR_MS, startMs);
    const to = Math.min(firstHour + (index + 1) * HOUR_MS, endMs);
    const before = sums[index] as number;
    return clamp((before + (((sums[index + 1] as number) - before) * (atMs - from)) / (to - from)) / total);
  };
}

/** The habit in past use, hour by hour; `undefined` with less than two weeks of it. Hours without use count as zero. */
export function learnProfile(
  hours: readonly { readonly atMs: number; readonly used: number }[],
  timezone: string,
): HourProfile | undefined {
  const starts = hours.map(({ atMs }) => atMs);
  const [from, to] = [Math.min(...starts), Math.max(...starts)];
  if (hours.length === 0 || to - from < PROFILE_MIN_MS) return undefined;
  const used = new Float64Array(HOURS_PER_WEEK);
  const seen = new Float64Array(HOURS_PER_WEEK);
  for (let hour = from; hour <= to; hour += HOUR_MS) {
    const slot = hourOfWeek(hour, timezone);
    seen[slot] = (seen[slot] as number) + 1;
  }
  for (const hour of hours) {
    const slot = hourOfWeek(hour.atMs, timezone);
    used[slot] = (used[slot] as number) + hour.used;
  }
  const means = [...used].map((sum, slot) => sum / Math.max(seen[slot] as number, 1));
  const mean = means.reduce((sum, value) => sum + value, 0) / HOURS_PER_WEEK;
  if (mean <= 0) return undefined;
  const floored = means.map((value) => Math.max(value / mean, WEIGHT_MIN));
  const scale = HOURS_PER_WEEK / floored.reduce((sum, value) => sum + value, 0);
  return floored.map((value) => value * scale);
}

/** 0 for Monday 00:00 to 167 for Sunday 23:00, local. */
export function hourOfWeek(atMs: number, timezone: string): number {
  const local = atMs + offsetAt(timezone, atMs);
  const day = Math.floor(local / PAPER_DAY_MS);
  return weekday(day) * 24 + Math.floor((local - day * PAPER_DAY_MS) / HOUR_MS);
}

function clamp(value: number): number {
  return Math.min(Math.max(value, 0), 1);
}
