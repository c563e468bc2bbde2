import type { DashboardSpec } from '../panels/dashboard-spec.ts';
import { ask, ledgerChoices } from './ledger-choices.ts';

const NAMES = ['customer', 'environment'] as const;
const usage = ask(...NAMES);

export const LEDGER_CUSTOMER: DashboardSpec = {
  uid: 'costspan-ledger-customer',
  title: 'Costspan ledger / Customer',
  question: 'What exactly did a customer use, and what did it cost?',
  needs: 'the Costspan data source, and calls tagged `customer_id`',
  source: 'costspan-usage-datasource',
  from: '30d',
  variables: ledgerChoices(...NAMES),
  rows: [
    {
      title: 'In the chosen time',
      panels: [
        {
          kind: 'stat',
          title: 'Spend',
          description: 'What the calls of the customer cost, exactly.',
          unit: 'currencyUSD',
          decimals: 2,
          width: 8,
          queries: [usage({ metrics: ['cost'] })],
        },
        {
          kind: 'stat',
          title: 'Calls',
          description: 'Calls to model providers, whatever became of them.',
          unit: 'short',
          width: 8,
          queries: [usage({ metrics: ['calls'] })],
        },
        {
          kind: 'stat',
          title: 'Cost per call',
          description: 'Spend divided by the calls that have a cost.',
          unit: 'currencyUSD',
          decimals: 5,
          width: 8,
          queries: [usage({ metrics: ['cost_per_call'] })],
        },
      ],
    },
    {
      title: 'Where it goes',
      panels: [
        {
          kind: 'timeseries',
          title: 'Spend by feature',
          description: 'What was spent in each bucket of time, by feature.',
          unit: 'currencyUSD',
          isStacked: true,
          queries: [usage({ metrics: ['cost'], groupBy: ['feature_name'], grain: 'auto', limit: 10 })],
        },
        {
          kind: 'timeseries',
          title: 'Tokens by model',
          description: 'Input and output tokens in each bucket of time, by model.',
          unit: 'short',
          isStacked: true,
          queries: [usage({ metrics: ['tokens'], groupBy: ['model'], grain: 'auto', limit: 10 })],
        },
        {
          kind: 'table',
          title: 'Features and models',
          description: 'Usage and spend of the chosen time, to the last digit.',
          unit: 'short',
          width: 24,
          queries: [
            usage({
              metrics: ['cost', 'calls', 'input_tokens', 'cache_read_tokens', 'output_tokens'],
              groupBy: ['feature_name', 'model'],
              limit: 100,
            }),
          ],
          columns: [
            { field: 'feature_name', title: 'Feature' },
            { field: 'model', title: 'Model' },
            { field: 'cost', title: 'Spend' },
            { field: 'calls', title: 'Calls' },
            { field: 'input_tokens', title: 'Input tokens' },
            { field: 'cache_read_tokens', title: 'of it cached' },
            { field: 'output_tokens', title: 'Output tokens' },
          ],
        },
      ],
    },
  ],
};
