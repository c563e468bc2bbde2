import type { AlertGroup } from './alert-spec.ts';

export const COLLECTOR: AlertGroup = {
  name: 'costspan-collector',
  about: 'Alerts about what is late, lost or counted differently. They need /metrics of every collector.',
  records: [
    {
      record: 'costspan:ledger_divergence:ratio6h',
      expr: `1 - sum by (job, instance) (increase(costspan_cost_usd_total[6h]))
/ (sum by (job, instance) (delta(costspan_ledger_cost_usd[6h])) > 1)`,
    },
  ],
  alerts: [
    {
      name: 'CostspanMeteringLagHigh',
      expr: 'histogram_quantile(0.95, sum by (job, instance, le) (rate(costspan_collector_metering_lag_seconds_bucket[15m]))) > 300',
      for: '15m',
      severity: 'warning',
      summary: 'Calls reach the ledger of {{ $labels.instance }} {{ $value | humanizeDuration }} after they end',
      description:
        'Of the calls of the last 15 minutes one in twenty reached the ledger of {{ $labels.instance }} later than {{ $value | humanizeDuration }} after its end. Budgets know of no call before.',
    },
    {
      name: 'CostspanLedgerDivergence',
      expr: 'abs(costspan:ledger_divergence:ratio6h) > 0.05',
      for: '30m',
      severity: 'warning',
      summary: 'Metrics of {{ $labels.instance }} are {{ $value | humanizePercentage }} away from its ledger',
      description:
        'In the last six hours the counters of cost of {{ $labels.instance }} and the sum of its ledger grew by amounts that differ by {{ $value | humanizePercentage }}. The ledger is the truth; alerts and dashboards of Prometheus are off by as much.',
    },
    {
      name: 'CostspanSpansDropped',
      expr: 'sum by (job, instance) (increase(costspan_collector_spans_dropped_total[15m])) > 0',
      for: '1m',
      severity: 'critical',
      summary: '{{ $labels.instance }} dropped {{ $value | humanize }} spans',
      description:
        'An exporter of {{ $labels.instance }} gave up {{ $value | humanize }} spans in the last 15 minutes. The ledger has their calls; the backend behind the exporter has not.',
    },
  ],
};
