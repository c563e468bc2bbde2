import type { DashboardSpec, RowSpec } from '../panels/dashboard-spec.ts';
import { choices, selectBy } from './select.ts';

const NAMES = ['provider', 'model', 'environment'] as const;
const select = selectBy(...NAMES);
const cost = select('costspan_cost_usd_total');
const calls = select('costspan_calls_total');
const duration = select('costspan_call_duration_seconds_bucket');
const firstToken = select('costspan_time_to_first_token_seconds_bucket');
const meter = (name: string) => select('costspan_tokens_total', `meter="${name}"`);
const QUANTILES = [
  ['0.5', 'P50'],
  ['0.9', 'P90'],
  ['0.99', 'P99'],
] as const;

const quantiles = (buckets: string, by: string, legend: string) =>
  QUANTILES.map(([quantile, name]) => ({
    expr: `histogram_quantile(${quantile}, sum by (${by}le) (rate(${buckets}[$__rate_interval])))`,
    legend: `${name}${legend}`,
  }));

const LATENCY: RowSpec = {
  title: 'How fast',
  panels: [
    {
      kind: 'timeseries',
      title: 'Duration of calls',
      description:
        'The duration that 50, 90 and 99 calls in a hundred do not exceed, as buckets of a histogram know it.',
      unit: 's',
      queries: quantiles(duration, '', ''),
    },
    {
      kind: 'timeseries',
      title: 'Time to the first token',
      description: 'The same of streamed calls, from the request to the first part of the answer.',
      unit: 's',
      queries: quantiles(firstToken, '', ''),
    },
    {
      kind: 'timeseries',
      title: 'Duration by model, nine calls in ten are faster',
      description: 'The 90th percentile by provider and model.',
      unit: 's',
      queries: [
        {
          expr: `histogram_quantile(0.9, sum by (provider, model, le) (rate(${duration}[$__rate_interval])))`,
          legend: '{{provider}} {{model}}',
        },
      ],
    },
    {
      kind: 'timeseries',
      title: 'Output tokens per second of a call',
      description: 'Output tokens of the calls divided by their durations.',
      unit: 'short',
      queries: [
        {
          expr: `sum by (provider, model) (rate(${meter('output_tokens')}[$__rate_interval])) / (sum by (provider, model) (rate(${select('costspan_call_duration_seconds_sum')}[$__rate_interval])) > 0)`,
          legend: '{{provider}} {{model}}',
        },
      ],
    },
  ],
};

export const MODELS: DashboardSpec = {
  uid: 'costspan-models',
  title: 'Costspan / Models and latency',
  question: 'What does each model cost, how fast and how reliable is it, and which models have no price?',
  needs: '`GET /metrics` of every collector',
  source: 'prometheus',
  from: '6h',
  variables: choices(...NAMES),
  rows: [
    LATENCY,
    {
      title: 'How reliable',
      panels: [
        {
          kind: 'timeseries',
          title: 'Share of errors by model',
          description: 'Calls that ended in an error, as a share of the calls of the model.',
          unit: 'percentunit',
          min: 0,
          emptyWhen: 'no call ended in an error',
          queries: [
            {
              expr: `sum by (provider, model) (rate(${select('costspan_calls_total', 'outcome="error"')}[$__rate_interval])) / (sum by (provider, model) (rate(${calls}[$__rate_interval])) > 0)`,
              legend: '{{provider}} {{model}}',
            },
          ],
        },
        {
          kind: 'timeseries',
          title: 'Calls per second without a price',
          description: 'Calls whose cost is not known, by what they lack. They are in no sum of costs.',
          unit: 'cps',
          emptyWhen: 'every call has a cost',
          queries: [
            {
              expr: 'sum by (provider, model, reason) (rate(costspan_unpriced_calls_total{provider=~"$provider", model=~"$model"}[$__rate_interval]))',
              legend: '{{provider}} {{model}}: {{reason}}',
            },
          ],
        },
      ],
    },
    {
      title: 'What it costs',
      panels: [
        {
          kind: 'table',
          title: 'Models',
          description:
            'Spend, calls and tokens of the chosen time. Cached is the share of input tokens read from a cache, saved what they would have cost more as fresh input.',
          unit: 'short',
          width: 24,
          height: 10,
          queries: [
            { expr: `sum by (provider, model) (increase(${cost}[$__range]))` },
            { expr: `sum by (provider, model) (increase(${calls}[$__range]))` },
            {
              expr: `sum by (provider, model) (increase(${cost}[$__range])) / (sum by (provider, model) (increase(${calls}[$__range])) > 0)`,
            },
            { expr: `sum by (provider, model) (increase(${meter('input_tokens')}[$__range]))` },
            { expr: `sum by (provider, model) (increase(${meter('output_tokens')}[$__range]))` },
            {
              expr: `sum by (provider, model) (increase(${meter('cache_read_tokens')}[$__range])) / (sum by (provider, model) (increase(${meter('input_tokens')}[$__range])) > 0)`,
            },
            {
              expr: `sum by (provider, model) (increase(${select('costspan_cache_savings_usd_total')}[$__range]))`,
            },
          ],
          columns: [
            { field: 'provider', title: 'Provider' },
            { field: 'model', title: 'Model' },
            { field: 'Value #A', title: 'Spend', unit: 'currencyUSD' },
            { field: 'Value #B', title: 'Calls' },
            { field: 'Value #C', title: 'Per call', unit: 'currencyUSD' },
            { field: 'Value #D', title: 'Input tokens' },
            { field: 'Value #E', title: 'Output tokens' },
            { field: 'Value #F', title: 'Cached', unit: 'percentunit' },
            { field: 'Value #G', title: 'Saved', unit: 'currencyUSD' },
          ],
        },
      ],
    },
  ],
};
