import type { SchemaTarget } from './target.ts';

/** What a widget draws: its kind, its title and its questions, in NRQL over the pushed metrics. */
type Drawn = readonly [kind: 'billboard' | 'line' | 'bar' | 'table', title: string, nrql: string];

const FACET = 'FACET customer_id LIMIT 20';
const WIDGETS: readonly Drawn[] = [
  ['billboard', 'Cost (USD)', 'SELECT sum(costspan_cost_usd_total) FROM Metric'],
  ['billboard', 'Calls', 'SELECT sum(costspan_calls_total) FROM Metric'],
  ['billboard', 'Calls without a price', 'SELECT sum(costspan_unpriced_calls_total) FROM Metric'],
  ['line', 'Cost by customer (USD)', `SELECT sum(costspan_cost_usd_total) FROM Metric ${FACET} TIMESERIES`],
  ['line', 'Tokens by meter', 'SELECT sum(costspan_tokens_total) FROM Metric FACET meter TIMESERIES'],
  ['bar', 'Cost by model (USD)', 'SELECT sum(costspan_cost_usd_total) FROM Metric FACET provider, model LIMIT 20'],
  ['table', 'Calls by outcome', 'SELECT sum(costspan_calls_total) FROM Metric FACET outcome, model LIMIT 50'],
  [
    'line',
    'Duration, 95 % (s)',
    'SELECT percentile(costspan_call_duration_seconds, 95) FROM Metric FACET model LIMIT 20 TIMESERIES',
  ],
  [
    'table',
    'Calls without a price, why',
    'SELECT sum(costspan_unpriced_calls_total) FROM Metric FACET provider, model, reason LIMIT 50',
  ],
];
/** New Relic lays twelve columns out. */
const COLUMNS = 12;
const WIDTH = 4;
const HEIGHT = 3;

export const newrelic: SchemaTarget = {
  name: 'newrelic',
  about: 'a dashboard over the metrics that the collector pushes',
  file: 'newrelic-dashboard.json',
  write: () =>
    `${JSON.stringify(
      {
        name: 'Costspan',
        description:
          'Cost and usage of model calls. Import it with your account id; docs/warehouses/README.md says how metrics get there.',
        permissions: 'PUBLIC_READ_WRITE',
        pages: [{ name: 'Costs', description: null, widgets: WIDGETS.map(widget) }],
        variables: [],
      },
      null,
      2,
    )}\n`,
};

function widget([kind, title, query]: Drawn, index: number): object {
  const perRow = COLUMNS / WIDTH;
  return {
    title,
    layout: {
      column: (index % perRow) * WIDTH + 1,
      row: Math.floor(index / perRow) * HEIGHT + 1,
      width: WIDTH,
      height: HEIGHT,
    },
    linkedEntityGuids: null,
    visualization: { id: `viz.${kind}` },
    // The account is asked for at the import.
    rawConfiguration: { nrqlQueries: [{ accountIds: [], query }] },
  };
}
