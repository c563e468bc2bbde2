import type { DashboardSpec } from '../panels/dashboard-spec.ts';
import type { PanelSpec, PrometheusQuery } from '../panels/panel-spec.ts';
import { JOB, ofJob } from './select.ts';

const rateOf = (counter: string, legend: string): PrometheusQuery => ({
  expr: `sum(rate(${ofJob(counter)}[$__rate_interval]))`,
  legend,
});
const lag = (quantile: string, legend: string): PrometheusQuery => ({
  expr: `histogram_quantile(${quantile}, sum by (le) (rate(${ofJob('costspan_collector_metering_lag_seconds_bucket')}[$__rate_interval])))`,
  legend,
});
const NEAR_BOUND = [
  { from: null, color: 'green' },
  { from: 0.8, color: 'orange' },
  { from: 1, color: 'red' },
] as const;

const lost = (title: string, description: string, counter: string): PanelSpec => ({
  kind: 'stat',
  title,
  description,
  unit: 'short',
  decimals: 0,
  width: 4,
  levels: [
    { from: null, color: 'green' },
    { from: 1, color: 'red' },
  ],
  queries: [{ expr: `sum(increase(${ofJob(counter)}[$__range]))`, legend: title }],
});

export const COLLECTOR: DashboardSpec = {
  uid: 'costspan-collector',
  title: 'Costspan / Collector health',
  question: 'Does every call reach the ledger in time, what is left out, and how near are its bounds?',
  needs: '`GET /metrics` of every collector',
  source: 'prometheus',
  from: '6h',
  variables: [JOB],
  rows: [
    {
      title: 'Is anything lost?',
      panels: [
        {
          kind: 'stat',
          title: 'Down',
          description: 'Collectors that did not answer the last scrape.',
          unit: 'short',
          width: 4,
          levels: [
            { from: null, color: 'green' },
            { from: 1, color: 'red' },
          ],
          queries: [{ expr: `sum(1 - ${ofJob('up')})`, legend: 'down' }],
        },
        lost(
          'Batches the ledger refused',
          'Batches that could not be written. They were answered 503 and come again.',
          'costspan_collector_ledger_failures_total',
        ),
        lost(
          'Answered busy',
          'Requests answered 503 because a bound was reached; the sender comes again.',
          'costspan_collector_requests_busy_total',
        ),
        lost('Calls rejected', 'Billable spans without a valid id or time.', 'costspan_collector_calls_rejected_total'),
        lost(
          'Spans dropped',
          'Spans an exporter gave up. The ledger has their calls.',
          'costspan_collector_spans_dropped_total',
        ),
        lost(
          'Requests refused',
          'Requests answered 400, 413 or 415: what a sender sends is not OTLP, or too large.',
          'costspan_collector_requests_invalid_total',
        ),
      ],
    },
    {
      title: 'What comes in',
      panels: [
        {
          kind: 'timeseries',
          title: 'From the end of a call to the ledger',
          description:
            'Metering lag: what 50, 95 and 99 calls in a hundred do not exceed. Budgets cannot know of a call before.',
          unit: 's',
          queries: [lag('0.5', 'P50'), lag('0.95', 'P95'), lag('0.99', 'P99')],
        },
        {
          kind: 'timeseries',
          title: 'Spans and calls per second',
          description: 'Spans that were acknowledged, and calls that the ledger took in.',
          unit: 'cps',
          queries: [
            rateOf('costspan_collector_spans_received_total', 'spans'),
            rateOf('costspan_collector_calls_recorded_total', 'calls'),
          ],
        },
        {
          kind: 'timeseries',
          title: 'Calls per second that are counted once',
          description:
            'Calls the ledger already had, calls around a provider call, and calls of a time that is deleted.',
          unit: 'cps',
          queries: [
            rateOf('costspan_collector_calls_duplicate_total', 'duplicate'),
            rateOf('costspan_collector_calls_superseded_total', 'superseded'),
            rateOf('costspan_collector_calls_expired_total', 'expired'),
          ],
        },
        {
          kind: 'timeseries',
          title: 'What goes on',
          description: 'Spans per second that exporters delivered, and deliveries that were tried again.',
          unit: 'cps',
          queries: [
            rateOf('costspan_collector_spans_forwarded_total', 'forwarded'),
            rateOf('costspan_collector_export_retries_total', 'tried again'),
          ],
        },
      ],
    },
    {
      title: 'How near the bounds',
      panels: [
        {
          kind: 'stat',
          title: 'Series used of the bound',
          description:
            'Combinations of labels that the metrics of calls have, as a share of metrics.seriesMax and histogramSeriesMax. At 100 % new ones count under (other), and totals stay whole.',
          unit: 'percentunit',
          decimals: 1,
          width: 8,
          height: 8,
          levels: NEAR_BOUND,
          queries: [
            {
              expr: `max by (table) (${ofJob('costspan_collector_metric_series')} / ${ofJob('costspan_collector_metric_series_max')})`,
              legend: '{{table}}',
            },
          ],
        },
        {
          kind: 'table',
          title: 'Values of labels of their bounds',
          description: 'Values that have a name of their own. At the bound a new value counts under (other).',
          unit: 'short',
          width: 8,
          queries: [
            { expr: `max by (label) (${ofJob('costspan_collector_metric_label_values')})` },
            { expr: `max by (label) (${ofJob('costspan_collector_metric_label_values_max')})` },
            {
              expr: `max by (label) (${ofJob('costspan_collector_metric_label_values')} / ${ofJob('costspan_collector_metric_label_values_max')})`,
            },
          ],
          columns: [
            { field: 'label', title: 'Label' },
            { field: 'Value #A', title: 'Values' },
            { field: 'Value #B', title: 'Bound' },
            { field: 'Value #C', title: 'Used', unit: 'percentunit', levels: NEAR_BOUND },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Calls per second under (other)',
          description:
            'Calls that a label or a series had no room for. They are in every total and in no group of their own.',
          unit: 'cps',
          width: 8,
          queries: [rateOf('costspan_collector_metric_overflow_total', 'under (other)')],
        },
        {
          kind: 'timeseries',
          title: 'Samples of a scrape',
          description: 'Lines of /metrics that Prometheus keeps at each scrape.',
          unit: 'short',
          width: 8,
          queries: [{ expr: `sum by (instance) (${ofJob('scrape_samples_scraped')})`, legend: '{{instance}}' }],
        },
        {
          kind: 'timeseries',
          title: 'CPU',
          description: 'Cores that the collector uses.',
          unit: 'short',
          width: 8,
          queries: [
            {
              expr: `sum by (instance) (rate(${ofJob('process_cpu_seconds_total')}[$__rate_interval]))`,
              legend: '{{instance}}',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Memory',
          description: 'Resident memory of the collector.',
          unit: 'bytes',
          width: 8,
          queries: [{ expr: `sum by (instance) (${ofJob('process_resident_memory_bytes')})`, legend: '{{instance}}' }],
        },
      ],
    },
  ],
};
