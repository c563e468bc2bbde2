import { type Atto, attoFromInteger } from '@costspan/usage';
import type { Evaluation, RuleSet } from '../rules/rule.ts';
import { MemoryStore } from '../store/memory-store.ts';
import { Quota } from './quota.ts';
import type { LedgerCall } from './rebuild.ts';

/** What one evaluation would have done with the past. */
export interface SimulatedEvaluation {
  readonly blocked: number;
  /** Cost of the calls that would not have been made; unknown costs add nothing. */
  readonly blockedCost: Atto;
  /** Calls that passed over a limit that only warns. */
  readonly warned: number;
  /** Calls that a rule in audit mode would have refused, counted once for each such rule. */
  readonly audited: number;
  readonly byRule: Readonly<Record<string, number>>;
  /** Blocked calls by the values of the rule that blocked them, as `rule|value|…`. */
  readonly byBucket: Readonly<Record<string, number>>;
  /** The first of them. */
  readonly samples: readonly { readonly id: string; readonly atMs: number; readonly ruleId: string }[];
}

export type Simulated = { readonly calls: number } & Readonly<Record<Evaluation, SimulatedEvaluation>>;

const SAMPLES_MAX = 100;
const BUCKETS_MAX = 10_000;

/**
 * Replays calls, oldest first, through rules as if they had held all along, under both evaluations. Each call asks for what it
 * turned out to use, so an estimate does not blur the answer. A blocked call uses nothing.
 */
export async function simulateRules(
  rules: RuleSet,
  calls: Iterable<LedgerCall> | AsyncIterable<LedgerCall>,
): Promise<Simulated> {
  const runs = { all: new Run({ ...rules, evaluation: 'all' }), first: new Run({ ...rules, evaluation: 'first' }) };
  let count = 0;
  for await (const call of calls) {
    count += 1;
    await runs.all.take(call);
    await runs.first.take(call);
  }
  return { calls: count, all: runs.all.result(), first: runs.first.result() };
}

class Run {
  readonly #quota: Quota;
  #blocked = 0;
  #blockedCost = 0n;
  #warned = 0;
  #audited = 0;
  readonly #byRule = new Map<string, number>();
  readonly #byBucket = new Map<string, number>();
  readonly #samples: { readonly id: string; readonly atMs: number; readonly ruleId: string }[] = [];

  constructor(rules: RuleSet) {
    // Ended calls need not be remembered: the ledger has each of them once.
    this.#quota = new Quota({ rules, store: new MemoryStore({ endedKeptMs: 0 }) });
  }

  async take({ id, call, atMs, ...actual }: LedgerCall): Promise<void> {
    const hold = { requests: 1, tokens: 0, ...actual };
    const decision = await this.#quota.reserve({ id, call, hold }, atMs);
    this.#audited += decision.exceeded.filter(({ effect }) => effect === 'audits').length;
    if (decision.kind === 'allow') {
      if (decision.exceeded.some(({ effect }) => effect === 'warns')) this.#warned += 1;
      await this.#quota.settle(id, actual, atMs);
      return;
    }
    this.#blocked += 1;
    this.#blockedCost += actual.cost ?? 0n;
    add(this.#byRule, decision.ruleId);
    const bucket = Object.values(decision.exceeded[0]?.bucket ?? {});
    if (this.#byBucket.size < BUCKETS_MAX) add(this.#byBucket, [decision.ruleId, ...bucket].join('|'));
    if (this.#samples.length < SAMPLES_MAX) this.#samples.push({ id, atMs, ruleId: decision.ruleId });
  }

  result(): SimulatedEvaluation {
    return {
      blocked: this.#blocked,
      blockedCost: attoFromInteger(this.#blockedCost),
      warned: this.#warned,
      audited: this.#audited,
      byRule: Object.fromEntries(this.#byRule),
      byBucket: Object.fromEntries(this.#byBucket),
      samples: this.#samples,
    };
  }
}

function add(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
