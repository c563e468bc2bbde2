import { CALL_VARIABLES, CALLS, callPresets, type DashboardSource } from './dashboard.ts';
import { group, queryValue, table, timeseries, toplist } from './widgets.ts';

const DOLLARS = { unit: 'dollar' } as const;
const cost = (by = '') => ({ name: 'cost', query: `sum:costspan_cost_usd_total{${CALLS}}${by}.as_count()` });
const calls = (by = '') => ({ name: 'calls', query: `sum:costspan_calls_total{${CALLS}}${by}.as_count()` });
const tokens = (by = '') => ({
  name: 'tokens',
  query: `sum:costspan_tokens_total{${CALLS},meter:input_tokens}${by}.as_count()`,
});

/** One customer, or all of them beside each other. */
export const customers: DashboardSource = {
  key: 'customers',
  title: 'Customers',
  about: 'What each customer uses and costs, by feature and model. Choose one in customer_id.',
  variables: CALL_VARIABLES,
  presets: callPresets,
  widgets: () => [
    group('Spend', [
      queryValue('Month to date', [cost()], { formula: 'cost', ...DOLLARS }, 'month_to_date'),
      queryValue('Calls', [calls()], { formula: 'calls' }),
      queryValue('Input tokens', [tokens()], { formula: 'tokens', unit: 'token' }),
      timeseries('Spend by customer', [cost(' by {customer_id}')], [{ formula: 'cost', ...DOLLARS }], 'bars'),
    ]),
    group('Who and what', [
      table(
        'Customers',
        [cost(' by {customer_id}'), calls(' by {customer_id}'), tokens(' by {customer_id}')],
        [
          { formula: 'cost', alias: 'Spend', ...DOLLARS },
          { formula: 'calls', alias: 'Calls' },
          { formula: 'tokens', alias: 'Input tokens', unit: 'token' },
          { formula: 'cost / calls', alias: 'Cost per call', ...DOLLARS },
        ],
      ),
      toplist('Features of the chosen customers', [cost(' by {feature_name}')], { formula: 'cost', ...DOLLARS }),
      toplist('Models of the chosen customers', [cost(' by {model}')], { formula: 'cost', ...DOLLARS }),
      timeseries(
        'Errors by customer',
        [{ name: 'errors', query: `sum:costspan_calls_total{${CALLS},outcome:error} by {customer_id}.as_count()` }],
        [{ formula: 'errors' }],
      ),
    ]),
  ],
};
