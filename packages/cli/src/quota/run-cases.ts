import { type Decision, MemoryStore, Quota, type RuleSet } from '@costspan/quota';
import type { Expected, QuotaCase } from './case-table.ts';
import { priceByCatalogue } from './price-by-catalogue.ts';

/** What was decided about a row. */
export interface CaseResult {
  readonly row: QuotaCase;
  /** Which of its calls decided otherwise first, counted from 1; absent when all were as expected. */
  readonly differsAt?: number;
  readonly got: Expected;
  readonly gotRules: readonly string[];
}

/** Makes the calls of a table in order, on counters of their own: what is allowed is counted and seen by the calls after it. */
export async function runCases(rules: RuleSet, cases: readonly QuotaCase[]): Promise<CaseResult[]> {
  const quota = new Quota({ rules, store: new MemoryStore(), priceOf: priceByCatalogue });
  const results: CaseResult[] = [];
  for (const [index, row] of cases.entries()) {
    let result: CaseResult | undefined;
    for (let made = 1; made <= row.times; made += 1) {
      const id = `case-${index}-${made}`;
      const { call, used, atMs } = row;
      const decision = await quota.reserve({ id, call, hold: { tokens: 0, ...used } }, atMs);
      if (decision.kind === 'allow') await quota.settle(id, used, atMs);
      const got = outcomeOf(decision);
      const gotRules = rulesOf(decision);
      if (got !== row.expect || !isSame(gotRules, row.rules)) {
        result = { row, differsAt: made, got, gotRules };
        break;
      }
      result = { row, got, gotRules };
    }
    if (result !== undefined) results.push(result);
  }
  return results;
}

function outcomeOf(decision: Decision): Expected {
  if (decision.kind === 'deny') return 'deny';
  if (decision.downgradeTo !== undefined) return 'downgrade';
  return decision.exceeded.length > 0 ? 'warn' : 'allow';
}

function rulesOf(decision: Decision): readonly string[] {
  const exceeded = decision.exceeded.filter(({ effect }) => decision.kind === 'allow' || effect === 'blocks');
  const ids = exceeded.map(({ ruleId }) => ruleId);
  return [...new Set(ids.length === 0 && decision.kind === 'deny' ? [decision.ruleId] : ids)];
}

function isSame(got: readonly string[], wanted: readonly string[] | undefined): boolean {
  return wanted === undefined || (wanted.length === got.length && wanted.every((id) => got.includes(id)));
}
