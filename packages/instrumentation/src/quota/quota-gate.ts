import type { CallSize, DenyReason, LimitJson, Locale, QuotaCall, Refusal } from '@costspan/quota';
import type { CallUse } from './call-use.ts';

/** A call that asks to be made. */
export interface QuotaAsk {
  /** Unique per call. */
  readonly id: string;
  readonly call: QuotaCall;
  readonly size: CallSize;
}

/**
 * Decides calls before they are made. No method throws or rejects, and `admit` and `check` answer within the `timeoutMs` of the
 * configuration, whatever is the matter with the counters.
 */
export interface QuotaGate {
  /** Holds what the call may use, or refuses it. An answer that is known at once is no promise. */
  admit(ask: QuotaAsk): Admission | Promise<Admission>;
  /** Says whether calls with these tags have any room left. Nothing stays held. */
  check(ask: Omit<QuotaAsk, 'size'>, locale: Locale): Promise<Admission>;
  /** Gives back what is held for nobody and waits for what is still to be told, for three seconds at most. */
  close(): Promise<void>;
}

export type Admission = Admitted | Refused;

export interface Admitted {
  readonly kind: 'allow';
  /** Exceeded limits that let the call pass: those that only warn, or audit. */
  readonly exceeded: readonly LimitJson[];
  /** Another model to ask instead; a rule was exceeded that says so. */
  readonly downgradeTo?: string;
  /** The counters could not be reached: the call passes uncounted, or counted in this process. */
  readonly uncertain?: { readonly mode: 'open' | 'degraded'; readonly cause: string };
  /** Every limit that was looked at, as it stood before the call; made when somebody looks. Empty where none is known. */
  readonly limits: readonly LimitJson[];
  /** `RateLimit` and `RateLimit-Policy`, made when somebody looks; empty where no limit matched or none is known. */
  readonly headers: Readonly<Record<string, string>>;
  /** Absent when nothing is held. */
  readonly hold?: Hold;
}

/** What was held for one call. The first of the two counts. */
export interface Hold {
  /** Counts what the call used; what is unknown counts as it was held. */
  settle(use: CallUse): void;
  /** The call was never made. */
  release(): void;
}

export interface Refused {
  readonly kind: 'deny';
  readonly reason: DenyReason;
  /** Ids of every rule whose limit is exceeded, or the one that refused for another reason. */
  readonly ruleIds: readonly string[];
  readonly refusal: Refusal;
}
