import type { JsonObject } from '@costspan/usage';
import { expect, test } from 'vitest';
import { backfillFormatContract, readOne } from './backfill-format.contract.ts';
import { costspan } from './costspan.ts';

const call: JsonObject = {
  id: `${'ab'.repeat(16)}-${'cd'.repeat(8)}`,
  started_at: '2026-10-01T08:00:00.250001Z',
  duration_ms: 1234.5,
  provider: 'anthropic',
  model: 'claude-haiku-4-5',
  request_model: 'claude-haiku-4-5',
  operation: 'chat',
  outcome: 'ok',
  service: 'api',
  tags: { customer_id: 'acme' },
  usage: { input_tokens: 9514, cache_read_tokens: 9511, output_tokens: 44 },
  usage_status: 'reported',
  cost: '0.0106741',
  currency: 'USD',
  cost_status: 'priced',
  context: { service_tier: 'standard' },
  parent_span_id: null,
  response_id: 'msg_1',
  error_type: null,
  time_to_first_chunk_ms: 300,
};

backfillFormatContract(costspan, { 'a call of ours': call });

test('a call keeps its ids and everything that was said of it; its cost is worked out anew', () => {
  expect(readOne(costspan, call)[0]?.call).toMatchObject({
    ids: { traceId: 'ab'.repeat(16), spanId: 'cd'.repeat(8) },
    startedAtUs: Date.parse('2026-10-01T08:00:00.250Z') * 1000 + 1,
    durationUs: 1_234_500,
    meters: call['usage'],
    context: { service_tier: 'standard' },
    ownTags: { customer_id: 'acme' },
    serviceName: 'api',
    timeToFirstChunkUs: 300_000,
    sourceCost: { amount: '0.0106741', currency: 'USD' },
  });
  expect(readOne(costspan, call)[0]?.call).not.toHaveProperty('reportedCost');
});

test('a cost that the provider had stated stays the provider’s', () => {
  const stated = { ...call, cost_status: 'provider_reported' };
  expect(readOne(costspan, stated)[0]?.call?.reportedCost).toEqual({ amount: '0.0106741', currency: 'USD' });
});

test('every mistake of a line is named at once', () => {
  const bad = { ...call, id: 'x', usage: { coins: 5, input_tokens: -1 }, outcome: 'fine', tags: 'none' };
  expect(readOne(costspan, bad)[0]?.findings.map(({ at }) => at)).toEqual([
    'id',
    'outcome',
    'tags',
    'usage.coins',
    'usage.input_tokens',
  ]);
});
