import type { AlertGroup } from './alert-spec.ts';

/** Below these a share or a factor is noise. In US dollars of an hour. */
const SPIKE_MIN_USD = 1;
const UNTAGGED_MIN_USD = 0.1;

export const COSTS: AlertGroup = {
  name: 'costspan-costs',
  about:
    'Alerts about costs that are unknown, doubtful, unusual or of nobody. They need /metrics of every collector, under any job and instance.\nA counter that has just appeared has no increase yet: what is new within the window counts from zero.',
  records: [
    {
      record: 'costspan:unpriced_calls:increase15m',
      expr: `sum by (provider, model, reason) (
  (costspan_unpriced_calls_total{reason!="usage_unavailable"} unless costspan_unpriced_calls_total offset 15m)
  or increase(costspan_unpriced_calls_total{reason!="usage_unavailable"}[15m])
)`,
    },
    {
      record: 'costspan:unpriced_calls:ratio1h',
      expr: `sum(increase(costspan_unpriced_calls_total{reason!="usage_unavailable"}[1h]))
/ (sum(increase(costspan_calls_total[1h])) > 0)`,
    },
    {
      record: 'costspan:cost_drift:ratio6h',
      expr: `sum by (provider, model) (increase(costspan_reported_cost_usd_total[6h]))
/ (sum by (provider, model) (increase(costspan_computed_cost_usd_total[6h])) > 0)
- 1`,
    },
    { record: 'costspan:cost_usd:increase1h', expr: 'sum by (customer_id) (increase(costspan_cost_usd_total[1h]))' },
  ],
  alerts: [
    {
      name: 'CostspanCallsUnpriced',
      expr: 'costspan:unpriced_calls:increase15m > 0',
      for: '15m',
      severity: 'warning',
      summary: 'Calls of {{ $labels.provider }}/{{ $labels.model }} have no cost: {{ $labels.reason }}',
      description:
        'Calls of {{ $labels.provider }}/{{ $labels.model }} were recorded without a cost in every 15 minutes of the last half hour. They are in no sum of costs.',
    },
    {
      name: 'CostspanUnpricedShareHigh',
      expr: 'costspan:unpriced_calls:ratio1h > 0.01',
      for: '30m',
      severity: 'critical',
      summary: '{{ $value | humanizePercentage }} of all calls have no cost',
      description:
        'Of the calls of the last hour {{ $value | humanizePercentage }} have no cost although their usage is known. Spend and budgets are too low by what they cost.',
    },
    {
      name: 'CostspanCostDrift',
      expr: `abs(costspan:cost_drift:ratio6h) > 0.05
and on (provider, model) sum by (provider, model) (increase(costspan_reported_cost_usd_total[6h])) > 1`,
      for: '1h',
      severity: 'warning',
      summary:
        'Costs of {{ $labels.provider }}/{{ $labels.model }} are {{ $value | humanizePercentage }} away from the price cards',
      description:
        'What {{ $labels.provider }} reported for {{ $labels.model }} in the last six hours and what the price cards say of the same calls differ by {{ $value | humanizePercentage }}.',
    },
    {
      name: 'CostspanSpendSpike',
      expr: `costspan:cost_usd:increase1h / (costspan:cost_usd:increase1h offset 1w > 0) > 3
and on (customer_id) costspan:cost_usd:increase1h > ${SPIKE_MIN_USD}`,
      for: '15m',
      severity: 'warning',
      summary: '{{ $labels.customer_id }} spends {{ $value | humanize }} times what it spent at this hour a week ago',
      description:
        'Spend of {{ $labels.customer_id }} in the last hour is {{ $value | humanize }} times that of the same hour a week ago, and more than one US dollar.',
    },
    {
      name: 'CostspanUntaggedShareHigh',
      expr: `sum(increase(costspan_cost_usd_total{customer_id="(untagged)"}[1h]))
/ (sum(increase(costspan_cost_usd_total[1h])) > ${UNTAGGED_MIN_USD}) > 0.05`,
      for: '30m',
      severity: 'warning',
      summary: '{{ $value | humanizePercentage }} of spend belongs to no customer',
      description:
        'Of the spend of the last hour {{ $value | humanizePercentage }} is of calls without the tag customer_id. No customer is charged for it and no budget counts it.',
    },
  ],
};
