import type { DashboardSpec } from '../panels/dashboard-spec.ts';
import { ask, ledgerChoices } from './ledger-choices.ts';
import { CALLS_ARE, DOLLARS, figure, parts } from './ledger-panels.ts';

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
        figure(usage, 'cost', 'Spend', 'What all calls cost whose cost is known. Exact: it is the sum of the ledger.', {
          ...DOLLARS,
          decimals: 2,
          width: 6,
        }),
        figure(usage, 'calls', 'Calls', CALLS_ARE, { width: 6 }),
        figure(usage, 'customers', 'Customers', 'Different values of customer_id.', { width: 6 }),
        figure(usage, 'unpriced_calls', 'Calls without a cost', 'They are in no sum of costs; unknown is never zero.', {
          width: 6,
          levels: [
            { from: null, color: 'text' },
            { from: 1, color: 'orange' },
          ],
        }),
      ],
    },
    {
      title: 'Over time',
      panels: [
        parts(
          usage,
          'cost',
          'provider',
          'Spend by provider',
          'What was spent in each bucket of time. Buckets begin where hours and days begin in the time zone of the dashboard.',
          DOLLARS,
        ),
        parts(
          usage,
          'cost',
          'feature_name',
          'Spend by feature',
          'The ten features with the highest spend; the rest stands as (other), so that the sum is whole.',
          { ...DOLLARS, limit: 10 },
        ),
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
