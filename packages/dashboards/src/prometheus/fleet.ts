import type { DashboardSpec } from '../panels/dashboard-spec.ts';
import { choices, selectBy } from './select.ts';
import { spendPerHour } from './spend-panels.ts';

const NAMES = ['environment', 'provider'] as const;
const select = selectBy(...NAMES);
const cost = select('costspan_cost_usd_total');
const calls = select('costspan_calls_total');
const ESTIMATE = 'Prometheus estimates it from scrapes; the exact amount is in the ledger.';
/** `input_tokens` and `output_tokens` hold all the others. */
const tokens = select('costspan_tokens_total', 'meter=~"input_tokens|output_tokens"');

export const FLEET: DashboardSpec = {
  uid: 'costspan-fleet',
  title: 'Costspan / Fleet',
  question: 'What do all calls cost, who makes them, and is it more than before?',
  needs: '`GET /metrics` of every collector',
  source: 'prometheus',
  from: '6h',
  variables: choices(...NAMES),
  rows: [
    {
      title: 'In the chosen time',
      panels: [
        {
          kind: 'stat',
          title: 'Spend',
          description: `What the calls cost, as far as it is known. ${ESTIMATE}`,
          unit: 'currencyUSD',
          decimals: 2,
          width: 4,
          queries: [{ expr: `sum(increase(${cost}[$__range]))`, legend: 'spend' }],
        },
        {
          kind: 'stat',
          title: 'Against the time before',
          description: 'Spend less spend of the same length of time before, as a share of it.',
          unit: 'percentunit',
          decimals: 1,
          width: 4,
          emptyWhen: 'Prometheus has no spend of the time before',
          queries: [
            {
              expr: `sum(increase(${cost}[$__range])) / (sum(increase(${cost}[$__range] offset $__range)) > 0) - 1`,
              legend: 'change',
            },
          ],
        },
        {
          kind: 'stat',
          title: 'Calls',
          description: 'Calls to model providers, whatever became of them.',
          unit: 'short',
          width: 4,
          queries: [{ expr: `sum(increase(${calls}[$__range]))`, legend: 'calls' }],
        },
        {
          kind: 'stat',
          title: 'Tokens',
          description: 'Input and output tokens; cached and reasoning ones are in them.',
          unit: 'short',
          width: 4,
          queries: [{ expr: `sum(increase(${tokens}[$__range]))`, legend: 'tokens' }],
        },
        {
          kind: 'stat',
          title: 'Active customers',
          description: 'Customers with a call. Those beyond the bound of label values count as one.',
          unit: 'short',
          decimals: 0,
          width: 4,
          queries: [{ expr: `count(sum by (customer_id) (increase(${calls}[$__range])) > 0)`, legend: 'customers' }],
        },
        {
          kind: 'stat',
          title: 'Errors',
          description: 'Share of calls that ended in an error.',
          unit: 'percentunit',
          decimals: 2,
          width: 4,
          levels: [
            { from: null, color: 'text' },
            { from: 0.05, color: 'orange' },
            { from: 0.2, color: 'red' },
          ],
          queries: [
            {
              expr: `(sum(increase(${select('costspan_calls_total', 'outcome="error"')}[$__range])) or vector(0)) / (sum(increase(${calls}[$__range])) > 0)`,
              legend: 'errors',
            },
          ],
        },
      ],
    },
    {
      title: 'Over time',
      panels: [
        spendPerHour(
          cost,
          ['provider'],
          'Spend per hour by provider',
          `How fast money is spent, as US dollars per hour. ${ESTIMATE}`,
        ),
        {
          kind: 'timeseries',
          title: 'Spend per hour of the ten largest customers',
          description: 'At every instant the ten customers that spend fastest then, as US dollars per hour.',
          unit: 'currencyUSD',
          queries: [
            {
              expr: `topk(10, sum by (customer_id) (rate(${cost}[$__rate_interval])) * 3600)`,
              legend: '{{customer_id}}',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Tokens per second by kind',
          description: 'Input and output tokens. Those read from a cache and those of reasoning are parts of them.',
          unit: 'short',
          queries: [
            {
              expr: `sum by (meter) (rate(${select('costspan_tokens_total')}[$__rate_interval]))`,
              legend: '{{meter}}',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Calls per second by outcome',
          description: 'ok, error, cancelled, truncated and abandoned calls.',
          unit: 'cps',
          isStacked: true,
          queries: [{ expr: `sum by (outcome) (rate(${calls}[$__rate_interval]))`, legend: '{{outcome}}' }],
        },
      ],
    },
    {
      title: 'Who',
      panels: [
        {
          kind: 'table',
          title: 'Customers by spend',
          description: `The fifty customers with the highest spend. ${ESTIMATE}`,
          unit: 'short',
          width: 24,
          height: 10,
          queries: [
            { expr: `topk(50, sum by (customer_id) (increase(${cost}[$__range])))` },
            { expr: `sum by (customer_id) (increase(${calls}[$__range]))` },
            { expr: `sum by (customer_id) (increase(${tokens}[$__range]))` },
          ],
          columns: [
            { field: 'customer_id', title: 'Customer' },
            { field: 'Value #A', title: 'Spend', unit: 'currencyUSD' },
            { field: 'Value #B', title: 'Calls' },
            { field: 'Value #C', title: 'Tokens' },
          ],
        },
      ],
    },
  ],
};
