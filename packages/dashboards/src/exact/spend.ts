import type { DashboardSpec } from '../panels/dashboard-spec.ts';
import { ask, ledgerChoices } from './ledger-choices.ts';

const NAMES = ['environment', 'provider', 'team'] as const;
const usage = ask(...NAMES);

export const LEDGER_SPEND: DashboardSpec = {
  uid: 'costspan-ledger-spend',
  title: 'Costspan ledger / Spend',
  question: 'What exactly was spent, by whom and on what?',
  needs: 'the Costspan data source',
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
          description: 'What all calls cost whose cost is known. Exact: it is the sum of the ledger.',
          unit: 'currencyUSD',
          decimals: 2,
          width: 6,
          queries: [usage({ metrics: ['cost'] })],
        },
        {
          kind: 'stat',
          title: 'Calls',
          description: 'Calls to model providers, whatever became of them.',
          unit: 'short',
          width: 6,
          queries: [usage({ metrics: ['calls'] })],
        },
        {
          kind: 'stat',
          title: 'Customers',
          description: 'Different values of customer_id.',
          unit: 'short',
          width: 6,
          queries: [usage({ metrics: ['customers'] })],
        },
        {
          kind: 'stat',
          title: 'Calls without a cost',
          description: 'They are in no sum of costs; unknown is never zero.',
          unit: 'short',
          width: 6,
          levels: [
            { from: null, color: 'text' },
            { from: 1, color: 'orange' },
          ],
          queries: [usage({ metrics: ['unpriced_calls'] })],
        },
      ],
    },
    {
      title: 'Over time',
      panels: [
        {
          kind: 'timeseries',
          title: 'Spend by provider',
          description:
            'What was spent in each bucket of time. Buckets begin where hours and days begin in the time zone of the dashboard.',
          unit: 'currencyUSD',
          isStacked: true,
          queries: [usage({ metrics: ['cost'], groupBy: ['provider'], grain: 'auto' })],
        },
        {
          kind: 'timeseries',
          title: 'Spend by feature',
          description: 'The ten features with the highest spend; the rest stands as (other), so that the sum is whole.',
          unit: 'currencyUSD',
          isStacked: true,
          queries: [usage({ metrics: ['cost'], groupBy: ['feature_name'], grain: 'auto', limit: 10 })],
        },
      ],
    },
    {
      title: 'Who',
      panels: [
        {
          kind: 'table',
          title: 'Customers by spend',
          description: 'The fifty customers with the highest spend, to the last digit; the rest stands as (other).',
          unit: 'short',
          width: 24,
          height: 10,
          queries: [
            usage({ metrics: ['cost', 'calls', 'tokens', 'unpriced_calls'], groupBy: ['customer_id'], limit: 50 }),
          ],
          columns: [
            { field: 'customer_id', title: 'Customer' },
            { field: 'cost', title: 'Spend' },
            { field: 'calls', title: 'Calls' },
            { field: 'tokens', title: 'Tokens' },
            { field: 'unpriced_calls', title: 'Without a cost' },
          ],
        },
      ],
    },
  ],
};
