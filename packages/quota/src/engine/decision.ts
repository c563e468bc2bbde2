import type { Dimension, OnExceed } from '../rules/rule.ts';
import type { Amount, Unit } from '../split-amount.ts';
import type { Period } from '../time/calendar.ts';

/** One limit as a decision found it, before the call was counted. */
export interface LimitState {
  readonly ruleId: string;
  readonly limitId: string;
  readonly unit: Unit;
  readonly per: Period;
  readonly window: 'sliding' | 'calendar';
  /** Whose limit: the values of the rule's dimensions. */
  readonly bucket: Readonly<Record<Dimension, string>>;
  readonly limit: Amount;
  readonly used: Amount;
  readonly reserved: Amount;
  /** What this call would hold back. */
  readonly requested: Amount;
  /** Limit less used and reserved; below zero after a debt. */
  readonly remaining: Amount;
  /** End of the window. For a sliding limit, when there is room for this call; the asking itself where there is. */
  readonly resetsAtMs: number;
  /** Length of the window; infinite for a lifetime. */
  readonly windowMs: number;
  readonly timezone: string;
  readonly windowId: string;
  readonly isExceeded: boolean;
  /** What stands in the way of the call: `blocks` refuses it, `warns` lets it pass, `audits` would have refused it. */
  readonly effect: 'none' | 'warns' | 'audits' | 'blocks';
  readonly onExceed: OnExceed['kind'];
}

export type DenyReason =
  /** A limit has no room. */
  | 'limit'
  | 'trial_ended'
  /** A cost limit refuses calls without a price. */
  | 'unpriced'
  /** The counters cannot be reached, and a rule says to refuse then. */
  | 'store_unreachable';

export interface Allowed {
  readonly kind: 'allow';
  readonly id: string;
  /** Exceeded limits that let the call pass, as in {@link Denied.exceeded}. */
  readonly exceeded: readonly LimitState[];
  /** Every limit that was looked at, in the order of the file. */
  readonly limits: readonly LimitState[];
  /** Another model to ask instead; a rule was exceeded that says so. */
  readonly downgradeTo?: string;
  /** How long the reservation is held without a sign of life; 0 when nothing matched. */
  readonly leaseMs: number;
  /** The counters could not be reached: the call passes uncounted, or counted here. */
  readonly uncertain?: { readonly mode: 'open' | 'degraded'; readonly cause: unknown };
}

export interface Denied {
  readonly kind: 'deny';
  readonly id: string;
  readonly reason: DenyReason;
  /** The first of the rules that refused. */
  readonly ruleId: string;
  /** Every exceeded limit: those that block first, then by what remains, least first, then in the order of the file. */
  readonly exceeded: readonly LimitState[];
  readonly limits: readonly LimitState[];
  /** When asking again may help; `undefined` when no instant is known. */
  readonly retryAtMs?: number;
  /** What the store said, for `store_unreachable`. */
  readonly cause?: unknown;
  /** The counters could not be reached, and this process's share of a limit has no room. */
  readonly uncertain?: { readonly mode: 'degraded'; readonly cause: unknown };
}

/** What may be done with a call, and why. */
export type Decision = Allowed | Denied;
