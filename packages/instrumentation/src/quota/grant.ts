import { ZERO } from '@costspan/usage';
import type { Amounts } from './amounts.ts';

/** Calls of one grant at most: so long is the list that settles it. */
export const GRANT_CALLS_MAX = 1_000;
/** After so long a grant serves no new calls, so that rules and other processes are never further away. */
export const GRANT_AGE_MS = 10_000;

/** One call of a grant and what it used. */
export interface GrantedCall {
  readonly id: string;
  readonly atMs: number;
  readonly used: Amounts;
}

/** What one reservation holds for many calls to come. Calls draw from it without asking anybody. */
export class Grant {
  readonly id: string;
  readonly leaseMs: number;
  /** Ended calls, to be told when the grant is settled. */
  readonly calls: GrantedCall[] = [];
  readonly #size: Amounts;
  readonly #untilMs: number;
  readonly #freshUntilMs: number;
  #requests: number;
  #tokens: number;
  #cost: bigint;
  #drawn = 0;
  #open = 0;

  /** @param untilMs on the monotonic clock: the end of its age, or of the first window it counts in. */
  constructor(id: string, size: Amounts, leaseMs: number, nowMs: number, untilMs: number) {
    this.id = id;
    this.leaseMs = leaseMs;
    this.#size = size;
    this.#untilMs = untilMs;
    this.#freshUntilMs = nowMs + (untilMs - nowMs) / 2;
    this.#requests = size.requests;
    this.#tokens = size.tokens ?? 0;
    this.#cost = size.cost ?? 0n;
  }

  /** Takes what a call needs; false when it is not there any more. */
  draw(need: Amounts, nowMs: number): boolean {
    const { requests, tokens = 0, cost = ZERO } = need;
    if (nowMs >= this.#untilMs || this.#drawn >= GRANT_CALLS_MAX || this.#requests < requests) return false;
    if (this.#size.tokens !== undefined && this.#tokens < tokens) return false;
    if (this.#size.cost !== undefined && this.#cost < cost) return false;
    this.take(need);
    return true;
  }

  /** Takes what a call needs, as the grant was made for it. */
  take({ requests, tokens = 0, cost = ZERO }: Amounts): void {
    this.#requests -= requests;
    this.#tokens -= tokens;
    this.#cost -= cost;
    this.#drawn += 1;
    this.#open += 1;
  }

  /** The call ended: what it drew and did not use is there for the next. What nobody knows is what it drew. */
  ended(id: string, drawn: Amounts, used: Amounts, atMs: number): void {
    this.#open -= 1;
    const actual: Amounts = {
      requests: used.requests,
      tokens: used.tokens ?? drawn.tokens,
      cost: used.cost ?? drawn.cost,
    };
    this.#tokens += (drawn.tokens ?? 0) - (actual.tokens ?? 0);
    this.#cost += (drawn.cost ?? ZERO) - (actual.cost ?? ZERO);
    this.calls.push({ id, atMs, used: actual });
  }

  /** The call was never made. */
  returned({ requests, tokens = 0, cost = ZERO }: Amounts): void {
    this.#open -= 1;
    this.#requests += requests;
    this.#tokens += tokens;
    this.#cost += cost;
  }

  /** A new one should be on its way: half of it is used, or half of its time is over. */
  isLow(nowMs: number): boolean {
    return (
      nowMs >= this.#freshUntilMs ||
      this.#drawn * 2 >= GRANT_CALLS_MAX ||
      this.#requests * 2 < this.#size.requests ||
      this.#tokens * 2 < (this.#size.tokens ?? 0) ||
      this.#cost * 2n < (this.#size.cost ?? 0n)
    );
  }

  isOver(nowMs: number): boolean {
    return nowMs >= this.#untilMs;
  }

  /** No call of it runs. */
  get isIdle(): boolean {
    return this.#open === 0;
  }
}
