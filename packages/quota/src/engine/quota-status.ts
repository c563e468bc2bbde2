import { type Amount, joinAmount, type Unit } from '../split-amount.ts';
import { type CounterState, keyOf, type ListedCounter, type QuotaStore } from '../store/quota-store.ts';
import type { Period } from '../time/calendar.ts';
import type { Window } from '../time/window.ts';
import type { CompiledRule } from './compile-rules.ts';
import { bucketKey, groupKey, parseCounterKey } from './counter-key.ts';
import type { Quota } from './quota.ts';
import { WindowClock } from './window-clock.ts';

/** How one budget of one bucket stands. */
export interface BudgetStatus {
  readonly ruleId: string;
  readonly limitId: string;
  readonly unit: Unit;
  readonly per: Period;
  readonly bucket: Readonly<Record<string, string>>;
  readonly window: Window;
  readonly timezone: string;
  readonly limit: Amount;
  readonly used: Amount;
  readonly reserved: Amount;
  readonly remaining: Amount;
  /** Used and reserved as a share of the limit; a double, for charts. A limit of nothing is used up. */
  readonly usedRatio: number;
  readonly mode: 'enforce' | 'audit';
}

export interface StatusQuery {
  readonly ruleId?: string;
  /** Only buckets with one of these values of each dimension; with none stated, buckets that have the dimension. */
  readonly bucket?: Readonly<Record<string, readonly string[]>>;
  /** Most buckets for each limit, those that used most. 100 unless told. */
  readonly max?: number;
}

export interface StatusAnswer {
  readonly budgets: readonly BudgetStatus[];
  /** Buckets that were left out because of `max`. */
  readonly more: number;
}

const MAX = 100;
/** With a filter on buckets, how many of them are looked through. */
const SEARCHED_MAX = 100_000;
/** Buckets that are read by their names. */
const NAMED_MAX = 250;

/**
 * The budgets of the windows that hold `nowMs`. Sliding limits have no list: ask for one call with `explainDecision`.
 * @throws whatever the store throws when it cannot be reached.
 */
export async function quotaStatus(quota: Quota, query: StatusQuery, nowMs: number): Promise<StatusAnswer> {
  const budgets: BudgetStatus[] = [];
  let more = 0;
  const max = query.max ?? MAX;
  const wanted = Object.entries(query.bucket ?? {}).map(([key, values]) => [key, oneOf(values)] as const);
  for (const compiled of quota.compiled) {
    const { rule } = compiled;
    if (query.ruleId !== undefined && rule.id !== query.ruleId) continue;
    if (wanted.some(([dimension]) => !rule.appliesPer.includes(dimension))) continue;
    for (const { group, window, timezone } of budgetGroups(compiled, nowMs)) {
      const searched = query.bucket === undefined ? max : SEARCHED_MAX;
      const named = bucketsOf(rule.appliesPer, query.bucket ?? {});
      const { counters, total } =
        named === undefined
          ? await quota.store.list(group, searched, nowMs)
          : await readNamed(quota.store, group, named, nowMs);
      const found = counters
        .map((counter) => statusOf(compiled, counter, window, timezone, nowMs))
        .filter((status) => status !== undefined)
        .filter(({ bucket }) => wanted.every(([key, isWanted]) => isWanted(bucket[key])));
      budgets.push(...found.slice(0, max));
      more += query.bucket === undefined ? total - counters.length : Math.max(found.length - max, 0);
    }
  }
  return { budgets, more };
}

/** The buckets that a query names in full, where they are few: they are read, and the others not looked through. */
function bucketsOf(
  dimensions: readonly string[],
  wanted: Readonly<Record<string, readonly string[]>>,
): readonly string[] | undefined {
  let named: readonly (readonly string[])[] = [[]];
  for (const dimension of dimensions) {
    const values = new Set(wanted[dimension] ?? []);
    if (values.size === 0 || values.size * named.length > NAMED_MAX) return undefined;
    named = named.flatMap((bucket) => [...values].map((value) => [...bucket, value]));
  }
  return dimensions.length === 0 ? undefined : named.map(bucketKey);
}

/** Those of them that have a counter which was used. */
async function readNamed(
  store: QuotaStore,
  group: string,
  buckets: readonly string[],
  nowMs: number,
): Promise<{ readonly counters: readonly ListedCounter[]; readonly total: number }> {
  const refs = buckets.map((bucket) => ({ group, bucket, kind: 'budget' as const, sliceMs: 0, endsMs: 0 }));
  const states = await store.read(refs, nowMs);
  const counters = refs
    .map((ref, index): ListedCounter => ({ key: keyOf(ref), ...(states[index] as CounterState) }))
    .filter(({ used, reserved }) => used.hi !== 0 || used.lo !== 0 || reserved.hi !== 0 || reserved.lo !== 0);
  return { counters, total: counters.length };
}

function oneOf(values: readonly string[]): (value: string | undefined) => boolean {
  const known = new Set(values);
  return (value) => value !== undefined && (known.size === 0 || known.has(value));
}

/** The groups of a rule's calendar limits at an instant, for every calendar that some bucket counts by. */
export function budgetGroups(
  { rule, calendars }: CompiledRule,
  nowMs: number,
): readonly { readonly group: string; readonly window: Window; readonly timezone: string }[] {
  const groups = new Map<string, { readonly group: string; readonly window: Window; readonly timezone: string }>();
  const limits = [rule.limits, ...rule.overrides.map((override) => override.limits ?? [])].flat();
  const kinds = new Map(limits.filter(({ window }) => window === 'calendar').map((limit) => [limit.id, limit]));
  for (const limit of kinds.values()) {
    for (const calendar of calendars) {
      const window = new WindowClock(calendar, limit.per).at(nowMs);
      const group = groupKey(rule.id, limit.id, window.id);
      groups.set(group, { group, window, timezone: calendar.timezone });
    }
  }
  return [...groups.values()];
}

function statusOf(
  compiled: CompiledRule,
  counter: ListedCounter,
  window: Window,
  timezone: string,
  nowMs: number,
): BudgetStatus | undefined {
  const { rule } = compiled;
  const { limitId, values } = parseCounterKey(counter.key, rule.appliesPer.length);
  const bucket = Object.fromEntries(rule.appliesPer.map((dimension, index) => [dimension, values[index] ?? '']));
  const call = { provider: bucket['provider'] ?? '', model: bucket['model'] ?? '', tags: bucket };
  const terms = compiled.termsOf(call, compiled.bucketOf(call), nowMs);
  const limit = terms.limits.find((other) => other.limit.id === limitId)?.limit;
  if (limit === undefined) return undefined;
  const used = joinAmount(limit.unit, counter.used);
  const reserved = joinAmount(limit.unit, counter.reserved);
  return {
    ruleId: rule.id,
    limitId,
    unit: limit.unit,
    per: limit.per,
    bucket,
    window,
    timezone,
    limit: limit.amount,
    used,
    reserved,
    remaining: limit.amount - used - reserved,
    usedRatio: ratio(used + reserved, limit.amount),
    mode: rule.mode,
  };
}

/** The nearest double of a share, to 15 digits. */
function ratio(part: Amount, whole: Amount): number {
  if (whole === 0n) return part > 0n ? Number.POSITIVE_INFINITY : 1;
  return Number(part) / Number(whole);
}
