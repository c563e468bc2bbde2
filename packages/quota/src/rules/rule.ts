import type { Atto } from '@costspan/usage';
import type { Amount, Unit } from '../split-amount.ts';
import type { Calendar, Period } from '../time/calendar.ts';

export const EVALUATIONS = ['all', 'first'] as const;
/** Whether every matching rule may refuse a call, or only the first of them. All of them count it, either way. */
export type Evaluation = (typeof EVALUATIONS)[number];

export const FORMATS = [
  'costspan.quota/1',
  'gateway-rate-limiting-config',
  'gateway-budget-config',
  'tenant-budget-config',
  'team-budget-config',
] as const;
export type RuleFormat = (typeof FORMATS)[number];

/** The rules of one file, in its order. */
export interface RuleSet {
  readonly name: string;
  readonly format: RuleFormat;
  readonly evaluation: Evaluation;
  readonly rules: readonly QuotaRule[];
}

export interface QuotaRule {
  readonly id: string;
  /** Where the rule stands in its file, counted from 1. */
  readonly line: number;
  readonly when: Condition;
  /** Each combination of values has counters of its own. Empty: one pool for all. */
  readonly appliesPer: readonly Dimension[];
  readonly limits: readonly Limit[];
  readonly overrides: readonly Override[];
  readonly calendar: Calendar;
  /** `audit` decides and counts like `enforce` and refuses nothing. */
  readonly mode: 'enforce' | 'audit';
  readonly onExceed: OnExceed;
  readonly onStoreFailure: 'open' | 'closed' | 'degraded';
  readonly unpriced: Unpriced;
  readonly alerts: Alerts;
  /** Most that one call may hold back. A call that costs more in the end is a debt of its window. */
  readonly maxReservation: { readonly tokens?: number; readonly cost?: Atto };
  /** `bounded`: what the call may use at most. `history`: what such calls use, where that is known. */
  readonly estimate: 'bounded' | 'history';
  /** How long a reservation is held without a sign of life. */
  readonly leaseMs: number;
  readonly trialEndsMs?: number;
  /** How a limit that changed within a window counts: as it is now, or each for its share of the window. */
  readonly proration: 'none' | 'by_time';
}

/** `model`, `provider`, or the key of a tag. */
export type Dimension = string;

export interface Limit {
  /** `cost/month`, or `requests/minute~` where it slides. Part of the key of its counters. */
  readonly id: string;
  readonly unit: Unit;
  readonly amount: Amount;
  readonly per: Period;
  /** `sliding`: the last minute, hour or day, whenever asked. `calendar`: since the window began. */
  readonly window: 'sliding' | 'calendar';
}

/** Other terms for some buckets, perhaps for some time. The most specific that fits stands; of equal ones the later start. */
export interface Override {
  /** Values by dimension; a subset of the rule's. */
  readonly for: ReadonlyMap<Dimension, string>;
  readonly limits?: readonly Limit[];
  readonly calendar?: Calendar;
  readonly trialEndsMs?: number;
  readonly onExceed?: OnExceed;
  /** Included. Absent: since ever. */
  readonly fromMs?: number;
}

export type OnExceed =
  | { readonly kind: 'block' }
  | { readonly kind: 'warn' }
  /** Lets this share of the calls over the limit pass. */
  | { readonly kind: 'throttle'; readonly percent: number }
  | { readonly kind: 'downgrade'; readonly model: string }
  /** Blocks `percent` above the limit, or `forMs` after it was first exceeded in a window. */
  | { readonly kind: 'grace'; readonly percent?: number; readonly forMs?: number }
  /** Use above the limit is allowed and paid for, up to `extra` more of the unit. */
  | { readonly kind: 'overage'; readonly extra?: Amount };

/** What a cost limit does with a call that nobody has a price for. */
export type Unpriced =
  | { readonly kind: 'block' }
  | { readonly kind: 'estimate'; readonly cost: Atto }
  | { readonly kind: 'ignore' };

export interface Alerts {
  /** Whole percents of the limit. */
  readonly thresholds: readonly number[];
  /** Whom to tell; the notifier's own words. */
  readonly notify: readonly unknown[];
}

/** Every clause of `every` holds, and none of `none`. */
export interface Condition {
  readonly every: readonly Clause[];
  readonly none: readonly Clause[];
}

/** A clause holds when any of its patterns fits. `*` at the end of a pattern stands for any rest. */
export type Clause =
  | { readonly on: 'subject'; readonly any: readonly SubjectPattern[] }
  | { readonly on: 'model'; readonly any: readonly string[] }
  | { readonly on: 'provider'; readonly any: readonly string[] }
  | { readonly on: 'tag'; readonly key: string; readonly any: readonly string[] };

/** A tag and its value; `*` alone is everybody. */
export type SubjectPattern = { readonly tag: string; readonly value: string } | '*';

export const DEFAULT_ALERTS: Alerts = { thresholds: [], notify: [] };
export const LEASE_MS = 600_000;
