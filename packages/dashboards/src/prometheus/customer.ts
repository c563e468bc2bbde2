import type { DashboardSpec } from '../panels/dashboard-spec.ts';
import { choices, selectBy } from './select.ts';
import { spendPerHour } from './spend-panels.ts';

const NAMES = ['customer', 'environment'] as const;
const select = selectBy(...NAMES);
const cost = select('costspan_cost_usd_total');
const calls = select('costspan_calls_total');

export const CUSTOMER: DashboardSpec = {
  uid: 'costspan-customer',
  title: 'Costspan / Customer',
  question: 'What does one customer cost, by feature and model, and how near is it to its limits?',
  needs: '`GET /metrics` of every collector, calls tagged `customer_id`, and quotas for the last row',
  source: 'prometheus',
  from: '24h',
  variables: choices(...NAMES),
  rows: [
    {
      title: 'In the chosen time',
      panels: [
        {
          kind: 'stat',
          title: 'Spend',
          description: 'What the calls of the customer cost. Prometheus estimates it; bill by the ledger.',
          unit: 'currencyUSD',
          decimals: 2,
          width: 6,
          queries: [{ expr: `sum(increase(${cost}[$__range]))`, legend: 'spend' }],
        },
        {
          kind: 'stat',
          title: 'Cost per call',
          description: 'Spend divided by all calls, those without a cost included.',
          unit: 'currencyUSD',
          decimals: 5,
          width: 6,
          queries: [
            {
              expr: `sum(increase(${cost}[$__range])) / (sum(increase(${calls}[$__range])) > 0)`,
              legend: 'cost per call',
            },
          ],
        },
        {
          kind: 'stat',
          title: 'Calls',
          description: 'Calls to model providers, whatever became of them.',
          unit: 'short',
          width: 6,
          queries: [{ expr: `sum(increase(${calls}[$__range]))`, legend: 'calls' }],
        },
        {
          kind: 'stat',
          title: 'Tokens',
          description: 'Input and output tokens; cached and reasoning ones are in them.',
          unit: 'short',
          width: 6,
          queries: [
            {
              expr: `sum(increase(${select('costspan_tokens_total', 'meter=~"input_tokens|output_tokens"')}[$__range]))`,
              legend: 'tokens',
            },
          ],
        },
      ],
    },
    {
      title: 'Where it goes',
      panels: [
        spendPerHour(
          cost,
          ['feature_name'],
          'Spend per hour by feature',
          'US dollars per hour. (untagged) are calls that name no feature.',
        ),
        spendPerHour(
          cost,
          ['provider', 'model'],
          'Spend per hour by model',
          'US dollars per hour, by provider and model.',
        ),
        {
          kind: 'timeseries',
          title: 'Tokens per second by kind',
          description: 'Input and output tokens, and the parts of them that have a price of their own.',
          unit: 'short',
          queries: [
            {
              expr: `sum by (meter) (rate(${select('costspan_tokens_total')}[$__rate_interval]))`,
              legend: '{{meter}}',
            },
          ],
        },
        {
          kind: 'table',
          title: 'Features and models',
          description: 'Spend and calls of the chosen time, by feature and model.',
          unit: 'short',
          queries: [
            { expr: `sum by (feature_name, model) (increase(${cost}[$__range]))` },
            { expr: `sum by (feature_name, model) (increase(${calls}[$__range]))` },
          ],
          columns: [
            { field: 'feature_name', title: 'Feature' },
            { field: 'model', title: 'Model' },
            { field: 'Value #A', title: 'Spend', unit: 'currencyUSD' },
            { field: 'Value #B', title: 'Calls' },
          ],
        },
      ],
    },
    {
      title: 'Limits',
      panels: [
        {
          kind: 'timeseries',
          title: 'Used share of its limits',
          description: 'Used and reserved as a share of each limit in its present window; 100 % is the limit.',
          unit: 'percentunit',
          min: 0,
          width: 24,
          emptyWhen: 'no quota applies per customer_id, or the customer is not among those shown of a limit',
          levels: [
            { from: null, color: 'green' },
            { from: 0.8, color: 'orange' },
            { from: 1, color: 'red' },
          ],
          queries: [
            {
              expr: 'max by (rule, unit, per, bucket) (costspan_quota_used_ratio{bucket=~"(.*,)?customer_id=($customer)(,.*)?"})',
              legend: '{{rule}} {{unit}} per {{per}}: {{bucket}}',
            },
          ],
        },
      ],
    },
  ],
};
