import type { DashboardSpec } from '../panels/dashboard-spec.ts';
import { JOB, ofJob } from './select.ts';

const ledger = `sum(delta(${ofJob('costspan_ledger_cost_usd')}[$__range]))`;
const metric = `sum(increase(${ofJob('costspan_cost_usd_total')}[$__range]))`;
const OVER_TIME = '30m';

/** One reason for a difference, with how often it was. Reasons that did not happen are left out. */
const reason = (text: string, count: string): string => `label_replace((${count}) > 0, "reason", "${text}", "", "")`;

export const RECONCILE: DashboardSpec = {
  uid: 'costspan-reconcile',
  title: 'Costspan / Ledger against metrics',
  question: 'How far are the metrics from the ledger, and why?',
  needs: '`GET /metrics` of every collector',
  source: 'prometheus',
  from: '24h',
  variables: [JOB],
  rows: [
    {
      title: 'In the chosen time',
      panels: [
        {
          kind: 'stat',
          title: 'Missing from the metrics',
          description:
            'What the ledger took in less what the metrics grew by, as a share of the ledger. Below zero the metrics have more.',
          unit: 'percentunit',
          decimals: 0,
          width: 8,
          emptyWhen: 'the ledger took in no cost in the time',
          levels: [
            { from: null, color: 'orange' },
            { from: -0.02, color: 'green' },
            { from: 0.02, color: 'orange' },
            { from: 0.1, color: 'red' },
          ],
          queries: [{ expr: `1 - ${metric} / (${ledger} > 0)`, legend: 'missing' }],
        },
        {
          kind: 'stat',
          title: 'Ledger',
          description:
            'By how much the sum of all costs in the ledger grew. A double here; the exact amount is in the API.',
          unit: 'currencyUSD',
          decimals: 2,
          width: 8,
          queries: [{ expr: ledger, legend: 'ledger' }],
        },
        {
          kind: 'stat',
          title: 'Metrics',
          description: 'By how much the counters of cost grew, as Prometheus sees and extrapolates it.',
          unit: 'currencyUSD',
          decimals: 2,
          width: 8,
          queries: [{ expr: metric, legend: 'metrics' }],
        },
        {
          kind: 'table',
          title: 'Why they differ',
          description: 'What happened in the time that makes metrics lose or double, and how often.',
          unit: 'short',
          width: 12,
          emptyWhen: 'nothing of it happened',
          queries: [
            {
              expr: [
                reason(
                  'The collector restarted: what it counted after the last scrape is lost to the metrics',
                  `sum(changes(${ofJob('process_start_time_seconds')}[$__range]))`,
                ),
                reason(
                  'Scrapes failed: with a restart meanwhile, what was counted between is lost',
                  `sum(count_over_time(${ofJob('up')}[$__range])) - sum(sum_over_time(${ofJob('up')}[$__range]))`,
                ),
                reason(
                  'Calls of libraries were counted before the provider call inside them came: metrics have both',
                  `sum(increase(${ofJob('costspan_collector_calls_superseded_total')}[$__range]))`,
                ),
                reason(
                  'Calls in a currency without a rate of exchange: in no sum of US dollars, in neither of the two',
                  `sum(increase(${ofJob('costspan_collector_metric_foreign_total')}[$__range]))`,
                ),
                reason(
                  'Series were new: the first value of a counter is no increase',
                  `count(count_over_time(${ofJob('costspan_cost_usd_total')}[$__range]) unless ${ofJob('costspan_cost_usd_total')} offset $__range)`,
                ),
              ].join(' or '),
            },
          ],
          columns: [
            { field: 'reason', title: 'Reason' },
            { field: 'Value', title: 'How often' },
          ],
        },
        {
          kind: 'stat',
          title: 'Of it in the first values of new series',
          description:
            'What series that began in the time held when they were first scraped. No increase has it; it is no loss of the collector.',
          unit: 'currencyUSD',
          decimals: 2,
          width: 12,
          height: 8,
          emptyWhen: 'no series began in the time',
          queries: [
            {
              expr: `sum(min_over_time(${ofJob('costspan_cost_usd_total')}[$__range]) unless ${ofJob('costspan_cost_usd_total')} offset $__range)`,
              legend: 'first values',
            },
          ],
        },
      ],
    },
    {
      title: 'Over time',
      panels: [
        {
          kind: 'timeseries',
          title: `Ledger and metrics, ${OVER_TIME} each`,
          description: `What each grew by in the ${OVER_TIME} before.`,
          unit: 'currencyUSD',
          queries: [
            { expr: `sum(delta(${ofJob('costspan_ledger_cost_usd')}[${OVER_TIME}]))`, legend: 'ledger' },
            { expr: `sum(increase(${ofJob('costspan_cost_usd_total')}[${OVER_TIME}]))`, legend: 'metrics' },
          ],
        },
        {
          kind: 'table',
          title: 'Providers against price cards',
          description: 'What providers said calls cost, and what the price cards say of the same calls.',
          unit: 'currencyUSD',
          emptyWhen: 'no provider reports costs',
          queries: [
            { expr: `sum by (provider, model) (increase(${ofJob('costspan_reported_cost_usd_total')}[$__range]))` },
            { expr: `sum by (provider, model) (increase(${ofJob('costspan_computed_cost_usd_total')}[$__range]))` },
            {
              expr: `sum by (provider, model) (increase(${ofJob('costspan_reported_cost_usd_total')}[$__range])) / (sum by (provider, model) (increase(${ofJob('costspan_computed_cost_usd_total')}[$__range])) > 0) - 1`,
            },
          ],
          columns: [
            { field: 'provider', title: 'Provider' },
            { field: 'model', title: 'Model' },
            { field: 'Value #A', title: 'Reported' },
            { field: 'Value #B', title: 'By price cards' },
            { field: 'Value #C', title: 'Difference', unit: 'percentunit' },
          ],
        },
      ],
    },
  ],
};
