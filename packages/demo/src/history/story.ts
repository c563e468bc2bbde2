import type { Plan } from '../company/customers.ts';
import type { FeatureName } from '../company/product.ts';
import { createRandom, type Random } from '../random.ts';

/**
 * What happened at Lumen, as pure functions of a day. `day` counts UTC days since 1970; `age` counts days back from today.
 *
 * The number of calls of a given day never rises as the day gets older, and call `i` of a day is always the same call:
 * so filling the history again, today or next week, finds every earlier call already there.
 */

export const DAY_MS = 86_400_000;

/** Calls of a whole day: weekly rhythm, some noise, and 1.2 % growth per day up to today. */
export function callsOnDay(day: number, age: number, callsPerDay: number, seed: number): number {
  const noise = createRandom(seed, 'day', day).around(1, 0.05);
  return Math.floor(callsPerDay * (WEEKDAY_SHARE[weekday(day)] as number) * noise * GROWTH_PER_DAY ** -age);
}

const GROWTH_PER_DAY = 1.012;
/** Sunday first. A product for work: busiest on Wednesday, quiet at the weekend. */
const WEEKDAY_SHARE = [0.28, 1, 1.08, 1.12, 1.06, 0.94, 0.33];

/** 1970-01-01 was a Thursday. */
function weekday(day: number): number {
  return (day + 4) % 7;
}

/** Once a month `tidepool` translates its whole archive: extra calls of one customer on one day. */
export const SPIKE_CUSTOMER = 'tidepool';
const SPIKE_DAY_OF_MONTH = 12;

export function spikeCallsOnDay(day: number, callsPerDay: number): number {
  const isSpike = new Date(day * DAY_MS).getUTCDate() === SPIKE_DAY_OF_MONTH;
  return isSpike ? Math.floor(callsPerDay * 0.16) : 0;
}

/** A moment of the day: most people work from eight to six, some at night. */
export function timeOfDayMs(random: Random): number {
  const hour = random.weighted(HOUR_SHARE.map((share, index) => [index, share] as const));
  return (hour + random.next()) * 3_600_000;
}

const HOUR_SHARE = [2, 1, 1, 1, 1, 2, 4, 9, 16, 21, 22, 20, 15, 18, 22, 21, 18, 13, 9, 7, 6, 5, 4, 3];

/**
 * The model that answered. Paying plans moved chat from gpt-5.5 to the cheaper gpt-6-sol between 19 and 16 days ago, a
 * quarter of the traffic per day; since five days `orbitlabs` tries a preview that has no public price yet.
 */
export function modelInUse(
  feature: Exclude<FeatureName, 'search'>,
  plan: Plan,
  customerId: string,
  age: number,
  random: Random,
): string {
  const draw = random.next();
  if (feature === 'support') return plan === 'free' ? 'claude-haiku-4-5' : 'claude-sonnet-5';
  if (feature === 'translation') return plan === 'free' ? 'gpt-5.4-nano' : 'gpt-5.4-mini';
  if (plan === 'free') return 'gpt-6-luna';
  if (customerId === 'orbitlabs' && age <= PREVIEW_AGE && draw < 0.1) return 'gpt-6.1-terra';
  const moved = Math.max(0, Math.min(1, (MIGRATION_AGE - age) / 4));
  return draw < moved ? 'gpt-6-sol' : 'gpt-5.5';
}

export const MIGRATION_AGE = 20;
const PREVIEW_AGE = 5;
