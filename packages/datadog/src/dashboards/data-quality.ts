import { CALL_VARIABLES, CALLS, callPresets, type DashboardSource, MODELS } from './dashboard.ts';
import { group, queryValue, table, timeseries, toplist } from './widgets.ts';

const DOLLARS = { unit: 'dollar' } as const;
const cost = { name: 'cost', query: `sum:costspan_cost_usd_total{${CALLS}}.as_count()` };
const calls = { name: 'calls', query: `sum:costspan_calls_total{${CALLS}}.as_count()` };
const untagged = { name: 'untagged', query: `sum:costspan_cost_usd_total{${CALLS},customer_id:*untagged*}.as_count()` };
const unpriced = (by = '') => ({
  name: 'unpriced',
  query: `sum:costspan_unpriced_calls_total{${MODELS}}${by}.as_count()`,
});
const reported = {
  name: 'reported',
  query: `sum:costspan_reported_cost_usd_total{${MODELS}} by {provider,model}.as_count()`,
};
const computed = {
  name: 'computed',
  query: `sum:costspan_computed_cost_usd_total{${MODELS}} by {provider,model}.as_count()`,
};

/** How far the numbers can be trusted. */
export const dataQuality: DashboardSource = {
  key: 'data-quality',
  title: 'Data quality',
  about: 'Calls without a cost, spend without a customer, prices that drift, and values that had no room.',
  variables: CALL_VARIABLES,
  presets: callPresets,
  widgets: () => [
    group('Is spend whole?', [
      queryValue('Calls without a cost (%)', [unpriced(), calls], { formula: '100 * unpriced / calls' }),
      toplist('What is missing', [unpriced(' by {provider,model,reason}')], { formula: 'unpriced' }),
      timeseries('Calls without a cost', [unpriced(' by {reason}')], [{ formula: 'unpriced' }], 'bars'),
    ]),
    group('Is it somebody’s?', [
      queryValue('Spend without a customer (%)', [untagged, cost], { formula: '100 * untagged / cost' }),
      timeseries('Spend without a customer', [untagged], [{ formula: 'untagged', ...DOLLARS }], 'bars'),
    ]),
    group('Do prices agree with providers?', [
      table(
        'Reported and computed cost',
        [reported, computed],
        [
          { formula: 'reported', alias: 'Reported', ...DOLLARS },
          { formula: 'computed', alias: 'Computed', ...DOLLARS },
          { formula: '100 * (computed - reported) / reported', alias: 'Drift (%)' },
        ],
      ),
    ]),
    group('Does everything arrive?', [
      timeseries(
        'Label values without room',
        [{ name: 'dropped', query: 'sum:costspan_attach_dropped_values_total{*} by {label}.as_count()' }],
        [{ formula: 'dropped' }],
      ),
      timeseries(
        'Values that Datadog cannot tell apart',
        [{ name: 'collided', query: 'sum:costspan_attach_tag_collisions_total{*} by {label}.as_count()' }],
        [{ formula: 'collided' }],
      ),
      timeseries(
        'Processes that are attached',
        [{ name: 'heartbeat', query: 'sum:costspan_attach_heartbeat{*}' }],
        [{ formula: 'heartbeat' }],
      ),
    ]),
  ],
};
