import { CALL_VARIABLES, CALLS, callPresets, type DashboardSource } from './dashboard.ts';
import { group, note, queryValue, table, timeseries } from './widgets.ts';

const DOLLARS = { unit: 'dollar' } as const;
const BY = ' by {model}';
const cost = { name: 'cost', query: `sum:costspan_cost_usd_total{${CALLS}}${BY}.as_count()` };
const calls = { name: 'calls', query: `sum:costspan_calls_total{${CALLS}}${BY}.as_count()` };
const errors = { name: 'errors', query: `sum:costspan_calls_total{${CALLS},outcome:error}${BY}.as_count()` };
const tokens = (meter: string, name: string) => ({
  name,
  query: `sum:costspan_tokens_total{${CALLS},meter:${meter}}${BY}.as_count()`,
});

/** Which models are used, how well, and what they take. */
export const models: DashboardSource = {
  key: 'models',
  title: 'Models and efficiency',
  about: 'Cost, cache use, tokens per call, latency and errors of each model.',
  variables: CALL_VARIABLES,
  presets: callPresets,
  widgets: () => [
    note(
      'Savings compare cached tokens with fresh input of the same call; a call without fresh input says nothing of them.',
    ),
    group('Cache', [
      queryValue(
        'Saved by the cache',
        [{ name: 'saved', query: `sum:costspan_cache_savings_usd_total{${CALLS}}.as_count()` }],
        { formula: 'saved', ...DOLLARS },
      ),
      timeseries(
        'Share of input read from the cache',
        [tokens('cache_read_tokens', 'read'), tokens('input_tokens', 'input')],
        [{ formula: '100 * read / input' }],
      ),
    ]),
    group('Models', [
      table(
        'Models',
        [cost, calls, tokens('input_tokens', 'input'), tokens('output_tokens', 'output'), errors],
        [
          { formula: 'cost', alias: 'Spend', ...DOLLARS },
          { formula: 'calls', alias: 'Calls' },
          { formula: 'cost / calls', alias: 'Cost per call', ...DOLLARS },
          { formula: 'input / calls', alias: 'Input tokens per call', unit: 'token' },
          { formula: 'output / calls', alias: 'Output tokens per call', unit: 'token' },
          { formula: '100 * errors / calls', alias: 'Errors (%)' },
        ],
      ),
      timeseries('Spend by model', [cost], [{ formula: 'cost', ...DOLLARS }], 'area'),
      timeseries('Error share by model', [errors, calls], [{ formula: '100 * errors / calls' }]),
    ]),
    group('Latency', [
      timeseries(
        'Duration, 95th percentile',
        [{ name: 'p95', query: `p95:costspan_call_duration_seconds{${CALLS}}${BY}` }],
        [{ formula: 'p95', unit: 'second' }],
      ),
      timeseries(
        'Time to first token, 95th percentile',
        [{ name: 'first', query: `p95:costspan_time_to_first_token_seconds{${CALLS}}${BY}` }],
        [{ formula: 'first', unit: 'second' }],
      ),
    ]),
  ],
};
