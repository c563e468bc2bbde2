import { attoOf, decimalOf, scaled } from './money.ts';

export interface MonthPace {
  /** Sum from the first of the month up to and including each day that has begun. */
  readonly soFar: readonly string[];
  /** The same of the month before, for all of its days. */
  readonly before: readonly string[];
  readonly days: number;
  /** Whole spend of the month if the rest goes on like the time so far; `null` while too little has passed to tell. */
  readonly projected: string | null;
}

/** Less than this share of a month says too little about the rest. */
const TELLS_FROM = 10n;
const TELLS_OF = 100n;

/**
 * Where a month is heading at an even pace: spend so far × length of the month ÷ time that has passed.
 * @param now and `before` are costs by day, in order, from the first of the month.
 */
export function monthPace(
  now: readonly string[],
  before: readonly string[],
  month: { readonly startMs: number; readonly endMs: number; readonly days: number },
  nowMs: number,
): MonthPace {
  const soFar = runningSum(now);
  const passed = BigInt(Math.max(0, nowMs - month.startMs));
  const length = BigInt(month.endMs - month.startMs);
  const tells = passed * TELLS_OF >= length * TELLS_FROM;
  return {
    soFar,
    before: runningSum(before),
    days: month.days,
    projected: tells ? scaled(soFar.at(-1) ?? '0', length, passed) : null,
  };
}

function runningSum(amounts: readonly string[]): readonly string[] {
  let sum = 0n;
  return amounts.map((amount) => {
    sum += attoOf(amount);
    return decimalOf(sum);
  });
}
