import type { LimitJson } from '@costspan/quota';
import type { Amounts } from './amounts.ts';
import type { Admission, QuotaAsk } from './quota-gate.ts';

/** A call that waits for its decision. */
export interface WaitingCall {
  readonly ask: QuotaAsk;
  readonly need: Amounts;
  resolve(admission: Admission): void;
}

/** What was said to many calls at once. */
export type ManyDecided =
  | { readonly kind: 'allow'; readonly admissions: readonly Admission[] }
  | { readonly kind: 'deny'; readonly exceeded: readonly LimitJson[] };

export interface Decider {
  one(call: WaitingCall): Promise<Admission>;
  /** One reservation for all of them. @throws when nobody could be asked. */
  many(calls: readonly WaitingCall[]): Promise<ManyDecided>;
}

/**
 * Decides calls of a kind that wait at the same time in a few requests instead of one for each: all of them in one reservation,
 * or, where they do not all fit, as many as do. The others get the refusal of one of them. As exact as if each had asked.
 */
export async function decideTogether(decider: Decider, calls: readonly WaitingCall[]): Promise<void> {
  const [first, ...others] = calls;
  if (first === undefined) return;
  if (others.length === 0) {
    first.resolve(await decider.one(first));
    return;
  }
  const decided = await decider.many(calls);
  if (decided.kind === 'allow') {
    for (const [index, call] of calls.entries()) call.resolve(decided.admissions[index] as Admission);
    return;
  }
  if (decided.exceeded.some((limit) => limit.on_exceed === 'throttle')) {
    // Which of them pass is drawn by their ids.
    for (const call of calls) call.resolve(await decider.one(call));
    return;
  }
  const fitting = howManyFit(decided.exceeded, calls.length);
  await decideTogether(decider, calls.slice(0, fitting));
  await refuseAlike(decider, calls.slice(fitting));
}

/** One asks, and its refusal is that of all that need as much. When it is not refused after all, the others are asked again. */
async function refuseAlike(decider: Decider, calls: readonly WaitingCall[]): Promise<void> {
  const least = calls.toSorted((a, b) => compare(a.need, b.need));
  const [first, ...others] = least;
  if (first === undefined) return;
  const admission = await decider.one(first);
  first.resolve(admission);
  if (admission.kind === 'allow') await decideTogether(decider, others);
  else for (const call of others) call.resolve(admission);
}

/** Of so many calls that were refused together, those that have room; never all of them. */
function howManyFit(exceeded: readonly LimitJson[], calls: number): number {
  const shares = exceeded
    .filter(({ effect, requested }) => effect === 'blocks' && Number(requested) > 0)
    .map(({ remaining, requested }) => Math.max(Number(remaining), 0) / Number(requested));
  return shares.length === 0 ? 0 : Math.min(Math.floor(Math.min(...shares) * calls * (1 + 1e-12)), calls - 1);
}

function compare(a: Amounts, b: Amounts): number {
  const [x, y] = [a.cost ?? 0n, b.cost ?? 0n];
  return (a.tokens ?? 0) - (b.tokens ?? 0) || (x < y ? -1 : x > y ? 1 : 0);
}
