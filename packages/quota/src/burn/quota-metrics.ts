import type { BudgetStatus } from '../engine/quota-status.ts';
import type { Burn } from './burn-of.ts';

/** Metric names that dashboards and alert rules read. */
export const QUOTA_METRICS = {
  usedRatio: 'costspan_quota_used_ratio',
  burnRate: 'costspan_quota_burn_rate',
  limit: 'costspan_quota_limit',
} as const;

/** `window` of the burn rate that stands for the whole period: projected use at its end as a share of the limit. */
export const PERIOD_WINDOW = 'period';

export interface MetricSample {
  readonly name: (typeof QUOTA_METRICS)[keyof typeof QUOTA_METRICS];
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Gauges of one budget. Limits are in USD, tokens or requests; the exact amounts are in the status. */
export function quotaMetrics(status: BudgetStatus, burn: Burn): readonly MetricSample[] {
  const labels = {
    rule: status.ruleId,
    unit: status.unit,
    per: status.per,
    bucket: Object.entries(status.bucket)
      .map(([key, value]) => `${key}=${value}`)
      .join(','),
  };
  const limit = status.unit === 'cost' ? Number(status.limit) / 1e18 : Number(status.limit);
  const samples: MetricSample[] = [
    { name: QUOTA_METRICS.usedRatio, labels, value: status.usedRatio },
    { name: QUOTA_METRICS.limit, labels, value: limit },
  ];
  for (const { name: window, rate } of burn.rates) {
    if (rate !== undefined) samples.push({ name: QUOTA_METRICS.burnRate, labels: { ...labels, window }, value: rate });
  }
  if (burn.projected !== undefined && status.limit > 0n) {
    const value = Number(burn.projected.mid) / Number(status.limit);
    samples.push({ name: QUOTA_METRICS.burnRate, labels: { ...labels, window: PERIOD_WINDOW }, value });
  }
  return samples;
}
