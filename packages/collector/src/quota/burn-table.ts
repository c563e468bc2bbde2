import {
  type BudgetStatus,
  type Burn,
  burnOf,
  type HourProfile,
  learnProfile,
  type Quota,
  quotaStatus,
  recentLengths,
  type Unit,
} from '@costspan/quota';
import type { Ledger } from '../ledger/ledger.ts';
import type { Notices } from '../notices.ts';
import { parseInstantUs } from '../query/instants.ts';
import { USAGE_ROWS_MAX } from '../query/usage-query.ts';
import type { SelfMetrics } from '../self-metrics.ts';
import { type GroupUse, groupUse, useByGroup } from './ledger-use.ts';
import { PaceTable } from './pace-table.ts';
import type { QuotaDesk } from './quota-desk.ts';
import { ruleFields } from './rule-fields.ts';

type CompiledRule = Quota['compiled'][number];

/** How one budget stands, and how fast it is used. */
export interface BudgetBurn {
  readonly status: BudgetStatus;
  readonly burn: Burn;
}

export interface BurnTableOptions {
  readonly desk: QuotaDesk;
  readonly ledger: Ledger;
  readonly metrics: SelfMetrics;
  readonly notices: Notices;
  readonly intervalMs: number;
  /** Most buckets of a limit that are looked at, those that used most. */
  readonly bucketsMax: number;
}

interface RuleUse {
  /** Use in the last so many ms, by length and bucket. */
  readonly recent: ReadonlyMap<number, ReadonlyMap<string, GroupUse>>;
  /** By bucket: use by the hour or the day since the longest window began. */
  readonly blocks: ReadonlyMap<string, readonly Block[]>;
  readonly profile: HourProfile | undefined;
}

interface Block {
  readonly fromMs: number;
  readonly toMs: number;
  readonly use: GroupUse;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Four of each hour of the week. */
const PROFILE_MS = 28 * DAY_MS;
/** What changes slowly is looked at less often. */
const SLOW_MS = 5 * 60_000;
/** A look may take this share of the time. */
const LOAD_MAX = 0.25;

/**
 * How fast budgets are used, looked at in the background: no request waits for it, and it never takes more than a quarter of
 * the time. A bucket beyond the bound has its counters all the same, and no burn.
 */
export class BurnTable {
  readonly #options: BurnTableOptions;
  /** By rule. */
  readonly #paces = new Map<string, PaceTable>();
  readonly #uses = new Map<string, RuleUse>();
  readonly #slow = new Map<string, { readonly atMs: number; readonly use: Pick<RuleUse, 'blocks' | 'profile'> }>();
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #isClosed = false;
  /** The budgets as the last look found them. */
  budgets: readonly BudgetBurn[] = [];
  /** When that was; 0 before the first. */
  atMs = 0;

  constructor(options: BurnTableOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = this.#look().finally(() => {
      this.#running = undefined;
    });
  }

  /** Looks now. */
  async refresh(nowMs: number): Promise<void> {
    const { desk, ledger, bucketsMax } = this.#options;
    const { quota } = desk;
    const ids = new Set(quota.compiled.map(({ rule }) => rule.id));
    for (const known of this.#uses.keys()) if (!ids.has(known)) this.#uses.delete(known);
    for (const known of this.#slow.keys()) if (!ids.has(known)) this.#slow.delete(known);
    for (const known of this.#paces.keys()) if (!ids.has(known)) this.#paces.delete(known);
    for (const compiled of quota.compiled) {
      if (!hasBudget(compiled)) continue;
      const { rule } = compiled;
      const recent = new Map<number, ReadonlyMap<string, GroupUse>>();
      for (const lengthMs of new Set(rule.limits.flatMap(({ per }) => recentLengths(per)))) {
        const range = { fromMs: nowMs - lengthMs, toMs: nowMs + 1 };
        recent.set(lengthMs, await byBucket(compiled, useByGroup(ledger, rule, range, bucketsMax)));
      }
      this.#uses.set(rule.id, { recent, ...(await this.#slowUse(compiled, nowMs)) });
    }
    const { budgets } = await quotaStatus(quota, { max: bucketsMax }, nowMs);
    this.budgets = budgets.map((status) => ({ status, burn: this.burnOf(quota, status, nowMs) }));
    this.atMs = nowMs;
  }

  /** How fast a budget is used, with what the last look knows of its bucket. */
  burnOf(quota: Quota, status: BudgetStatus, nowMs: number): Burn {
    const { per, window, limit, used, reserved, unit, timezone } = status;
    const compiled = quota.compiled.find(({ rule }) => rule.id === status.ruleId);
    const bucket = compiled === undefined ? '' : bucketOf(compiled, status);
    const use = this.#uses.get(status.ruleId);
    const pace = this.#pacesOf(status.ruleId).paceOf(window, timezone, use?.profile);
    const recent = recentLengths(per).flatMap((lengthMs) => {
      const found = use?.recent.get(lengthMs);
      return found === undefined ? [] : [{ lengthMs, used: amountOf(found.get(bucket), unit) }];
    });
    const blocks = (use?.blocks.get(bucket) ?? [])
      .filter(({ fromMs, toMs }) => fromMs >= window.startMs && toMs <= nowMs)
      .map(({ fromMs, toMs, use: block }) => ({ fromMs, toMs, used: amountOf(block, unit) }));
    return burnOf({ per, window, limit, used, reserved, pace, recent, blocks }, nowMs);
  }

  #pacesOf(ruleId: string): PaceTable {
    const known = this.#paces.get(ruleId) ?? new PaceTable();
    this.#paces.set(ruleId, known);
    return known;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  async #look(): Promise<void> {
    const { metrics, notices, intervalMs } = this.#options;
    const startedAt = performance.now();
    try {
      await this.refresh(Date.now());
      notices.over('quota burn', 'the burn of quotas is known again');
    } catch (error) {
      metrics.add('quotaBurnFailures');
      const why = error instanceof Error ? error.message : String(error);
      notices.once('quota burn', `the burn of quotas is not known, and the last one stays: ${why} (said once)`);
    }
    if (this.#isClosed) return;
    const waitMs = Math.max(intervalMs, (performance.now() - startedAt) * (1 / LOAD_MAX - 1));
    this.#timer = setTimeout(() => this.start(), waitMs).unref();
  }

  async #slowUse(compiled: CompiledRule, nowMs: number): Promise<Pick<RuleUse, 'blocks' | 'profile'>> {
    const { rule } = compiled;
    const known = this.#slow.get(rule.id);
    if (known !== undefined && nowMs - known.atMs < SLOW_MS) return known.use;
    const { ledger } = this.#options;
    const use = { blocks: await blocksOf(ledger, compiled, nowMs), profile: await profileOf(ledger, compiled, nowMs) };
    this.#slow.set(rule.id, { atMs: nowMs, use });
    return use;
  }
}

/** Blocks of an hour while all windows are short, else of a day; of the buckets that cost most. */
async function blocksOf(
  ledger: Ledger,
  compiled: CompiledRule,
  nowMs: number,
): Promise<ReadonlyMap<string, readonly Block[]>> {
  const { rule } = compiled;
  const isShort = rule.limits.every(({ per }) => per === 'minute' || per === 'hour' || per === 'day' || per === 'week');
  const [blockMs, lengthMs] = isShort ? [HOUR_MS, 7 * DAY_MS] : [DAY_MS, 92 * DAY_MS];
  const fromMs = Math.floor((nowMs - lengthMs) / blockMs) * blockMs;
  const fields = ruleFields(rule);
  const { rows } = await ledger.query({
    fromUs: fromMs * 1000,
    toUs: Math.floor(nowMs / blockMs) * blockMs * 1000,
    timezone: 'UTC',
    grain: isShort ? 'hour' : 'day',
    metrics: ['calls', 'tokens', 'cost', 'unpriced_calls'],
    groupBy: fields,
    filters: [],
    orderBy: { field: 'cost', direction: 'desc' },
    limit: Math.floor(USAGE_ROWS_MAX / ((nowMs - fromMs) / blockMs + 1)) - 1,
    page: { skip: 0 },
  });
  const blocks = new Map<string, Block[]>();
  for (const row of rows) {
    const use = groupUse(row, fields, rule);
    if (!compiled.matches(use.call)) continue;
    const at = (parseInstantUs(String(row['time'])) ?? 0) / 1000;
    const bucket = compiled.bucketOf(use.call);
    const list = blocks.get(bucket) ?? [];
    const same = list.find((block) => block.fromMs === at);
    if (same === undefined) list.push({ fromMs: at, toMs: at + blockMs, use });
    else list[list.indexOf(same)] = { ...same, use: together(same.use, use) };
    blocks.set(bucket, list);
  }
  return blocks;
}

/** The habit of all calls of the ledger by hour of the week: what one bucket does says more about chance. */
async function profileOf(ledger: Ledger, { rule }: CompiledRule, nowMs: number): Promise<HourProfile | undefined> {
  const toMs = Math.floor(nowMs / HOUR_MS) * HOUR_MS;
  const { rows } = await ledger.query({
    fromUs: (toMs - PROFILE_MS) * 1000,
    toUs: toMs * 1000,
    timezone: 'UTC',
    grain: 'hour',
    metrics: ['calls', 'tokens', 'cost'],
    groupBy: [],
    filters: [],
    orderBy: { field: 'time', direction: 'asc' },
    limit: 1,
  });
  const [limit] = rule.limits;
  const metric = limit?.unit === 'requests' ? 'calls' : (limit?.unit ?? 'cost');
  const hours = rows.map((row) => ({
    atMs: (parseInstantUs(String(row['time'])) ?? 0) / 1000,
    used: Number(row[metric] ?? 0),
  }));
  return learnProfile(hours, rule.calendar.timezone);
}

function hasBudget({ rule }: CompiledRule): boolean {
  return [rule.limits, ...rule.overrides.map(({ limits }) => limits ?? [])]
    .flat()
    .some(({ window }) => window === 'calendar');
}

async function byBucket(compiled: CompiledRule, uses: AsyncIterable<GroupUse>): Promise<ReadonlyMap<string, GroupUse>> {
  const sums = new Map<string, GroupUse>();
  for await (const use of uses) {
    if (!compiled.matches(use.call)) continue;
    const bucket = compiled.bucketOf(use.call);
    const sum = sums.get(bucket);
    sums.set(bucket, sum === undefined ? use : together(sum, use));
  }
  return sums;
}

function together(a: GroupUse, b: GroupUse): GroupUse {
  return {
    ...a,
    requests: a.requests + b.requests,
    tokens: a.tokens + b.tokens,
    cost: (a.cost + b.cost) as GroupUse['cost'],
  };
}

function bucketOf({ bucketOf: keyOf }: CompiledRule, { bucket }: BudgetStatus): string {
  return keyOf({ provider: bucket['provider'] ?? '', model: bucket['model'] ?? '', tags: bucket });
}

function amountOf(use: GroupUse | undefined, unit: Unit): bigint {
  return use === undefined ? 0n : BigInt(use[unit]);
}
