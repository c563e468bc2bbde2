import type { DashboardSpec } from '../panels/dashboard-spec.ts';
import { ask, ledgerChoices } from './ledger-choices.ts';
import { parts } from './ledger-panels.ts';

const NAMES = ['provider', 'model', 'environment'] as const;
const usage = ask(...NAMES);

export const LEDGER_MODELS: DashboardSpec = {
  uid: 'costspan-ledger-models',
  title: 'Costspan ledger / Models and data quality',
  question: 'What does each model cost, how fast is it, and which costs are not known?',
  needs: 'the Costspan data source',
  source: 'costspan-usage-datasource',
  from: '7d',
  variables: ledgerChoices(...NAMES),
  rows: [
    {
      title: 'Models',
      panels: [
        {
          kind: 'table',
          title: 'Models',
          description: 'Spend, errors and exact percentiles of the chosen time.',
          unit: 'short',
          width: 24,
          height: 10,
          queries: [
            usage({
              metrics: [
                'cost',
                'calls',
                'error_rate',
                'duration_ms_p50',
                'duration_ms_p99',
                'time_to_first_token_ms_p50',
              ],
              groupBy: ['provider', 'model'],
              limit: 100,
            }),
          ],
          columns: [
            { field: 'provider', title: 'Provider' },
            { field: 'model', title: 'Model' },
            { field: 'cost', title: 'Spend' },
            { field: 'calls', title: 'Calls' },
            { field: 'error_rate', title: 'Errors', unit: 'percentunit' },
            { field: 'duration_ms_p50', title: 'P50', unit: 'ms' },
            { field: 'duration_ms_p99', title: 'P99', unit: 'ms' },
            { field: 'time_to_first_token_ms_p50', title: 'First token, P50', unit: 'ms' },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Duration, nine calls in ten are faster',
          description: 'The exact 90th percentile in each bucket of time, by model.',
          unit: 'ms',
          queries: [usage({ metrics: ['duration_ms_p90'], groupBy: ['model'], grain: 'auto', limit: 10 })],
        },
        parts(
          usage,
          'calls',
          'cost_status',
          'Calls by how far their cost can be trusted',
          'priced and provider_reported are exact, estimated and partial are not, unpriced are in no sum of costs.',
        ),
      ],
    },
  ],
};
