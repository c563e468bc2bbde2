import { type LedgerCall, type Period, type Quota, rebuildCounters, windowAt } from '@costspan/quota';
import type { Ledger } from '../ledger/ledger.ts';
import { useByGroup } from './ledger-use.ts';
import type { QuotaDesk } from './quota-desk.ts';

type CompiledRule = Quota['compiled'][number];

export interface CountOptions {
  /** Rules to count; all unless given. */
  readonly ruleIds?: readonly string[];
  /** Names this count: the same again changes nothing. */
  readonly id: string;
  /** Calls of commits after this knowledge time are counted otherwise. */
  readonly asOfUs?: number;
  /** The counters hold none of these calls: all are added, sliding windows too. */
  readonly isFresh: boolean;
}

export interface Counted {
  readonly rules: number;
  readonly countersChanged: number;
}

/**
 * Makes the counters of the windows in force what the ledger says, rule by rule. What was settled in the last moments and
 * is not in the ledger yet is counted when its span comes.
 * @throws whatever ledger or store throw.
 */
export async function countLedger(
  desk: QuotaDesk,
  ledger: Ledger,
  options: CountOptions,
  nowMs: number,
): Promise<Counted> {
  const { rules: set, compiled } = desk.quota;
  const wanted = compiled.filter(({ rule }) => options.ruleIds?.includes(rule.id) ?? true);
  let countersChanged = 0;
  for (const one of wanted) {
    // One rule at a time, since each sees other fields of a call.
    const alone = desk.withRules({ ...set, rules: [one.rule] });
    const calls = ledgerCalls(one, ledger, options, nowMs);
    const isLost = options.isFresh;
    const counted = await rebuildCounters(alone, `${options.id}#${one.rule.id}`, calls, nowMs, { isLost });
    countersChanged += counted.countersChanged;
    if (options.isFresh) await countSliding(desk, one, ledger, options, nowMs);
  }
  return { rules: wanted.length, countersChanged };
}

/**
 * The ledger since the first window in force began, in stretches in which neither a window nor terms begin: all calls of
 * a stretch are in the same windows, so they can be counted together at its start.
 */
async function* ledgerCalls(
  { rule, calendars }: CompiledRule,
  ledger: Ledger,
  { id, asOfUs }: CountOptions,
  nowMs: number,
): AsyncGenerator<LedgerCall> {
  const limits = [rule.limits, ...rule.overrides.map((override) => override.limits ?? [])].flat();
  const periods = new Set(limits.filter(({ window }) => window === 'calendar').map(({ per }) => per));
  const windows = [...periods].flatMap((per: Period) => calendars.map((calendar) => windowAt(calendar, per, nowMs)));
  if (windows.length === 0) return;
  const starts = windows.map(({ startMs }) => Math.max(startMs, 0));
  const first = Math.min(...starts);
  const terms = rule.overrides.flatMap(({ fromMs }) => fromMs ?? []).filter((at) => at > first && at <= nowMs);
  // A clock that runs ahead has sent calls of the next minutes; they are in the windows of now as well.
  const end = Math.min(...windows.map(({ endMs }) => endMs), nowMs + CLOCK_AHEAD_MS);
  const edges = [...new Set([...starts, ...terms])].sort((a, b) => a - b);
  for (const [index, fromMs] of edges.entries()) {
    const range = { fromMs, toMs: edges[index + 1] ?? end, ...(asOfUs === undefined ? {} : { asOfUs }) };
    for await (const { call, ...used } of useByGroup(ledger, rule, range)) yield { id, call, atMs: fromMs, ...used };
  }
}

const CLOCK_AHEAD_MS = 3_600_000;
/** Slices of a sliding window, as its store keeps them. A window of a minute is soon over and begins anew. */
const SLIDING = { hour: 60_000, day: 24 * 60_000 } as const;
const SLICES = 60;

/** Sliding windows slice by slice, each counted where its calls were. */
async function countSliding(
  desk: QuotaDesk,
  { rule }: CompiledRule,
  ledger: Ledger,
  { id, asOfUs }: CountOptions,
  nowMs: number,
): Promise<void> {
  for (const [per, sliceMs] of Object.entries(SLIDING)) {
    const limits = rule.limits.filter((limit) => limit.window === 'sliding' && limit.per === per);
    if (limits.length === 0) continue;
    const overrides = rule.overrides.map(({ limits: own, ...override }) => ({
      ...override,
      ...(own === undefined ? {} : { limits: own.filter((limit) => limit.window === 'sliding' && limit.per === per) }),
    }));
    const alone = desk.withRules({ ...desk.quota.rules, rules: [{ ...rule, limits, overrides }] });
    const last = Math.floor(nowMs / sliceMs);
    for (let slice = last - SLICES; slice <= last; slice += 1) {
      const atMs = slice * sliceMs;
      let group = 0;
      const range = { fromMs: atMs, toMs: atMs + sliceMs, ...(asOfUs === undefined ? {} : { asOfUs }) };
      for await (const { call, ...used } of useByGroup(ledger, rule, range)) {
        await alone.record(`${id}#${rule.id}#${per}#${slice}#${group}`, call, used, atMs);
        group += 1;
      }
    }
  }
}
