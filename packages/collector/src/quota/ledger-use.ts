import type { QuotaCall, QuotaRule } from '@costspan/quota';
import { type Atto, attoFromInteger, parseMoney, ZERO } from '@costspan/usage';
import type { Ledger } from '../ledger/ledger.ts';
import type { Field } from '../query/fields.ts';
import { USAGE_LIMIT_MAX, type UsageRow } from '../query/usage-query.ts';
import { callOfRow, ruleFields } from './rule-fields.ts';

/** What calls that are alike to a rule used together. */
export interface GroupUse {
  readonly call: QuotaCall;
  readonly requests: number;
  readonly tokens: number;
  /** With the rule's estimate for calls that have no price. */
  readonly cost: Atto;
}

export interface UseRange {
  readonly fromMs: number;
  readonly toMs: number;
  /** Knowledge time, microseconds. */
  readonly asOfUs?: number;
}

/**
 * What the calls that started in a range used, for each group that a rule tells apart, whether it matches them or not;
 * those that cost most first, at most `max`. From the sums by hour where they are exact.
 * @throws LedgerUnavailableError, QueryTooLargeError.
 */
export async function* useByGroup(
  ledger: Ledger,
  rule: QuotaRule,
  { fromMs, toMs, asOfUs }: UseRange,
  max = Number.POSITIVE_INFINITY,
): AsyncGenerator<GroupUse> {
  const fields = ruleFields(rule);
  const limit = Math.min(max, USAGE_LIMIT_MAX);
  for (let skip = 0; skip < max; skip += limit) {
    const { rows } = await ledger.query({
      fromUs: fromMs * 1000,
      toUs: toMs * 1000,
      timezone: 'UTC',
      grain: 'none',
      metrics: ['calls', 'tokens', 'cost', 'unpriced_calls'],
      groupBy: fields,
      filters: [],
      orderBy: { field: 'cost', direction: 'desc' },
      limit,
      page: { skip },
      ...(asOfUs === undefined ? {} : { asOfUs }),
    });
    for (const row of rows) yield groupUse(row, fields, rule);
    if (rows.length < limit) return;
  }
}

export function groupUse(row: UsageRow, fields: readonly Field[], { unpriced }: QuotaRule): GroupUse {
  const priced = typeof row['cost'] === 'string' ? parseMoney(row['cost']) : ZERO;
  const estimated = unpriced.kind === 'estimate' ? unpriced.cost * BigInt(count(row['unpriced_calls'])) : 0n;
  return {
    call: callOfRow(row, fields),
    requests: count(row['calls']),
    tokens: count(row['tokens']),
    cost: attoFromInteger(priced + estimated),
  };
}

function count(cell: UsageRow[string] | undefined): number {
  return Number(cell ?? 0);
}
