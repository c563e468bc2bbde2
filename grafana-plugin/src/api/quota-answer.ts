import {
  aChoice,
  aCount,
  aFlag,
  aList,
  aNumber,
  anAmount,
  anInstant,
  anObject,
  aRecord,
  aText,
  type Check,
  type Checked,
  orAbsent,
  orNull,
} from './check.ts';

/** Cost is a decimal text, tokens and requests are whole numbers: both as text, so that one arithmetic does for both. */
const amount: Check<string> = (value, at) =>
  typeof value === 'number' ? String(aCount(value, at)) : anAmount(value, at);

export const BUDGET_STATES = ['exhausted', 'alarm', 'over_pace', 'at_risk', 'ok'] as const;
export type BudgetState = (typeof BUDGET_STATES)[number];

const budget = anObject({
  rule_id: aText,
  limit_id: aText,
  unit: aChoice('requests', 'tokens', 'cost'),
  per: aText,
  mode: aChoice('enforce', 'audit'),
  bucket: aRecord(aText),
  window: anObject({ id: aText, starts_at: orNull(anInstant), resets_at: orNull(anInstant), timezone: aText }),
  limit: amount,
  used: amount,
  reserved: amount,
  remaining: amount,
  used_ratio: orNull(aNumber),
  pace_ratio: aNumber,
  state: aChoice(...BUDGET_STATES),
  burn_rates: aList(anObject({ window: aText, rate: orNull(aNumber), remaining_rate: orNull(aNumber) })),
  projected: orNull(anObject({ mid: amount, low: orNull(amount), high: orNull(amount) })),
  overrun_probability: orNull(aNumber),
  exhausts_at: orNull(anInstant),
  alarms: aList(anObject({ window: aText, factor: aNumber, severity: aText })),
});
export type Budget = Checked<typeof budget>;

export const quotaStatus = anObject({
  /** False where the collector keeps no quotas. */
  configured: orAbsent(aFlag, true),
  at: anInstant,
  budgets: aList(budget),
  total: aCount,
  not_shown: aCount,
  next_cursor: orNull(aText),
});
export type QuotaStatus = Checked<typeof quotaStatus>;
