import { describe, expect, test } from 'vitest';
import { EXACT_PACK } from '../exact/index.ts';
import type { DashboardSpec } from '../panels/dashboard-spec.ts';
import { dashboardText } from '../panels/dashboard-text.ts';
import { PROMETHEUS_PACK } from '../prometheus/index.ts';
import { type DashboardFile, lintDashboards } from './lint-dashboards.ts';
import { LINT_RULES } from './rules/index.ts';

/** A dashboard that a mistake can be made in. */
// biome-ignore lint/suspicious/noExplicitAny: a mistake may be of any shape, that is what the rules are for.
type Json = any;

const ALL = [...PROMETHEUS_PACK, ...EXACT_PACK];

function fileOf(spec: DashboardSpec): DashboardFile {
  return { file: `${spec.uid}.json`, json: JSON.parse(dashboardText(spec)) };
}

function dashboard(uid: string): Json {
  return fileOf(ALL.find((spec) => spec.uid === uid) as DashboardSpec).json;
}

const panel = (json: Json, title: string): Json => json.panels.find((one: Json) => one.title === title);
const query = (json: Json, title: string): Json => panel(json, title).targets[0];

test('the dashboards of both packs have no mistake', () => {
  expect(lintDashboards(ALL.map(fileOf))).toEqual([]);
});

/** A mistake that people make, the dashboard it is made in, and the rule that must say so. */
const MISTAKES: readonly (readonly [string, string, string, (json: Json) => void])[] = [
  ['a uid with capitals', 'uid-is-stable', 'costspan-fleet', (json) => (json.uid = 'My Dashboard')],
  ['no uid', 'uid-is-stable', 'costspan-fleet', (json) => (json.uid = null)],
  ['an id of one Grafana', 'has-no-database-id', 'costspan-fleet', (json) => (json.id = 42)],
  ['inputs of an export', 'has-no-database-id', 'costspan-fleet', (json) => (json.__inputs = [{ name: 'DS' }])],
  ['no question', 'says-what-it-answers', 'costspan-fleet', (json) => (json.description = 'Costs.')],
  ['no tags', 'says-what-it-answers', 'costspan-fleet', (json) => (json.tags = [])],
  ['last year', 'time-is-relative', 'costspan-fleet', (json) => (json.time = { from: '2025-01-01', to: '2025-02-01' })],
  ['a link that forgets', 'links-keep-the-choice', 'costspan-fleet', (json) => (json.links[0].includeVars = false)],
  ['no title', 'panel-has-a-title', 'costspan-fleet', (json) => (panel(json, 'Spend').title = ' ')],
  ['no description', 'panel-has-a-description', 'costspan-fleet', (json) => delete panel(json, 'Spend').description],
  ['no unit', 'panel-has-a-unit', 'costspan-fleet', (json) => delete panel(json, 'Spend').fieldConfig.defaults.unit],
  [
    'red from 80 on',
    'panel-has-thresholds',
    'costspan-fleet',
    (json) => delete panel(json, 'Spend').fieldConfig.defaults.thresholds,
  ],
  ['no query', 'panel-asks-something', 'costspan-fleet', (json) => (panel(json, 'Spend').targets = [])],
  ['a hidden query', 'panel-asks-something', 'costspan-fleet', (json) => (query(json, 'Spend').hide = true)],
  ['an id twice', 'ids-are-unique', 'costspan-fleet', (json) => (json.panels[2].id = json.panels[1].id)],
  [
    'a letter twice',
    'ids-are-unique',
    'costspan-fleet',
    (json) => (panel(json, 'Customers by spend').targets[1].refId = 'A'),
  ],
  ['panels on each other', 'panels-do-not-overlap', 'costspan-fleet', (json) => (json.panels[2].gridPos.x = 0)],
  ['a panel off the grid', 'panels-do-not-overlap', 'costspan-fleet', (json) => (json.panels[6].gridPos.w = 12)],
  [
    'the data source of one Grafana',
    'source-is-a-variable',
    'costspan-fleet',
    (json) => (query(json, 'Spend').datasource.uid = 'grafanacloud-prom'),
  ],
  [
    'a variable bound to a data source',
    'source-is-a-variable',
    'costspan-fleet',
    (json) => (json.templating.list[1].datasource.uid = 'P1809F7CD0C75ACF3'),
  ],
  [
    'a bracket too few',
    'query-can-be-read',
    'costspan-fleet',
    (json) => (query(json, 'Spend').expr = 'sum(rate(x_total[5m])'),
  ],
  [
    'a misspelled metric',
    'metric-is-known',
    'costspan-fleet',
    (json) => (query(json, 'Spend').expr = query(json, 'Spend').expr.replace('cost_usd', 'costs_usd')),
  ],
  [
    'a label that is none',
    'label-is-known',
    'costspan-fleet',
    (json) => (query(json, 'Spend').expr = query(json, 'Spend').expr.replace('{', '{tenant="a", ')),
  ],
  [
    'a raw sum of a counter',
    'counter-is-under-rate',
    'costspan-fleet',
    (json) =>
      (query(json, 'Spend').expr = 'sum(costspan_cost_usd_total{environment=~"$environment", provider=~"$provider"})'),
  ],
  [
    'an average of a counter',
    'counter-is-under-rate',
    'costspan-fleet',
    (json) =>
      (query(json, 'Calls').expr = 'avg(costspan_calls_total{environment=~"$environment", provider=~"$provider"})'),
  ],
  [
    'a counter of somebody else, plain',
    'counter-is-under-rate',
    'costspan-infrastructure',
    (json) => (query(json, 'CPU of processes').expr = 'sum by (job) (http_requests_total)'),
  ],
  [
    'a rate of a gauge',
    'rate-is-of-a-counter',
    'costspan-reconcile',
    (json) => (query(json, 'Ledger').expr = 'sum(increase(costspan_ledger_cost_usd{job=~"$job"}[$__range]))'),
  ],
  [
    'a fixed window of a rate',
    'window-follows-the-question',
    'costspan-fleet',
    (json) =>
      (query(json, 'Calls per second by outcome').expr = query(json, 'Calls per second by outcome').expr.replace(
        '$__rate_interval',
        '5m',
      )),
  ],
  [
    'an interval with one sample',
    'window-follows-the-question',
    'costspan-fleet',
    (json) =>
      (query(json, 'Calls per second by outcome').expr = query(json, 'Calls per second by outcome').expr.replace(
        '$__rate_interval',
        '$__interval',
      )),
  ],
  [
    'a total of the last hour only',
    'window-follows-the-question',
    'costspan-fleet',
    (json) => (query(json, 'Spend').expr = query(json, 'Spend').expr.replace('$__range', '1h')),
  ],
  ['a stat of a range', 'panel-asks-in-its-way', 'costspan-fleet', (json) => delete query(json, 'Spend').instant],
  [
    'a table of series',
    'panel-asks-in-its-way',
    'costspan-fleet',
    (json) => (query(json, 'Customers by spend').format = 'time_series'),
  ],
  [
    'a quantile without bounds',
    'quantile-keeps-le',
    'costspan-models',
    (json) => (query(json, 'Duration of calls').expr = query(json, 'Duration of calls').expr.replace('by (le)', '')),
  ],
  [
    'a quantile of a sum',
    'quantile-keeps-le',
    'costspan-models',
    (json) =>
      (query(json, 'Duration of calls').expr = query(json, 'Duration of calls').expr.replace(
        'seconds_bucket',
        'seconds_sum',
      )),
  ],
  [
    'a legend of what is summed away',
    'legend-survives',
    'costspan-fleet',
    (json) => (query(json, 'Spend per hour by provider').legendFormat = '{{model}}'),
  ],
  [
    'series with one name',
    'legend-survives',
    'costspan-models',
    (json) => (query(json, 'Duration by model, nine calls in ten are faster').legendFormat = '{{model}}'),
  ],
  [
    'a column that no query yields',
    'column-survives',
    'costspan-fleet',
    (json) => (panel(json, 'Customers by spend').transformations.at(-1).options.renameByName.tenant = 'Tenant'),
  ],
  [
    'a unit for a column that is renamed',
    'column-survives',
    'costspan-fleet',
    (json) => (panel(json, 'Customers by spend').fieldConfig.overrides[0].matcher.options = 'Costs'),
  ],
  [
    'a column of the ledger that is not asked for',
    'column-survives',
    'costspan-ledger-spend',
    (json) => (query(json, 'Customers by spend').metrics = ['cost']),
  ],
  [
    'nothing divided by nothing',
    'division-is-guarded',
    'costspan-customer',
    (json) => (query(json, 'Cost per call').expr = query(json, 'Cost per call').expr.replace(' > 0', '')),
  ],
  [
    'a choice that changes nothing',
    'variable-is-used',
    'costspan-fleet',
    (json) =>
      json.templating.list.push({ ...json.templating.list[1], name: 'region', query: 'label_values(up, region)' }),
  ],
  [
    'a panel that leaves a choice out',
    'variable-is-used-everywhere',
    'costspan-fleet',
    (json) => (query(json, 'Spend').expr = 'sum(increase(costspan_cost_usd_total{provider=~"$provider"}[$__range]))'),
  ],
  [
    'a question to the ledger that leaves a choice out',
    'variable-is-used-everywhere',
    'costspan-ledger-spend',
    (json) => (query(json, 'Spend').filters = []),
  ],
  [
    'a variable that is not there',
    'variable-is-declared',
    'costspan-fleet',
    (json) => (query(json, 'Spend').expr = query(json, 'Spend').expr.replace('{', '{team=~"$team", ')),
  ],
  [
    'several values and one =',
    'choice-of-several-is-a-pattern',
    'costspan-fleet',
    (json) => (query(json, 'Spend').expr = query(json, 'Spend').expr.replace('provider=~', 'provider=')),
  ],
  [
    'All as a list',
    'choice-of-several-is-a-pattern',
    'costspan-fleet',
    (json) => delete json.templating.list[1].allValue,
  ],
  [
    'a question without a metric',
    'ledger-query-is-whole',
    'costspan-ledger-spend',
    (json) => (query(json, 'Spend').metrics = []),
  ],
  [
    'a graph without buckets',
    'ledger-query-is-whole',
    'costspan-ledger-spend',
    (json) => (query(json, 'Spend by provider').grain = 'none'),
  ],
];

describe('a mistake is told by its rule', () => {
  test.each(MISTAKES)('%s: %s', (_, rule, uid, make) => {
    const json = dashboard(uid);
    make(json);
    const found = lintDashboards([{ file: 'a.json', json }]);
    expect(found.map((finding) => finding.rule)).toContain(rule);
  });

  test('two files with one uid', () => {
    const json = dashboard('costspan-fleet');
    const found = lintDashboards([
      { file: 'a.json', json },
      { file: 'b.json', json },
    ]);
    expect(found.map(({ file, rule }) => `${file} ${rule}`)).toEqual(['a.json uid-is-stable', 'b.json uid-is-stable']);
  });

  test('every rule has its mistake, and there are at least thirty', () => {
    expect(LINT_RULES.map(({ name }) => name).filter((name) => !MISTAKES.some(([, rule]) => rule === name))).toEqual(
      [],
    );
    expect(MISTAKES.length).toBeGreaterThanOrEqual(30);
  });
});

test.each([
  ['nothing', null],
  ['a list', []],
  ['panels that are none', { panels: [1, null, { targets: 'x' }], templating: { list: [null] } }],
])('%s instead of a dashboard is told, not thrown', (_, json) => {
  expect(lintDashboards([{ file: 'a.json', json }]).length).toBeGreaterThan(0);
});
