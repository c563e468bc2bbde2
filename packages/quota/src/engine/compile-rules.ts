import { compileCondition, dimensionValue, type Matcher, type QuotaCall } from '../rules/match.ts';
import type { Limit, OnExceed, Override, QuotaRule, RuleSet } from '../rules/rule.ts';
import { type Amount, HI_MAX, joinAmount, NOTHING, type SplitAmount, splitAmount } from '../split-amount.ts';
import { type Mark, SLICES } from '../store/quota-store.ts';
import type { Calendar } from '../time/calendar.ts';
import type { Window } from '../time/window.ts';
import { HOUR_MS, MINUTE_MS } from '../time/zone.ts';
import { bucketKey, groupKey, SLIDING_WINDOW } from './counter-key.ts';
import { WindowClock } from './window-clock.ts';

/** A limit with all that a decision needs of it, computed once. */
export interface CompiledLimit {
  readonly limit: Limit;
  readonly amount: SplitAmount;
  readonly ceiling: SplitAmount;
  readonly marks: readonly Mark[];
  readonly clock: WindowClock;
  /** 0 for a calendar window. */
  readonly sliceMs: number;
  /** The group of the limit's counters in a window; `undefined` for the window of a sliding limit. */
  groupIn(window: Window | undefined): string;
}

/** What holds for a bucket at an instant. */
export interface Terms {
  readonly limits: readonly CompiledLimit[];
  readonly calendar: Calendar;
  readonly onExceed: OnExceed;
  readonly trialEndsMs: number;
}

interface TermsFrom {
  readonly fromMs: number;
  readonly terms: Terms;
}

export interface CompiledRule {
  readonly rule: QuotaRule;
  readonly matches: Matcher;
  /** The bucket of a call, as part of a key. */
  bucketOf(call: QuotaCall): string;
  termsOf(call: QuotaCall, bucket: string, nowMs: number): Terms;
  /** Every calendar that some bucket of the rule counts by. */
  readonly calendars: readonly Calendar[];
}

/** Rules with everything decided that does not depend on the call. */
export function compileRules({ rules }: RuleSet): readonly CompiledRule[] {
  const clocks = new Map<string, WindowClock>();
  return rules.map((rule) => compileRule(rule, clocks));
}

function compileRule(rule: QuotaRule, clocks: Map<string, WindowClock>): CompiledRule {
  const { appliesPer } = rule;
  const base = compileTerms(rule, undefined, clocks);
  const exact = new Map<string, TermsFrom[]>();
  const partial: { readonly override: Override; readonly from: TermsFrom }[] = [];
  for (const override of rule.overrides) {
    const from = { fromMs: override.fromMs ?? Number.NEGATIVE_INFINITY, terms: compileTerms(rule, override, clocks) };
    if (override.for.size < appliesPer.length) partial.push({ override, from });
    else {
      const bucket = bucketKey(appliesPer.map((dimension) => override.for.get(dimension) as string));
      const list = exact.get(bucket) ?? [];
      list.push(from);
      exact.set(bucket, list);
    }
  }
  for (const list of exact.values()) list.sort((a, b) => a.fromMs - b.fromMs);
  partial.sort((a, b) => b.override.for.size - a.override.for.size || b.from.fromMs - a.from.fromMs);
  const single = appliesPer.length === 1 ? (appliesPer[0] as string) : undefined;
  return {
    rule,
    matches: compileCondition(rule.when),
    bucketOf: (call) => {
      if (single !== undefined) {
        const value = dimensionValue(single, call);
        return value.includes('|') || value.includes('\\') ? bucketKey([value]) : value;
      }
      return appliesPer.length === 0 ? '' : bucketKey(appliesPer.map((dimension) => dimensionValue(dimension, call)));
    },
    termsOf: (call, bucket, nowMs) => {
      const own = exact.get(bucket);
      const current = own?.findLast(({ fromMs }) => fromMs <= nowMs);
      if (current !== undefined) {
        return rule.proration === 'by_time'
          ? prorate(rule.id, [{ fromMs: Number.NEGATIVE_INFINITY, terms: base }, ...(own ?? [])], nowMs)
          : current.terms;
      }
      for (const { override, from } of partial) {
        if (from.fromMs > nowMs) continue;
        if ([...override.for].every(([dimension, value]) => dimensionValue(dimension, call) === value))
          return from.terms;
      }
      return base;
    },
    calendars: [rule.calendar, ...new Set(rule.overrides.flatMap(({ calendar }) => calendar ?? []))],
  };
}

function compileTerms(rule: QuotaRule, override: Override | undefined, clocks: Map<string, WindowClock>): Terms {
  const calendar = override?.calendar ?? rule.calendar;
  const onExceed = override?.onExceed ?? rule.onExceed;
  return {
    limits: (override?.limits ?? rule.limits).map((limit) =>
      compileLimit(rule.id, limit, onExceed, rule.alerts.thresholds, clockOf(calendar, limit, clocks)),
    ),
    calendar,
    onExceed,
    trialEndsMs: override?.trialEndsMs ?? rule.trialEndsMs ?? Number.POSITIVE_INFINITY,
  };
}

const SLICE_MS = { minute: MINUTE_MS / SLICES, hour: HOUR_MS / SLICES, day: (24 * HOUR_MS) / SLICES };

function compileLimit(
  ruleId: string,
  limit: Limit,
  onExceed: OnExceed,
  thresholds: readonly number[],
  clock: WindowClock,
): CompiledLimit {
  const { unit, amount } = limit;
  return {
    limit,
    amount: splitAmount(unit, amount),
    ceiling: ceilingOf(limit, onExceed),
    // The counter reaches a mark exactly when it is at least this share, so the share is rounded up.
    marks: [...thresholds]
      .sort((a, b) => a - b)
      .map((percent) => ({ percent, amount: splitAmount(unit, (amount * BigInt(percent) + 99n) / 100n) })),
    clock,
    sliceMs: limit.window === 'sliding' ? SLICE_MS[limit.per as keyof typeof SLICE_MS] : 0,
    groupIn: rememberLast((window) => groupKey(ruleId, limit.id, window?.id ?? SLIDING_WINDOW)),
  };
}

/** The windows asked for are nearly always the same one. */
function rememberLast(make: (window: Window | undefined) => string): (window: Window | undefined) => string {
  let last: Window | undefined;
  let text = make(undefined);
  return (window) => {
    if (window === last) return text;
    last = window;
    text = make(window);
    return text;
  };
}

function ceilingOf({ unit, amount }: Limit, onExceed: OnExceed): SplitAmount {
  const extra: Amount =
    onExceed.kind === 'grace' && onExceed.percent !== undefined
      ? (amount * BigInt(onExceed.percent)) / 100n
      : onExceed.kind === 'overage'
        ? (onExceed.extra ?? 0n)
        : 0n;
  const ceiling = splitAmount(unit, amount + extra);
  return ceiling.hi > HI_MAX ? { hi: HI_MAX, lo: 0 } : ceiling;
}

function clockOf(calendar: Calendar, limit: Limit, clocks: Map<string, WindowClock>): WindowClock {
  const key = JSON.stringify([calendar, limit.per]);
  const known = clocks.get(key);
  if (known !== undefined) return known;
  const made = new WindowClock(calendar, limit.per);
  clocks.set(key, made);
  return made;
}

/**
 * Limits that changed within their window, each counted for its share of the window: what is current now is taken to stay
 * so until the end. Rounded down once.
 */
function prorate(ruleId: string, timeline: readonly TermsFrom[], nowMs: number): Terms {
  const past = timeline.filter(({ fromMs }) => fromMs <= nowMs);
  const { terms } = past.at(-1) as TermsFrom;
  if (past.length === 1) return terms;
  return {
    ...terms,
    limits: terms.limits.map((compiled) => {
      const { limit, clock } = compiled;
      const { startMs, endMs } = clock.at(nowMs);
      if (limit.window === 'sliding' || limit.per === 'lifetime' || (past.at(-1) as TermsFrom).fromMs <= startMs)
        return compiled;
      let weighted = 0n;
      for (const [index, step] of past.entries()) {
        const from = Math.max(step.fromMs, startMs);
        const to = Math.min(past[index + 1]?.fromMs ?? endMs, endMs);
        const same = step.terms.limits.find((other) => other.limit.id === limit.id);
        if (to > from) weighted += (same?.limit.amount ?? 0n) * BigInt(to - from);
      }
      const amount = weighted / BigInt(endMs - startMs);
      return compileLimit(
        ruleId,
        { ...limit, amount },
        terms.onExceed,
        compiled.marks.map(({ percent }) => percent),
        clock,
      );
    }),
  };
}

/** A share of an amount, rounded down; for replicas that cannot see each other. */
export function shareOf(compiled: CompiledLimit, bound: SplitAmount, replicas: number): SplitAmount {
  if (replicas <= 1) return bound;
  const { unit } = compiled.limit;
  const share = joinAmount(unit, bound) / BigInt(replicas);
  return share <= 0n ? NOTHING : splitAmount(unit, share);
}
