import type { Budget } from '../api/quota-answer.ts';
import type { Filter, UsageQuestion } from '../api/usage-question.ts';
import { grainFor } from '../domain/grain.ts';

/** The ledger's metric that a unit of a budget counts. */
const METRICS = { cost: 'cost', tokens: 'tokens', requests: 'calls' } as const;

/**
 * The use of a budget over its window, from the ledger: of the calls in its bucket. Conditions of the rule beyond its dimensions
 * are not in it, so that the counter may be less. `null` for a window without a beginning.
 */
export function budgetUse({ window, unit, bucket }: Budget, nowMs: number): UsageQuestion | null {
  if (window.starts_at === null) return null;
  const fromMs = Date.parse(window.starts_at);
  const toMs = window.resets_at === null ? nowMs : Math.min(nowMs, Date.parse(window.resets_at));
  // Whole minutes, so that looking again within one is the same question.
  const to = Math.ceil(toMs / MINUTE_MS) * MINUTE_MS;
  return {
    from: new Date(fromMs).toISOString(),
    to: new Date(to).toISOString(),
    timezone: window.timezone,
    grain: grainFor(fromMs, window.resets_at === null ? to : Date.parse(window.resets_at)),
    metrics: [METRICS[unit]],
    filters: Object.entries(bucket).map(([field, value]): Filter => ({ field: fieldOf(field), op: 'eq', value })),
    fill: 'zero',
  };
}

export function budgetMetric({ unit }: Budget): string {
  return METRICS[unit];
}

const MINUTE_MS = 60_000;
const KNOWN = new Set([
  'customer_id',
  'business_unit',
  'feature_name',
  'environment',
  'user',
  'team',
  'virtual_account',
  'model',
  'provider',
]);

/** Any other dimension of a rule is a tag. */
function fieldOf(dimension: string): string {
  return KNOWN.has(dimension) ? dimension : `tag.${dimension}`;
}
