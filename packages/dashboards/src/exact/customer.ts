import type { DashboardSpec } from '../panels/dashboard-spec.ts';
import { ask, ledgerChoices } from './ledger-choices.ts';
import { CALLS_ARE, DOLLARS, figure, parts } from './ledger-panels.ts';

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
        figure(usage, 'cost', 'Spend', 'What the calls of the customer cost, exactly.', {
          ...DOLLARS,
          decimals: 2,
          width: 8,
        }),
        figure(usage, 'calls', 'Calls', CALLS_ARE, { width: 8 }),
        figure(usage, 'cost_per_call', 'Cost per call', 'Spend divided by the calls that have a cost.', {
          ...DOLLARS,
          decimals: 5,
          width: 8,
        }),
      ],
    },
    {
      title: 'Where it goes',
      panels: [
        parts(usage, 'cost', 'feature_name', 'Spend by feature', 'What was spent in each bucket of time, by feature.', {
          ...DOLLARS,
          limit: 10,
        }),
        parts(
          usage,
          'tokens',
          'model',
          'Tokens by model',
          'Input and output tokens in each bucket of time, by model.',
          { limit: 10 },
        ),
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
