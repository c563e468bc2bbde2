import type { MonitorSource } from './monitor.ts';

const CUSTOMER = ['customer_id'] as const;
const COST = 'sum:costspan_cost_usd_total{*} by {customer_id}.as_count()';

/** Spend of customers against fixed amounts, and against what is usual for them. */
export const SPEND_MONITORS: readonly MonitorSource[] = [
  {
    key: 'customer-day',
    name: 'a customer costs much in a day',
    query: ({ customerDayUsd }) => `sum(last_1d):${COST} > ${customerDayUsd}`,
    thresholds: ({ customerDayUsd }) => ({ critical: customerDayUsd, warning: customerDayUsd * 0.8 }),
    says: 'Model calls cost {{value}} USD in the last 24 hours; the limit is {{threshold}} USD.',
    by: CUSTOMER,
    priority: 3,
  },
  {
    key: 'customer-month',
    name: 'a customer has used its monthly budget (90 and 100 %)',
    query: ({ customerMonthUsd }) => `sum(current_1mo):${COST} > ${customerMonthUsd}`,
    thresholds: ({ customerMonthUsd }) => ({ critical: customerMonthUsd, warning: customerMonthUsd * 0.9 }),
    says: 'Model calls cost {{value}} USD since the month began; the budget is {{threshold}} USD.',
    by: CUSTOMER,
    priority: 2,
    options: monthOptions,
  },
  {
    key: 'customer-month-80',
    name: 'a customer has used 80 % of its monthly budget',
    query: ({ customerMonthUsd }) => `sum(current_1mo):${COST} > ${customerMonthUsd * 0.8}`,
    thresholds: ({ customerMonthUsd }) => ({ critical: customerMonthUsd * 0.8 }),
    says: 'Model calls cost {{value}} USD since the month began: 80 % of the budget is {{threshold}} USD.',
    by: CUSTOMER,
    priority: 4,
    options: monthOptions,
  },
  {
    key: 'spend-unusual',
    name: 'a customer’s spend is unusual (part of spend-anomaly)',
    query: () =>
      `avg(last_1d):anomalies(${COST}, 'agile', 3, direction='above', alert_window='last_1h', interval=300, count_default_zero='true', seasonality='daily') >= 0.75`,
    thresholds: () => ({ critical: 0.75 }),
    says: 'Spend left its usual band for {{value}} of the last hour (limit {{threshold}}).',
    by: CUSTOMER,
    priority: 5,
    options: () => ({ threshold_windows: { trigger_window: 'last_1h', recovery_window: 'last_1h' } }),
  },
  {
    key: 'spend-floor',
    name: 'a customer spends enough to matter (part of spend-anomaly)',
    query: ({ anomalyFloorUsd }) => `sum(last_1d):${COST} > ${anomalyFloorUsd}`,
    thresholds: ({ anomalyFloorUsd }) => ({ critical: anomalyFloorUsd }),
    says: 'Model calls cost {{value}} USD in the last 24 hours; above {{threshold}} USD an unusual hour is told.',
    by: CUSTOMER,
    priority: 5,
  },
  {
    key: 'spend-anomaly',
    name: 'a customer’s spend is unusual, and matters',
    query: () => '{spend-unusual} && {spend-floor}',
    says: 'Spend of a customer is far above what is usual at this hour, and above the floor. The two monitors of which this is made name the customer, the value and the limit.',
    priority: 2,
  },
];

function monthOptions({ timezone }: { readonly timezone: string }) {
  return { scheduling_options: { evaluation_window: { day_starts: '00:00', month_starts: 1, timezone } } };
}
