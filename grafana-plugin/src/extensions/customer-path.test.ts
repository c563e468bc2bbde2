import { expect, test } from 'vitest';
import { customerPath } from './customer-path.ts';

const panel = (...customers: string[]) => ({
  data: { series: customers.map((customer_id) => ({ fields: [{}, { labels: { customer_id, model: 'x' } }] })) },
  timeRange: { from: 'now-6h', to: 'now' },
});

test('a panel of one customer leads to its page at the same time', () => {
  expect(customerPath(panel('a/b c', 'a/b c'))).toBe('/a/costspan-usage-app/customers/a%2Fb%20c?from=now-6h&to=now');
});

test('an alert of one customer leads to its page', () => {
  expect(customerPath({ instance: { labels: { customer_id: 'acme', alertname: 'x' } } })).toBe(
    '/a/costspan-usage-app/customers/acme',
  );
});

test.each<[string, object | undefined]>([
  ['no context', undefined],
  ['no labels', {}],
  ['several customers', panel('a', 'b')],
  ['what is no customer', panel('(other)')],
  ['an empty label', panel('')],
])('%s leads nowhere', (_, context) => {
  expect(customerPath(context)).toBeUndefined();
});
