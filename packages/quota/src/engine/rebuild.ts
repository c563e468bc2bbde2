import type { QuotaCall } from '../rules/match.ts';
import type { RuleSet } from '../rules/rule.ts';
import { type Amount, joinAmount, splitAmount, type Unit } from '../split-amount.ts';
import { keyOf } from '../store/quota-store.ts';
import { compileRules } from './compile-rules.ts';
import type { PlannedEntry } from './plan-reservation.ts';
import type { ActualUse, Quota } from './quota.ts';
import { budgetGroups } from './quota-status.ts';

/** A call as the ledger has it. */
export interface LedgerCall extends ActualUse {
  readonly id: string;
  readonly call: QuotaCall;
  readonly atMs: number;
}

/** What counting again changed. */
export interface Rebuilt {
  readonly calls: number;
  readonly countersChanged: number;
  /** The earliest start of a window that is counted; calls before it are of no use. */
  readonly fromMs: number;
}

type Counted = ReadonlyMap<string, { readonly used: Amount; readonly group: string; readonly unit: Unit }>;

const COUNTERS_MAX = 1_000_000;

/** From when the ledger must be read to count the windows of `nowMs` again. */
export function rebuildFrom(quota: Quota, nowMs: number): number {
  return Math.min(
    nowMs,
    ...quota.compiled.flatMap((rule) => budgetGroups(rule, nowMs).map(({ window }) => window.startMs)),
  );
}

/**
 * Makes the budgets of the windows of `nowMs` what the ledger says. Call it when counters were lost, or when the rules changed
 * their windows. Settlements during the count are kept: the difference to what was counted at the beginning is added. Exact
 * when `calls` holds every call that was settled before it began, and none that was settled after.
 * `id` names this rebuild; the same again changes nothing. `isLost` says that the counters hold none of these calls, since their
 * store was emptied: they are added to whatever was counted since.
 */
export async function rebuildCounters(
  quota: Quota,
  id: string,
  calls: Iterable<LedgerCall> | AsyncIterable<LedgerCall>,
  nowMs: number,
  { isLost = false }: { readonly isLost?: boolean } = {},
): Promise<Rebuilt> {
  const groups = new Set(quota.compiled.flatMap((rule) => budgetGroups(rule, nowMs).map(({ group }) => group)));
  const before: Counted = isLost ? new Map() : await countersOf(quota, groups, nowMs);
  const sums = new Map<string, { readonly entry: PlannedEntry; amount: Amount }>();
  let count = 0;
  for await (const { id: callId, call, atMs, ...actual } of calls) {
    count += 1;
    const used: { readonly [U in Unit]: number | bigint | undefined } = {
      requests: 1,
      tokens: undefined,
      cost: undefined,
      ...actual,
    };
    for (const entry of quota.plan({ id: callId, call, hold: { requests: 1, tokens: 0, ...actual } }, atMs).entries) {
      if (entry.kind !== 'budget' || !groups.has(entry.group)) continue;
      const amount =
        used[entry.unit] ??
        (entry.unit === 'cost' && entry.rule.unpriced.kind === 'estimate' ? entry.rule.unpriced.cost : 0);
      const key = keyOf(entry);
      const sum = sums.get(key);
      if (sum === undefined) sums.set(key, { entry, amount: BigInt(amount) });
      else sum.amount += BigInt(amount);
    }
  }
  const changes = [...before].flatMap(([key, counter]) =>
    sums.has(key) ? [] : [{ key, group: counter.group, difference: -counter.used, unit: counter.unit }],
  );
  const entries = [...sums.values()].flatMap(({ entry, amount }) => {
    const difference = amount - (before.get(keyOf(entry))?.used ?? 0n);
    return difference === 0n ? [] : [{ ...entry, amount: splitAmount(entry.unit, difference) }];
  });
  const gone = changes
    .filter(({ difference }) => difference !== 0n)
    .map(({ key, group, difference, unit }) => ({
      group,
      bucket: key.slice(group.length + 1),
      kind: 'budget' as const,
      sliceMs: 0,
      endsMs: nowMs,
      amount: splitAmount(unit, difference),
      limit: { hi: 0, lo: 0 },
      marks: [],
    }));
  for (const [index, part] of chunks([...entries, ...gone]).entries())
    await quota.store.record(`${id}#${index}`, part, nowMs);
  return { calls: count, countersChanged: entries.length + gone.length, fromMs: rebuildFrom(quota, nowMs) };
}

/** Ids of rules whose counters do not carry over from one file to the next: their windows, buckets or conditions differ. */
export function rulesToRebuild(before: RuleSet, after: RuleSet, nowMs: number): readonly string[] {
  const signatures = (rules: RuleSet) =>
    new Map(
      compileRules(rules).map((compiled) => [
        compiled.rule.id,
        JSON.stringify([
          compiled.rule.when,
          compiled.rule.appliesPer,
          budgetGroups(compiled, nowMs).map(({ group }) => group),
        ]),
      ]),
    );
  const old = signatures(before);
  return [...signatures(after)].filter(([id, signature]) => old.get(id) !== signature).map(([id]) => id);
}

async function countersOf(quota: Quota, groups: ReadonlySet<string>, nowMs: number): Promise<Counted> {
  const found = new Map<string, { readonly used: Amount; readonly group: string; readonly unit: Unit }>();
  for (const group of groups) {
    const unit = (group.split('|')[1] as string).split('/')[0] as Unit;
    const { counters } = await quota.store.list(group, COUNTERS_MAX, nowMs);
    for (const { key, used } of counters) found.set(key, { used: joinAmount(unit, used), group, unit });
  }
  return found;
}

/** One script stays short, so that other processes are not kept waiting. */
function chunks<T>(list: readonly T[]): T[][] {
  const size = 500;
  return Array.from({ length: Math.ceil(list.length / size) }, (_, index) =>
    list.slice(index * size, (index + 1) * size),
  );
}
