import { CALL_VARIABLES, CALLS, callPresets, type DashboardSource } from './dashboard.ts';
import { group, note, queryValue, table, timeseries, toplist } from './widgets.ts';

const COST = { name: 'cost', query: `sum:costspan_cost_usd_total{${CALLS}}.as_count()` } as const;
const CALL_COUNT = { name: 'calls', query: `sum:costspan_calls_total{${CALLS}}.as_count()` } as const;
const DOLLARS = { unit: 'dollar' } as const;

/** What is spent, by whom and on what, at a glance. */
export const executive: DashboardSource = {
  key: 'executive',
  title: 'Executive overview',
  about: 'What is spent on models this month, by whom, on which features, and against last month.',
  variables: CALL_VARIABLES,
  presets: callPresets,
  widgets: () => [
    note(
      'Spend is summed by Costspan, cached and contract prices included. The exact ledger is the truth; these are its metrics.',
    ),
    group('This month', [
      queryValue('Month to date', [COST], { formula: 'cost', ...DOLLARS }, 'month_to_date'),
      queryValue(
        'Against the same days of last month',
        [COST],
        { formula: 'cost - calendar_shift(cost, "-1mo", "UTC")', ...DOLLARS },
        'month_to_date',
      ),
      queryValue('Cost per call', [COST, CALL_COUNT], { formula: 'cost / calls', ...DOLLARS }, 'month_to_date'),
      queryValue(
        'Active customers',
        [{ name: 'customers', query: `sum:costspan_calls_total{${CALLS}} by {customer_id}.as_count()` }],
        { formula: 'count_nonzero(customers)' },
        'month_to_date',
      ),
    ]),
    group('Where it goes', [
      timeseries(
        'Spend by feature',
        [{ ...COST, query: `sum:costspan_cost_usd_total{${CALLS}} by {feature_name}.as_count()` }],
        [{ formula: 'cost', ...DOLLARS }],
        'bars',
      ),
      timeseries(
        'Spend by team',
        [{ ...COST, query: `sum:costspan_cost_usd_total{${CALLS}} by {team}.as_count()` }],
        [{ formula: 'cost', ...DOLLARS }],
        'bars',
      ),
      toplist(
        'Customers by spend',
        [{ ...COST, query: `sum:costspan_cost_usd_total{${CALLS}} by {customer_id}.as_count()` }],
        { formula: 'cost', ...DOLLARS },
      ),
      table(
        'Features by spend',
        [
          { ...COST, query: `sum:costspan_cost_usd_total{${CALLS}} by {feature_name,team}.as_count()` },
          { ...CALL_COUNT, query: `sum:costspan_calls_total{${CALLS}} by {feature_name,team}.as_count()` },
        ],
        [
          { formula: 'cost', alias: 'Spend', ...DOLLARS },
          { formula: 'calls', alias: 'Calls' },
          { formula: 'cost / calls', alias: 'Cost per call', ...DOLLARS },
        ],
      ),
    ]),
  ],
};
