export { prometheusRules } from './alerts/prometheus-rules.ts';
export { type AlertDigest, claimAlerts, digestAlerts, type QuotaAlert } from './alerts/quota-alerts.ts';
export { type Burn, type BurnInput, type BurnRate, burnOf, recentLengths } from './burn/burn-of.ts';
export { BURN_WINDOWS, type BurnWindow, burnFactor, lengthName } from './burn/burn-windows.ts';
export { type HourProfile, learnProfile, linearPace, type Pace, seasonalPace } from './burn/pace.ts';
export { type MetricSample, PERIOD_WINDOW, QUOTA_METRICS, quotaMetrics } from './burn/quota-metrics.ts';
export type { Allowed, Decision, Denied, DenyReason, LimitState } from './engine/decision.ts';
export {
  type CallSize,
  estimateTokens,
  OUTPUT_TOKENS_FALLBACK,
  type PriceOf,
  type TokenEstimate,
} from './engine/estimate-call.ts';
export { type ExplainedRule, type Explanation, explainDecision } from './engine/explain.ts';
export type { QuotaRequest } from './engine/plan-reservation.ts';
export { type ActualUse, Quota, type QuotaFigures, type QuotaOptions, type Settlement } from './engine/quota.ts';
export { type BudgetStatus, quotaStatus, type StatusAnswer, type StatusQuery } from './engine/quota-status.ts';
export { type LedgerCall, type Rebuilt, rebuildCounters, rebuildFrom, rulesToRebuild } from './engine/rebuild.ts';
export { type Simulated, type SimulatedEvaluation, simulateRules } from './engine/simulate-rules.ts';
export {
  type Overage,
  PLANS_SCHEMA,
  type Plan,
  type PlanFile,
  type PlansRead,
  type PlanTerm,
  parsePlans,
  readPlans,
} from './plans/plan-file.ts';
export { withPlans } from './plans/plan-rules.ts';
export { type RatedOverage, rateOverage } from './plans/rate-overage.ts';
export { amountJson } from './refusal/amount-text.ts';
export { type DecisionJson, decisionToJson, type LimitJson, limitToJson } from './refusal/decision-to-json.ts';
export { rateLimitHeaders } from './refusal/rate-limit-headers.ts';
export { type Refusal, type RefusalBody, type RefusalOptions, refusalOf } from './refusal/refusal-of.ts';
export { LOCALES, type Locale, refusalText } from './refusal/refusal-text.ts';
export type { RuleFinding } from './rules/finding.ts';
export { lintRules, type RuleWarning } from './rules/lint-rules.ts';
export { type QuotaCall, UNTAGGED } from './rules/match.ts';
export { parseRules, QUOTA_SCHEMA, type RulesRead, readRules } from './rules/read-rules.ts';
export {
  type Alerts,
  type Clause,
  type Condition,
  type Dimension,
  EVALUATIONS,
  type Evaluation,
  type Limit,
  type OnExceed,
  type Override,
  type QuotaRule,
  type RuleSet,
  type SubjectPattern,
  type Unpriced,
} from './rules/rule.ts';
export { type Amount, type SplitAmount, UNITS, type Unit } from './split-amount.ts';
export { StoreFullError } from './store/memory-counters.ts';
export type { MemorySnapshot } from './store/memory-snapshot.ts';
export { MemoryStore, type MemoryStoreBounds } from './store/memory-store.ts';
export {
  type CounterRef,
  type CounterState,
  type ListedCounter,
  type Mark,
  type Maybe,
  type QuotaStore,
  type RecordEntry,
  type ReserveAnswer,
  type ReserveEntry,
  type ReserveRequest,
  type SettleAnswer,
  STORE_BOUNDS,
  type StoreBounds,
  type StoredAlert,
  type Used,
} from './store/quota-store.ts';
export { type Calendar, PERIODS, type Period, UTC_CALENDAR } from './time/calendar.ts';
export { formatInstant } from './time/format-instant.ts';
export { parseInstant } from './time/parse-instant.ts';
export { NEVER_MS, type Window, windowAt } from './time/window.ts';
