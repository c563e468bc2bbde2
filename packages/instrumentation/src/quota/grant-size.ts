import type { LimitJson } from '@costspan/quota';
import { type Atto, parseMoney } from '@costspan/usage';
import { type Amounts, timesAmounts } from './amounts.ts';
import { GRANT_AGE_MS, GRANT_CALLS_MAX } from './grant.ts';

/** A grant takes at most this share of what remains of any limit, so that it shrinks as a limit comes near. */
const SHARE = 20n;
/** How long a grant should last. */
const GRANT_FOR_S = 10;
/** Fewer are not worth holding: then each call asks by itself, and the limit is exact. */
const CALLS_MIN = 2;

/**
 * What to ask for: enough calls for the next seconds, and at most a twentieth of what remains of each limit.
 * @returns `undefined` near a limit, or where a price that a limit needs is not known.
 */
export function grantSize(limits: readonly LimitJson[], perCall: Amounts, callsPerSecond: number): Amounts | undefined {
  let calls = BigInt(Math.min(Math.max(Math.ceil(callsPerSecond * GRANT_FOR_S), CALLS_MIN), GRANT_CALLS_MAX));
  for (const limit of limits) {
    const need = neededOf(limit, perCall);
    if (need === undefined) return undefined;
    if (need === 0n) continue;
    const room = amountOf(limit.unit, limit.remaining) / SHARE / need;
    if (room < calls) calls = room;
  }
  return calls < CALLS_MIN ? undefined : timesAmounts(perCall, Number(calls));
}

/** What was really held: a rule may hold less than was asked for. */
export function grantedSize(limits: readonly LimitJson[], asked: Amounts): Amounts {
  const least = (unit: string, amount: bigint | undefined): bigint | undefined =>
    amount === undefined
      ? undefined
      : limits
          .filter((limit) => limit.unit === unit)
          .map((limit) => amountOf(unit, limit.requested))
          .reduce((a, b) => (b < a ? b : a), amount);
  return {
    requests: Number(least('requests', BigInt(asked.requests))),
    tokens: asked.tokens === undefined ? undefined : Number(least('tokens', BigInt(asked.tokens))),
    cost: least('cost', asked.cost) as Atto | undefined,
  };
}

/** Until the first of its windows ends: what is used after that belongs to the next. */
export function grantAgeMs(limits: readonly LimitJson[], nowMs: number): number {
  const ends = limits.filter(({ window, per }) => window === 'calendar' && per !== 'lifetime');
  return Math.max(Math.min(GRANT_AGE_MS, ...ends.map((limit) => Date.parse(limit.resets_at) - nowMs)), 0);
}

function neededOf({ unit }: LimitJson, { requests, tokens, cost }: Amounts): bigint | undefined {
  if (unit === 'requests') return BigInt(requests);
  if (unit === 'tokens') return tokens === undefined ? undefined : BigInt(tokens);
  return cost;
}

function amountOf(unit: string, amount: string | number): bigint {
  return unit === 'cost' ? parseMoney(String(amount)) : BigInt(amount);
}
