import { expect, test } from 'vitest';
import { metricPanel } from './metric-panel.ts';

const texts = { title: 'Spend', description: 'per hour' };
const expr = (by: string, filters: Parameters<typeof metricPanel>[1]['filters'] = [], metric = 'cost') =>
  (metricPanel('prom', { metric, by, filters }, texts)?.targets[0] as { expr?: string } | undefined)?.expr;

test('a chart of the ledger becomes a panel over the counter of the same', () => {
  expect(expr('model')).toBe('sum by (model) (rate(costspan_cost_usd_total[$__rate_interval])) * 3600');
});

test('the page of a customer becomes a panel about that customer, whatever it is called', () => {
  expect(expr('model', [{ field: 'customer_id', op: 'eq', value: 'a"}b' }])).toBe(
    'sum by (model) (rate(costspan_cost_usd_total{customer_id="a\\"}b"}[$__rate_interval])) * 3600',
  );
});

test.each([
  ['a field that no metric has', expr('user')],
  ['a filter that no label can be', expr('model', [{ field: 'customer_id', op: 'contains', value: 'a' }])],
  ['a metric that no counter counts', expr('model', [], 'margin')],
  ['no data source', metricPanel('', { metric: 'cost', by: 'model', filters: [] }, texts)],
])('%s gives no panel', (_, panel) => {
  expect(panel).toBeUndefined();
});
