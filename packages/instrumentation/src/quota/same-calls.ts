import type { DecisionJson, LimitJson, QuotaCall } from '@costspan/quota';
import type { Amounts } from './amounts.ts';
import type { WaitingCall } from './decide-together.ts';
import type { Grant } from './grant.ts';
import type { Refused } from './quota-gate.ts';

/** Kinds of calls remembered. Beyond it the one that was not seen for longest is forgotten, and its grant given back. */
const KNOWN_MAX = 10_000;
const IDLE_MS = 60_000;
/** A refusal holds for so long, so that a loop of refused calls is no load. */
const REFUSED_MS = 500;
/** The rate is that of about so many seconds. */
const RATE_S = 5;
/** Two calls at once are no thousand calls a second. */
const AGE_MIN_S = 0.2;

/** Calls that rules cannot tell apart: one provider, one model, the same tags. */
export class SameCalls {
  readonly call: QuotaCall;
  grant: Grant | undefined;
  /** Calls that came while others of the kind were being decided; `undefined` when nobody is asking. */
  waiting: WaitingCall[] | undefined;
  /** A grant is on its way. */
  isRenewing = false;
  /** No limit concerns such calls; asked again after this instant of the monotonic clock. */
  freeUntilMs = 0;
  /** As the last decision had them. */
  limits: readonly LimitJson[] = [];
  /** Units that limits count. */
  units: ReadonlySet<string> = new Set();
  #refused: { readonly untilMs: number; readonly need: Amounts; readonly refusal: Refused } | undefined;
  /** Calls, each weighing less the longer ago it was. */
  #recent = 0;
  #firstMs = 0;
  #seenMs = 0;

  constructor(call: QuotaCall) {
    this.call = call;
  }

  /** Also right for calls that began only just now. */
  get callsPerSecond(): number {
    const age = Math.max((this.#seenMs - this.#firstMs) / 1000, AGE_MIN_S);
    return this.#recent / (RATE_S * (1 - Math.exp(-age / RATE_S)));
  }

  seen(nowMs: number): void {
    if (this.#recent === 0) this.#firstMs = nowMs;
    this.#recent = this.#recent * Math.exp((this.#seenMs - nowMs) / 1000 / RATE_S) + 1;
    this.#seenMs = nowMs;
  }

  /** It comes again and again, so that holding for the next ones is worth it. */
  get isBusy(): boolean {
    return this.#recent > 1;
  }

  refuse(refusal: Refused, need: Amounts, nowMs: number): void {
    this.#refused = { untilMs: nowMs + REFUSED_MS, need, refusal };
  }

  /** The refusal of a moment ago, for a call that needs at least as much as the one that met it. */
  refusalOf(need: Amounts, nowMs: number): Refused | undefined {
    if (this.#refused === undefined || nowMs >= this.#refused.untilMs) return undefined;
    const { refusal, need: refused } = this.#refused;
    const isAsLarge = (need.tokens ?? 0) >= (refused.tokens ?? 0) && (need.cost ?? 0n) >= (refused.cost ?? 0n);
    return isAsLarge ? refusal : undefined;
  }

  isIdle(nowMs: number): boolean {
    return nowMs - this.#seenMs > IDLE_MS && !this.isRenewing && this.waiting === undefined;
  }

  learn({ limits }: DecisionJson): void {
    this.limits = limits;
    this.units = new Set(limits.map(({ unit }) => unit));
  }
}

/** What is known of each kind of calls, bounded. */
export class KnownCalls {
  readonly #byKey = new Map<string, SameCalls>();
  readonly #onForgotten: (same: SameCalls) => void;

  constructor(onForgotten: (same: SameCalls) => void) {
    this.#onForgotten = onForgotten;
  }

  of(call: QuotaCall): SameCalls {
    const key = keyOf(call);
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    if (this.#byKey.size >= KNOWN_MAX) this.#forget(this.#byKey.keys().next().value as string);
    const same = new SameCalls(call);
    this.#byKey.set(key, same);
    return same;
  }

  all(): Iterable<SameCalls> {
    return this.#byKey.values();
  }

  forgetIdle(nowMs: number): void {
    for (const [key, same] of this.#byKey) if (same.isIdle(nowMs)) this.#forget(key);
  }

  #forget(key: string): void {
    const same = this.#byKey.get(key);
    this.#byKey.delete(key);
    if (same !== undefined) this.#onForgotten(same);
  }
}

function keyOf({ provider, model, tags }: QuotaCall): string {
  let key = `${provider}\n${model}`;
  for (const name in tags) key += `\n${name}\t${tags[name]}`;
  return key;
}
