import { expect, test } from 'vitest';
import { backfillFormatContract, readOne } from './backfill-format.contract.ts';
import { costspan } from './costspan.ts';
import { ownCall } from './samples.contract.ts';

backfillFormatContract(costspan, { 'a call of ours': ownCall });

test('a call keeps its ids and everything that was said of it; its cost is worked out anew', () => {
  expect(readOne(costspan, ownCall)[0]?.call).toMatchObject({
    ids: { traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8) },
    startedAtUs: Date.parse('2026-10-01T08:00:00.250Z') * 1000 + 1,
    durationUs: 1_234_500,
    meters: ownCall['usage'],
    context: { service_tier: 'standard' },
    ownTags: { customer_id: 'acme' },
    serviceName: 'api',
    timeToFirstChunkUs: 300_000,
    sourceCost: { amount: '0.0106741', currency: 'USD' },
  });
  expect(readOne(costspan, ownCall)[0]?.call).not.toHaveProperty('reportedCost');
});

test('a cost that the provider had stated stays the provider’s', () => {
  const stated = { ...ownCall, cost_status: 'provider_reported' };
  expect(readOne(costspan, stated)[0]?.call?.reportedCost).toEqual({ amount: '0.0106741', currency: 'USD' });
});

test('every mistake of a line is named at once', () => {
  const bad = { ...ownCall, id: 'x', usage: { coins: 5, input_tokens: -1 }, outcome: 'fine', tags: 'none' };
  expect(readOne(costspan, bad)[0]?.findings.map(({ at }) => at)).toEqual([
    'id',
    'outcome',
    'tags',
    'usage.coins',
    'usage.input_tokens',
  ]);
});
