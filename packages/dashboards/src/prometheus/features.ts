import type { DashboardSpec } from '../panels/dashboard-spec.ts';
import { choices, selectBy } from './select.ts';
import { spendOfNobody, spendPerHour } from './spend-panels.ts';

const NAMES = ['feature', 'team', 'environment'] as const;
const select = selectBy(...NAMES);
const cost = select('costspan_cost_usd_total');
const calls = select('costspan_calls_total');

export const FEATURES: DashboardSpec = {
  uid: 'costspan-features',
  title: 'Costspan / Features and teams',
  question: 'Which features and teams cost most, what does one use of a feature cost, and how much belongs to nobody?',
  needs: '`GET /metrics` of every collector, and calls tagged `feature_name` and `team`',
  source: 'prometheus',
  from: '24h',
  variables: choices(...NAMES),
  rows: [
    {
      title: 'Spend',
      panels: [
        spendPerHour(
          cost,
          ['feature_name'],
          'Spend per hour by feature',
          'US dollars per hour. (untagged) are calls that name no feature.',
        ),
        spendPerHour(
          cost,
          ['team'],
          'Spend per hour by team',
          'US dollars per hour. (untagged) are calls that name no team.',
        ),
        {
          kind: 'table',
          title: 'Features by team',
          description: 'Spend, calls and errors of the chosen time.',
          unit: 'short',
          width: 24,
          queries: [
            { expr: `sum by (feature_name, team) (increase(${cost}[$__range]))` },
            { expr: `sum by (feature_name, team) (increase(${calls}[$__range]))` },
            {
              expr: `sum by (feature_name, team) (increase(${select('costspan_calls_total', 'outcome="error"')}[$__range]))`,
            },
          ],
          columns: [
            { field: 'feature_name', title: 'Feature' },
            { field: 'team', title: 'Team' },
            { field: 'Value #A', title: 'Spend', unit: 'currencyUSD' },
            { field: 'Value #B', title: 'Calls' },
            { field: 'Value #C', title: 'Errors' },
          ],
        },
      ],
    },
    {
      title: 'How it is used',
      panels: [
        {
          kind: 'timeseries',
          title: 'Cost per call by feature',
          description: 'What one call of the feature costs on average.',
          unit: 'currencyUSD',
          decimals: 5,
          queries: [
            {
              expr: `sum by (feature_name) (rate(${cost}[$__rate_interval])) / (sum by (feature_name) (rate(${calls}[$__rate_interval])) > 0)`,
              legend: '{{feature_name}}',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Duration by feature, nine calls in ten are faster',
          description: 'The 90th percentile of how long calls take, as buckets of a histogram know it.',
          unit: 's',
          queries: [
            {
              expr: `histogram_quantile(0.9, sum by (feature_name, le) (rate(${select('costspan_call_duration_seconds_bucket')}[$__rate_interval])))`,
              legend: '{{feature_name}}',
            },
          ],
        },
        spendOfNobody(cost, select('costspan_cost_usd_total', 'feature_name="(untagged)"'), 'feature_name', 'feature'),
        spendOfNobody(cost, select('costspan_cost_usd_total', 'team="(untagged)"'), 'team', 'team'),
      ],
    },
  ],
};
