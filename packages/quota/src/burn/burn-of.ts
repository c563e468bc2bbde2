import type { Amount } from '../split-amount.ts';
import type { Period } from '../time/calendar.ts';
import type { Window } from '../time/window.ts';
import { BURN_WINDOWS, burnFactor, lengthName } from './burn-windows.ts';
import type { Pace } from './pace.ts';

export interface BurnInput {
  readonly per: Period;
  readonly window: Window;
  readonly limit: Amount;
  readonly used: Amount;
  readonly reserved: Amount;
  readonly pace: Pace;
  /** Use in the last so many ms, for each length that {@link recentLengths} names. */
  readonly recent: readonly { readonly lengthMs: number; readonly used: Amount }[];
  /** Use by hour or day since the window began, for the range of the projection. */
  readonly blocks?: readonly { readonly fromMs: number; readonly toMs: number; readonly used: Amount }[];
}

export interface BurnRate {
  /** `5m`, `1h`, … */
  readonly name: string;
  readonly lengthMs: number;
  /** 1 uses the limit up exactly at the end of its window, at the pace that is usual then. `undefined` when nothing was due. */
  readonly rate: number | undefined;
  /** The same against what remains: late in a window, a rate of 1 against the whole may be too fast already. */
  readonly remainingRate: number | undefined;
}

/** How fast a budget is being used up. Ratios and projections are doubles: they are guesses, the amounts beside them are not. */
export interface Burn {
  readonly remaining: Amount;
  readonly usedRatio: number;
  /** What share of the limit is usually used by now. */
  readonly paceRatio: number;
  readonly rates: readonly BurnRate[];
  /** Use at the end of the window, with a range that holds it four times in five; no range without enough blocks. */
  readonly projected?: { readonly mid: Amount; readonly low?: Amount; readonly high?: Amount };
  /** How probable it is that the limit is used up before its window ends; `undefined` without enough blocks. */
  readonly overrunProbability?: number;
  /** When it is used up at the present rate; `undefined` when the window ends before. */
  readonly exhaustsAtMs?: number;
  /** `alarm`: a pair of burn windows is too fast. */
  readonly state: 'ok' | 'at_risk' | 'over_pace' | 'alarm' | 'exhausted';
  /** The pairs of windows that are too fast. */
  readonly alarms: readonly { readonly name: string; readonly factor: number; readonly severity: 'page' | 'ticket' }[];
}

/** The lengths of recent use that a burn of this period asks for. */
export function recentLengths(per: Period): readonly number[] {
  return [...new Set(BURN_WINDOWS[per].flatMap(({ longMs, shortMs }) => [shortMs, longMs]))].sort((a, b) => a - b);
}

/** Below this share of a window, what was used so far says little about the rest. */
const PACE_MIN = 0.01;
/** A limit of which less is used raises no alarm. */
const USED_MIN = 0.01;
const BLOCKS_MIN = 4;
/** Four times in five, both sides. */
const Z = 1.2816;

export function burnOf(input: BurnInput, nowMs: number): Burn {
  const { per, limit, used, reserved, pace } = input;
  const whole = Number(limit);
  const spent = Number(used + reserved);
  const due = pace(nowMs);
  const rates = input.recent.map(({ lengthMs, used: recently }) => rateOf(input, lengthMs, Number(recently), nowMs));
  const intensity = intensityOf(input, rates, nowMs);
  const spread = spreadOf(input, intensity, due);
  const mid = intensity === undefined ? undefined : spent + intensity * (1 - due);
  const alarms = spent < whole * USED_MIN ? [] : alarmsOf(per, rates);
  const exhaustsAtMs = exhaustion(input, intensity, nowMs);
  const over = mid === undefined || spread === undefined ? undefined : overrun(mid, spread, whole);
  return {
    remaining: limit - used - reserved,
    usedRatio: whole === 0 ? (spent > 0 ? Number.POSITIVE_INFINITY : 1) : spent / whole,
    paceRatio: due,
    rates,
    ...(mid === undefined
      ? {}
      : {
          projected: {
            mid: amountOf(mid),
            ...(spread === undefined
              ? {}
              : { low: amountOf(Math.max(mid - Z * spread, spent)), high: amountOf(mid + Z * spread) }),
          },
        }),
    ...(over === undefined ? {} : { overrunProbability: over }),
    ...(exhaustsAtMs === undefined ? {} : { exhaustsAtMs }),
    alarms,
    state:
      spent >= whole
        ? 'exhausted'
        : alarms.length > 0
          ? 'alarm'
          : mid !== undefined && mid > whole
            ? 'over_pace'
            : mid !== undefined && spread !== undefined && mid + Z * spread > whole
              ? 'at_risk'
              : 'ok',
  };
}

function rateOf(
  { limit, used, reserved, pace, window }: BurnInput,
  lengthMs: number,
  recently: number,
  nowMs: number,
): BurnRate {
  const share = pace(nowMs) - pace(Math.max(nowMs - lengthMs, window.startMs));
  const whole = Number(limit);
  const remaining = whole - Number(used + reserved);
  const left = 1 - pace(nowMs);
  const perShare = share > 0 ? recently / share : undefined;
  return {
    name: lengthName(lengthMs),
    lengthMs,
    rate: perShare === undefined || whole === 0 ? undefined : perShare / whole,
    remainingRate: perShare === undefined || remaining <= 0 || left <= 0 ? undefined : (perShare * left) / remaining,
  };
}

/** Use for a whole window at the present rate: since its start, and early in it by the longest recent stretch. */
function intensityOf(
  { used, reserved, pace, limit }: BurnInput,
  rates: readonly BurnRate[],
  nowMs: number,
): number | undefined {
  const due = pace(nowMs);
  if (due >= PACE_MIN) return Number(used + reserved) / due;
  const longest = rates.findLast(({ rate }) => rate !== undefined)?.rate;
  return longest === undefined ? undefined : longest * Number(limit);
}

/** The standard deviation of the use at the end: how blocks differ from the pace, and how little of the window was seen. */
function spreadOf({ blocks = [], pace }: BurnInput, intensity: number | undefined, due: number): number | undefined {
  if (intensity === undefined || due <= 0) return undefined;
  const seen = blocks
    .map(({ fromMs, toMs, used }) => ({ share: pace(toMs) - pace(fromMs), used: Number(used) }))
    .filter(({ share }) => share > 0);
  if (seen.length < BLOCKS_MIN) return undefined;
  const perShare =
    seen.reduce((sum, { share, used }) => sum + (used - intensity * share) ** 2 / share, 0) / (seen.length - 1);
  const left = 1 - due;
  return Math.sqrt(perShare * left + (perShare / due) * left * left);
}

function alarmsOf(per: Period, rates: readonly BurnRate[]): Burn['alarms'] {
  const rateFor = (lengthMs: number): number => rates.find((rate) => rate.lengthMs === lengthMs)?.rate ?? 0;
  return BURN_WINDOWS[per].flatMap((pair) => {
    const factor = burnFactor(per, pair);
    const tooFast = rateFor(pair.longMs) > factor && rateFor(pair.shortMs) > factor;
    return tooFast ? [{ name: pair.name, factor, severity: pair.severity }] : [];
  });
}

function exhaustion(
  { limit, used, reserved, pace, window }: BurnInput,
  intensity: number | undefined,
  nowMs: number,
): number | undefined {
  const remaining = Number(limit - used - reserved);
  if (remaining <= 0) return nowMs;
  if (intensity === undefined || intensity <= 0) return undefined;
  const needed = pace(nowMs) + remaining / intensity;
  if (needed >= 1) return undefined;
  let [low, high] = [nowMs, window.endMs];
  while (high - low > 1000) {
    const middle = Math.floor((low + high) / 2);
    if (pace(middle) >= needed) high = middle;
    else low = middle;
  }
  return high;
}

function overrun(mid: number, spread: number, limit: number): number {
  if (spread === 0) return mid > limit ? 1 : 0;
  return 1 - normalShare((limit - mid) / spread);
}

/** The share of a normal distribution below z, to 7.5 × 10⁻⁸ (Abramowitz and Stegun 26.2.17). */
function normalShare(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * series;
  return z >= 0 ? 1 - tail : tail;
}

function amountOf(value: number): Amount {
  return BigInt(Math.round(value));
}
