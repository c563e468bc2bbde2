import { attoOf, decimalOf, scaled } from './money.ts';

export interface Month {
  readonly startMs: number;
  readonly endMs: number;
  readonly days: number;
  readonly nowMs: number;
}

export interface MonthForecast {
  /** Sum from the first of the month up to and including each day that has begun. */
  readonly soFar: readonly string[];
  /** Whole spend of the month; `null` while too little is known to tell. */
  readonly projected: string | null;
  /** Holds the whole spend four times in five, if days go on varying as they did; `null` while too few are known. */
  readonly range: { readonly low: string; readonly high: string } | null;
  /** How it was found. */
  readonly method: 'weekday' | 'even' | 'budget' | 'none';
}

/** Whole weeks looked back at: long enough to know a weekday, short enough to follow a change. */
const WEEKS = 4;
const LOOKED_AT_DAYS = 7 * WEEKS;
/** Of a normal distribution, four fifths lie within 1.2816 standard deviations of the mean. */
const FOUR_FIFTHS = [12_816n, 10_000n] as const;

/**
 * Where a month is heading. With four whole weeks behind it, each day to come costs what the same weekday has cost on average in
 * them; with less, what the days so far have cost on average, and only once a tenth of the month is over.
 * @param costs by day in order; the last one is the day that runs. `monthDays` of them, from the end, are of this month.
 */
export function monthForecast(costs: readonly string[], monthDays: number, month: Month): MonthForecast {
  const soFar = runningSum(costs.slice(costs.length - monthDays));
  const spent = attoOf(soFar.at(-1) ?? '0');
  // Who began within the four weeks has not had a whole one of each weekday.
  const begun = costs.findIndex((cost) => cost !== '0');
  const history = costs.slice(begun === -1 ? 0 : begun, -1).map(attoOf);
  if (history.length < LOOKED_AT_DAYS) return { soFar, ...evenly(spent, month), range: null };
  const past = history.slice(-LOOKED_AT_DAYS);
  // The weekday of the day that runs is that of the first one looked at, exactly four weeks ago.
  const means = Array.from({ length: 7 }, (_, weekday) => mean(past.filter((_, day) => day % 7 === weekday)));
  const dayMs = BigInt(Math.round((month.endMs - month.startMs) / month.days));
  const dayStartMs = month.startMs + Number(dayMs) * (monthDays - 1);
  const restOfDayMs = clamp(BigInt(Math.round(dayStartMs - month.nowMs)) + dayMs, 0n, dayMs);
  const daysLeft = month.days - monthDays;
  const rest = Array.from({ length: daysLeft }, (_, day) => means[(day + 1) % 7] ?? 0n).reduce(
    (sum, one) => sum + one,
    ((means[0] ?? 0n) * restOfDayMs) / dayMs,
  );
  const spread = (root(squaresAbout(past, means) * (BigInt(daysLeft) + 1n)) * FOUR_FIFTHS[0]) / FOUR_FIFTHS[1];
  const projected = spent + rest;
  const low = projected - spread;
  return {
    soFar,
    projected: decimalOf(projected),
    // What is spent stays spent.
    range: { low: decimalOf(low < spent ? spent : low), high: decimalOf(projected + spread) },
    method: 'weekday',
  };
}

export function runningSum(amounts: readonly string[]): readonly string[] {
  let sum = 0n;
  return amounts.map((amount) => {
    sum += attoOf(amount);
    return decimalOf(sum);
  });
}

/** Less than a tenth of a month says too little about the rest. */
function evenly(spent: bigint, { startMs, endMs, nowMs }: Month): Pick<MonthForecast, 'projected' | 'method'> {
  const passed = BigInt(Math.max(0, Math.round(nowMs - startMs)));
  const length = BigInt(endMs - startMs);
  if (passed * 10n < length) return { projected: null, method: 'none' };
  return { projected: scaled(decimalOf(spent), length, passed), method: 'even' };
}

function mean(values: readonly bigint[]): bigint {
  return values.length === 0 ? 0n : values.reduce((sum, value) => sum + value, 0n) / BigInt(values.length);
}

/** Variance of a day about the mean of its weekday: seven means are taken from the days, so seven less are free. */
function squaresAbout(past: readonly bigint[], means: readonly bigint[]): bigint {
  const squares = past.reduce((sum, value, day) => sum + (value - (means[day % 7] ?? 0n)) ** 2n, 0n);
  return squares / BigInt(past.length - 7);
}

/** The largest integer whose square is not above `value` (Newton). */
function root(value: bigint): bigint {
  if (value < 2n) return value;
  let guess = 1n << BigInt(Math.ceil(value.toString(2).length / 2));
  for (;;) {
    const next = (guess + value / guess) / 2n;
    if (next >= guess) return guess;
    guess = next;
  }
}

function clamp(value: bigint, low: bigint, high: bigint): bigint {
  return value < low ? low : value > high ? high : value;
}
