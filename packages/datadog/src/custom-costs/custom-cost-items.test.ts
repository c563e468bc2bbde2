import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { customCostItems } from './custom-cost-items.ts';

const ROW = {
  day: '2026-11-01',
  provider: 'openai',
  model: 'gpt-4o',
  cost: '0.1',
  tags: { customer_id: 'acme', team: 'a' },
};

test('rows that say the same are one item, added up exactly before they become a double', () => {
  const { items, total } = customCostItems([
    ROW,
    { ...ROW, cost: '0.2' },
    { ...ROW, tags: { team: 'a', customer_id: 'acme' }, cost: '0.000000000000000001' },
  ]);
  expect(items).toEqual([
    {
      ProviderName: 'openai',
      ChargeDescription: 'gpt-4o',
      ChargePeriodStart: '2026-11-01',
      ChargePeriodEnd: '2026-11-01',
      BilledCost: 0.3,
      BillingCurrency: 'USD',
      Tags: { customer_id: 'acme', team: 'a' },
    },
  ]);
  expect(total).toBe('0.300000000000000001');
});

test('another day, model or tag is another item, a cost of nothing is none, and a hostile tag is harmless', () => {
  const rows = [
    ROW,
    { ...ROW, day: '2026-11-02' },
    { ...ROW, model: 'gpt-4o-mini' },
    { ...ROW, cost: '0', model: 'free' },
  ];
  expect(customCostItems(rows).items).toHaveLength(3);
  expect(customCostItems([{ ...ROW, tags: { customer_id: 'a,b|c\n#d' } }]).items[0]?.Tags).toEqual({
    customer_id: 'a_b_c_d',
  });
});

test('a day that is none is refused: its money would be lost', () => {
  expect(() => customCostItems([{ ...ROW, day: '1 November' }])).toThrow('YYYY-MM-DD');
});

test('the official client takes every item whole', () => {
  const { ObjectSerializer } = createRequire(import.meta.url)(
    '@datadog/datadog-api-client/dist/packages/datadog-api-client-v2/models/ObjectSerializer.js',
  ) as {
    readonly ObjectSerializer: {
      deserialize(value: unknown, type: string): unknown;
      serialize(value: unknown, type: string): unknown;
    };
  };
  const { items } = customCostItems([ROW]);
  const read = ObjectSerializer.deserialize(structuredClone(items), 'Array<CustomCostsFileLineItem>');
  expect(ObjectSerializer.serialize(read, 'Array<CustomCostsFileLineItem>')).toEqual(items);
  expect(JSON.stringify(read)).not.toContain('additionalProperties');
});
