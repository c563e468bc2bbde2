import type { MonitorSource } from './monitor.ts';

const BY = ['rule', 'bucket'] as const;
const USED = 'max:costspan_quota_used_ratio{unit:cost} by {rule,bucket}';
const burn = (window: string): string => `max:costspan_quota_burn_rate{unit:cost,window:${window}} by {rule,bucket}`;

/** Budgets with limits, zones and anchors of their own: Datadog compares a ratio that the collector has worked out. */
export const QUOTA_MONITORS: readonly MonitorSource[] = [
  {
    key: 'quota-used',
    name: 'a budget is used up (90 and 100 %)',
    query: () => `max(last_15m):${USED} >= 1`,
    thresholds: () => ({ critical: 1, warning: 0.9 }),
    says: 'Of the budget {{value}} is used (1 is all of it; limit {{threshold}}), in the period of the rule.',
    by: BY,
    priority: 2,
  },
  {
    key: 'quota-used-80',
    name: '80 % of a budget is used',
    query: () => `max(last_15m):${USED} >= 0.8`,
    thresholds: () => ({ critical: 0.8 }),
    says: 'Of the budget {{value}} is used (1 is all of it; limit {{threshold}}), in the period of the rule.',
    by: BY,
    priority: 4,
  },
  {
    key: 'quota-burn-fast',
    name: 'a budget burns fast',
    query: ({ burnFast }) => `min(last_5m):${burn('1h')} > ${burnFast}`,
    thresholds: ({ burnFast }) => ({ critical: burnFast }),
    says: 'Over the last hour the budget was used {{value}} times as fast as its period allows (limit {{threshold}}).',
    by: BY,
    priority: 1,
  },
  {
    key: 'quota-burn-slow',
    name: 'a budget burns steadily',
    query: ({ burnSlow }) => `min(last_1h):${burn('1d')} > ${burnSlow}`,
    thresholds: ({ burnSlow }) => ({ critical: burnSlow }),
    says: 'Over the last day the budget was used {{value}} times as fast as its period allows (limit {{threshold}}).',
    by: BY,
    priority: 3,
  },
  {
    key: 'quota-projected',
    name: 'a budget will not last',
    query: ({ projectedRatio }) => `min(last_1h):${burn('period')} >= ${projectedRatio}`,
    thresholds: ({ projectedRatio }) => ({ critical: projectedRatio }),
    says: 'At the end of its period {{value}} of the budget will be used (1 is all of it; limit {{threshold}}).',
    by: BY,
    priority: 3,
  },
];
