import { describe, expect, test } from 'vitest';
import { shippedFiles } from '../provision/shipped-files.ts';
import { lintFile } from './lint-file.ts';

/** JSON to be broken. */
// biome-ignore lint/suspicious/noExplicitAny: mistakes are made where no type would let them be made
type Broken = any;
type Mistake = readonly [name: string, make: (file: Broken) => void];

function broken(path: string, make: (file: Broken) => void): Broken {
  const file = structuredClone(shippedFiles().find((one) => one.path === path)?.json) as Broken;
  make(file);
  return file;
}

/** The n-th panel of a group, in the n-th group. */
const panel = (file: Broken, group: number, index: number): Broken =>
  file.widgets.filter((one: Broken) => one.definition.type === 'group')[group].definition.widgets[index].definition;
const request = (file: Broken, group: number, index: number): Broken => panel(file, group, index).requests[0];

/** A fixed grid with a place for every widget. */
const fix = (file: Broken): void => {
  file.reflow_type = 'fixed';
  file.widgets.forEach((widget: Broken, index: number) => {
    widget.layout = { x: 0, y: index * 4, width: 12, height: 4 };
  });
};

const DASHBOARD_MISTAKES: readonly Mistake[] = [
  ['no title', (file) => delete file.title],
  ['an empty title', (file) => (file.title = ' ')],
  ['no widgets', (file) => delete file.widgets],
  ['no widget', (file) => (file.widgets = [])],
  ['no layout type', (file) => delete file.layout_type],
  ['a layout type nobody knows', (file) => (file.layout_type = 'grid')],
  ['a reflow type nobody knows', (file) => (file.reflow_type = 'flow')],
  ['a reflow type of a free dashboard', (file) => (file.layout_type = 'free')],
  ['a place in an automatic grid', (file) => (file.widgets[0].layout = { x: 0, y: 0, width: 2, height: 2 })],
  ['a fixed grid without places', (file) => (file.reflow_type = 'fixed')],
  [
    'a widget beyond the grid',
    (file) => {
      fix(file);
      file.widgets[0].layout.x = 6;
    },
  ],
  [
    'a widget at a negative place',
    (file) => {
      fix(file);
      file.widgets[0].layout.y = -1;
    },
  ],
  [
    'a widget without height',
    (file) => {
      fix(file);
      delete file.widgets[0].layout.height;
    },
  ],
  [
    'a widget of no width',
    (file) => {
      fix(file);
      file.widgets[0].layout.width = 0;
    },
  ],
  [
    'widgets over each other',
    (file) => {
      fix(file);
      file.widgets[1].layout.y = 0;
    },
  ],
  ['a key nobody knows', (file) => (file.colour = 'red')],
  ['a key nobody knows in a request', (file) => (request(file, 0, 0).colour = 'red')],
  ['a widget type nobody knows', (file) => (panel(file, 0, 0).type = 'query_values')],
  ['a widget without a definition', (file) => delete file.widgets[0].definition],
  ['a group in a group', (file) => file.widgets[1].definition.widgets.push(structuredClone(file.widgets[1]))],
  ['an empty group', (file) => (file.widgets[1].definition.widgets = [])],
  ['a group without a layout type', (file) => delete file.widgets[1].definition.layout_type],
  ['a colour nobody knows', (file) => (file.widgets[0].definition.background_color = 'mauve')],
  ['a note without content', (file) => delete file.widgets[0].definition.content],
  ['a number for a text', (file) => (file.title = 5)],
  ['a text for a truth', (file) => (panel(file, 0, 0).autoscale = 'yes')],
  ['a text for a number', (file) => (panel(file, 0, 0).precision = 'two')],
  ['a panel without a title', (file) => delete panel(file, 0, 0).title],
  ['a panel without requests', (file) => (panel(file, 0, 0).requests = [])],
  ['two requests of a query value', (file) => panel(file, 0, 0).requests.push(structuredClone(request(file, 0, 0)))],
  ['a time nobody knows', (file) => (panel(file, 0, 0).time = { live_span: '5y' })],
  ['a form that the panel cannot show', (file) => (request(file, 0, 0).response_format = 'timeseries')],
  ['a form nobody knows', (file) => (request(file, 0, 0).response_format = 'table')],
  ['no form of the answer', (file) => delete request(file, 0, 0).response_format],
  ['a display nobody knows', (file) => (request(file, 1, 0).display_type = 'spikes')],
  ['a scalar without an aggregator', (file) => delete request(file, 0, 0).queries[0].aggregator],
  ['an aggregator nobody knows', (file) => (request(file, 0, 0).queries[0].aggregator = 'mean')],
  ['a data source nobody knows', (file) => (request(file, 0, 0).queries[0].data_source = 'metric')],
  ['a query without a name', (file) => delete request(file, 0, 0).queries[0].name],
  ['a formula about no query', (file) => (request(file, 0, 0).formulas[0].formula = 'costs')],
  ['a formula that is cut', (file) => (request(file, 0, 2).formulas[0].formula = 'cost /')],
  ['a formula with a query in it', (file) => (request(file, 0, 0).formulas[0].formula = 'sum:a{*}')],
  ['formulas without queries', (file) => delete request(file, 0, 0).queries],
  ['queries without a formula', (file) => delete request(file, 0, 0).formulas],
  ['a query that no formula uses', (file) => (request(file, 0, 2).formulas[0].formula = 'cost')],
  ['two queries of one name', (file) => (request(file, 0, 2).queries[1].name = 'cost')],
  ['a unit nobody knows', (file) => (request(file, 0, 0).formulas[0].number_format.unit.unit_name = 'nanodollar')],
  ['an order nobody knows', (file) => (request(file, 1, 2).formulas[0].limit.order = 'down')],
  [
    'a query with a missing brace',
    (file) => (request(file, 0, 0).queries[0].query = 'sum:costspan_cost_usd_total{*.as_count()'),
  ],
  ['a query without an aggregator', (file) => (request(file, 0, 0).queries[0].query = 'costspan_cost_usd_total{*}')],
  [
    'a query without a scope',
    (file) => (request(file, 0, 0).queries[0].query = 'sum:costspan_cost_usd_total.as_count()'),
  ],
  ['an empty scope', (file) => (request(file, 0, 0).queries[0].query = 'sum:costspan_cost_usd_total{}.as_count()')],
  [
    'a metric that nobody sends',
    (file) => (request(file, 0, 0).queries[0].query = 'sum:costspan_cost_total{*}.as_count()'),
  ],
  [
    'a tag that the metric has not',
    (file) =>
      (request(file, 1, 0).queries[0].query =
        'sum:costspan_cost_usd_total{$customer_id,$feature_name,$team,$model,$provider,$env} by {customer}.as_count()'),
  ],
  [
    'a count that is averaged',
    (file) => (request(file, 0, 0).queries[0].query = request(file, 0, 0).queries[0].query.replace('sum:', 'avg:')),
  ],
  [
    'a count as a rate by mistake',
    (file) => (request(file, 0, 0).queries[0].query = request(file, 0, 0).queries[0].query.replace('.as_count()', '')),
  ],
  [
    'a percentile of a count',
    (file) => (request(file, 0, 0).queries[0].query = request(file, 0, 0).queries[0].query.replace('sum:', 'p95:')),
  ],
  [
    'a method that is cut',
    (file) => (request(file, 0, 0).queries[0].query = 'sum:costspan_cost_usd_total{*}.as_count('),
  ],
  [
    'a variable that is not declared',
    (file) => (request(file, 0, 0).queries[0].query = 'sum:costspan_cost_usd_total{$customer}.as_count()'),
  ],
  [
    'a panel without the variables',
    (file) => (request(file, 0, 0).queries[0].query = 'sum:costspan_cost_usd_total{*}.as_count()'),
  ],
  [
    'a variable that nobody uses',
    (file) => file.template_variables.push({ name: 'region', prefix: 'region', defaults: ['*'] }),
  ],
  ['a variable twice', (file) => file.template_variables.push(file.template_variables[0])],
  ['a variable without a name', (file) => delete file.template_variables[0].name],
  ['a default and defaults', (file) => (file.template_variables[0].default = '*')],
  ['an empty default', (file) => (file.template_variables[0].defaults = [''])],
  [
    'a preset about no variable',
    (file) => (file.template_variable_presets = [{ name: 'a', template_variables: [{ name: 'x', values: ['1'] }] }]),
  ],
  [
    'a preset with value and values',
    (file) =>
      (file.template_variable_presets = [
        { name: 'a', template_variables: [{ name: 'env', value: '1', values: ['1'] }] },
      ]),
  ],
  ['a tag that is no team', (file) => (file.tags = ['env:prod'])],
  ['six tags', (file) => (file.tags = ['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `team:${name}`))],
  ['an id that Datadog gave', (file) => (file.id = 'abc-def-ghi')],
  ['an author', (file) => (file.author_handle = 'somebody')],
  ['an id of a widget', (file) => (file.widgets[0].id = 5)],
];

const TAB_MISTAKES: readonly Mistake[] = [
  ['a tab without a name', (file) => (file.tabs[0].name = ' ')],
  ['a name of 101 characters', (file) => (file.tabs[0].name = 'x'.repeat(101))],
  ['two tabs of one name', (file) => (file.tabs[1].name = file.tabs[0].name)],
  ['an id that is no UUID', (file) => (file.tabs[0].id = 'cache')],
  ['two tabs of one id', (file) => (file.tabs[1].id = file.tabs[0].id)],
  ['a tab without widgets', (file) => (file.tabs[0].widget_ids = [])],
  ['a widget in no tab', (file) => file.tabs.pop()],
  ['a widget in two tabs', (file) => file.tabs[0].widget_ids.push(file.tabs[1].widget_ids[0])],
  ['a widget that is not there', (file) => file.tabs[0].widget_ids.push(99)],
  ['a widget by its place, which the client cannot send', (file) => (file.tabs[0].widget_ids = ['@1', '@2'])],
  ['a widget without an id', (file) => delete file.widgets[0].id],
  ['two widgets of one id', (file) => (file.widgets[1].id = file.widgets[0].id)],
  ['a key nobody knows in a tab', (file) => (file.tabs[0].title = 'x')],
  ['more than 100 tabs', (file) => (file.tabs = Array.from({ length: 101 }, () => file.tabs[0]))],
];

const MONITOR_MISTAKES: readonly (readonly [path: string, ...mistake: Mistake])[] = [
  ['customer-day', 'no name', (file) => delete file.name],
  ['customer-day', 'no query', (file) => delete file.query],
  ['customer-day', 'no type', (file) => delete file.type],
  ['customer-day', 'a type nobody knows', (file) => (file.type = 'metrics alert')],
  ['customer-day', 'the type that Datadog renames', (file) => (file.type = 'metric alert')],
  ['customer-day', 'no threshold in the query', (file) => (file.query = file.query.replace(/ > .*/, ''))],
  ['customer-day', 'another threshold in the query', (file) => (file.query = file.query.replace('> 100', '> 200'))],
  ['customer-day', 'an operator nobody knows', (file) => (file.query = file.query.replace('>', '=>'))],
  ['customer-day', 'equality', (file) => (file.query = file.query.replace('>', '=='))],
  ['customer-day', 'a warning beyond the alert', (file) => (file.options.thresholds.warning = 120)],
  ['customer-day', 'a warning without an alert', (file) => delete file.options.thresholds.critical],
  ['customer-day', 'a threshold that is a text', (file) => (file.options.thresholds.critical = '100')],
  ['customer-day', 'a recovery in the alert', (file) => (file.options.thresholds.critical_recovery = 150)],
  ['customer-day', 'a window that is too long', (file) => (file.query = file.query.replace('last_1d', 'last_2mo'))],
  ['customer-day', 'a window nobody knows', (file) => (file.query = file.query.replace('last_1d', 'yesterday'))],
  ['customer-day', 'an average of counts', (file) => (file.query = file.query.replace('sum(', 'avg('))],
  ['customer-day', 'a missing brace', (file) => (file.query = file.query.replace('{*}', '{*'))],
  [
    'customer-day',
    'a metric that nobody sends',
    (file) => (file.query = file.query.replace('cost_usd_total', 'cost_eur_total')),
  ],
  [
    'customer-day',
    'a tag that the metric has not',
    (file) => (file.query = file.query.replace('by {customer_id}', 'by {tenant}')),
  ],
  ['customer-day', 'a template variable', (file) => (file.query = file.query.replace('{*}', '{$env}'))],
  ['customer-day', 'telling by a tag it does not group by', (file) => (file.options.notify_by = ['team'])],
  ['customer-day', 'a value in the message that is empty', (file) => (file.message += ' {{team.name}}')],
  ['customer-day', 'a block that is not closed', (file) => (file.message += ' {{#is_alert}}x')],
  ['customer-day', 'a block that was not opened', (file) => (file.message += ' x{{/is_alert}}')],
  ['customer-day', 'a block nobody knows', (file) => (file.message += ' {{#is_bad}}x{{/is_bad}}')],
  ['customer-day', 'braces that do not pair', (file) => (file.message += ' {{value}')],
  ['customer-day', 'a mention', (file) => (file.message += ' @slack-billing')],
  ['customer-day', 'no runbook', (file) => (file.message = file.message.replace('Runbook: ', ''))],
  ['customer-day', 'no dashboard', (file) => (file.message = file.message.replace('Dashboard: ', ''))],
  ['customer-day', 'no value', (file) => (file.message = file.message.replace('{{value}}', 'much'))],
  ['customer-day', 'no customer', (file) => (file.message = file.message.replace('{{customer_id.name}}', 'somebody'))],
  ['customer-day', 'a priority of 6', (file) => (file.priority = 6)],
  ['customer-day', 'a priority that is a text', (file) => (file.priority = 'high')],
  ['customer-day', 'a delay of two days', (file) => (file.options.evaluation_delay = 172_800)],
  ['customer-day', 'a timeout of a week', (file) => (file.options.timeout_h = 168)],
  ['customer-day', 'a key nobody knows', (file) => (file.options.notify = true)],
  ['customer-day', 'no mark', (file) => (file.tags = ['team:a', 'service:b'])],
  ['customer-day', 'a tag in capitals', (file) => file.tags.push('Team:A')],
  [
    'customer-day',
    'a rolling window with a start',
    (file) => (file.options.scheduling_options = { evaluation_window: { day_starts: '00:00', month_starts: 1 } }),
  ],
  ['customer-month', 'a month without a start', (file) => delete file.options.scheduling_options],
  [
    'customer-month',
    'a month that starts on the 17th',
    (file) => (file.options.scheduling_options.evaluation_window.month_starts = 17),
  ],
  [
    'customer-month',
    'a month without the start of its days',
    (file) => delete file.options.scheduling_options.evaluation_window.day_starts,
  ],
  [
    'customer-month',
    'hours beside months',
    (file) => (file.options.scheduling_options.evaluation_window.hour_starts = 5),
  ],
  [
    'customer-month',
    'a time zone nobody knows',
    (file) => (file.options.scheduling_options.evaluation_window.timezone = 'Mars/Base'),
  ],
  ['spend-unusual', 'no trigger window', (file) => delete file.options.threshold_windows],
  ['spend-unusual', 'another trigger window', (file) => (file.options.threshold_windows.trigger_window = 'last_2h')],
  [
    'spend-unusual',
    'a share above 1',
    (file) => {
      file.query = file.query.replace('0.75', '2');
      file.options.thresholds.critical = 2;
    },
  ],
  ['spend-unusual', 'an algorithm nobody knows', (file) => (file.query = file.query.replace('agile', 'clever'))],
  [
    'spend-unusual',
    'an interval that is too long',
    (file) => (file.query = file.query.replace('interval=300', 'interval=3600')),
  ],
  ['spend-anomaly', 'a composite of one', (file) => (file.query = '{spend-floor}')],
  ['spend-anomaly', 'a composite of names', (file) => (file.query = 'a && b')],
  [
    'quota-used',
    'a gauge that is counted',
    (file) => (file.query = file.query.replace('{rule,bucket}', '{rule,bucket}.as_count()')),
  ],
  [
    'quota-used',
    'trigger windows without an anomaly',
    (file) => (file.options.threshold_windows = { trigger_window: 'last_1h', recovery_window: 'last_1h' }),
  ],
  [
    'error-share',
    'a division of groups that differ',
    (file) =>
      (file.query = file.query.replace(
        '/ sum:costspan_calls_total{*} by {provider,model}',
        '/ sum:costspan_calls_total{*} by {provider}',
      )),
  ],
  ['latency-p95', 'a percentile nobody keeps', (file) => (file.query = file.query.replace('p95:', 'p94:'))],
  ['no-data', 'a time without data below twice the window', (file) => (file.options.no_data_timeframe = 30)],
  ['no-data', 'no time without data', (file) => delete file.options.no_data_timeframe],
  ['no-data', 'missing data beside no data', (file) => (file.options.on_missing_data = 'default')],
];

describe('a dashboard', () => {
  test.each(DASHBOARD_MISTAKES)('%s is caught', (_, make) => {
    const file = broken('executive.json', make);
    expect(file).not.toEqual(shippedFiles().find((one) => one.path === 'executive.json')?.json);
    expect(lintFile(file).findings).not.toEqual([]);
  });
});

describe('a dashboard with tabs', () => {
  test.each(TAB_MISTAKES)('%s is caught', (_, make) => {
    const file = broken('models.json', make);
    expect(file).not.toEqual(shippedFiles().find((one) => one.path === 'models.json')?.json);
    expect(lintFile(file).findings).not.toEqual([]);
  });
});

describe('a monitor', () => {
  test.each(MONITOR_MISTAKES)('%s: %s is caught', (path, _, make) => {
    const file = broken(`monitors/${path}.json`, make);
    expect(file).not.toEqual(shippedFiles().find((one) => one.path === `monitors/${path}.json`)?.json);
    expect(lintFile(file).findings).not.toEqual([]);
  });
});

test('a fixed grid with a place for every widget is no mistake', () => {
  expect(lintFile(broken('executive.json', fix)).findings).toEqual([]);
});

test('neither a dashboard nor a monitor is said to be neither', () => {
  for (const value of [undefined, null, 5, 'text', [], {}]) expect(lintFile(value).findings[0]?.code).toBe('KIND');
});
