import { type CallRecord, COSTSPAN, GEN_AI } from '@costspan/usage';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { recordCall } from './record-call.ts';
import { withTags } from './tags/context-tags.ts';
import { startTelemetry } from './testing/telemetry.ts';

const calls: CallRecord[] = [];
const telemetry = startTelemetry({ onCall: (call) => calls.push(call) });
afterAll(() => telemetry.stop());
beforeEach(() => {
  telemetry.clear();
  calls.length = 0;
});

test('a call that was made elsewhere is one billable span, with its own times', () => {
  const startedAt = Date.parse('2026-11-20T10:00:00Z');
  withTags({ customer_id: 'acme', team: 'a' }, () =>
    recordCall({
      provider: 'voyageai',
      model: 'voyage-3',
      operation: 'embeddings',
      usage: { input_tokens: 12 },
      startedAt,
      endedAt: new Date(startedAt + 250),
      context: { batch: true },
      tags: { team: 'b' },
      baseUrl: 'https://api.voyageai.com/v1',
    }),
  );
  expect(telemetry.spans()).toHaveLength(1);
  const [span] = telemetry.spans();
  expect(span).toMatchObject({ name: 'embeddings voyage-3', duration: [0, 250_000_000] });
  expect(span?.attributes).toMatchObject({
    [COSTSPAN.billable]: true,
    [COSTSPAN.usageStatus]: 'reported',
    [COSTSPAN.contextBatch]: true,
    [GEN_AI.usageInputTokens]: 12,
    'server.address': 'api.voyageai.com',
    'costspan.tag.customer_id': 'acme',
    'costspan.tag.team': 'b',
  });
  expect(calls).toMatchObject([{ startedAtUs: startedAt * 1_000, durationUs: 250_000, operation: 'embeddings' }]);
});

test('the answer of a provider is read in its own words', () => {
  const body = {
    id: 'msg_1',
    model: 'claude-x',
    usage: { input_tokens: 30, cache_read_input_tokens: 64, output_tokens: 20 },
  };
  recordCall({ provider: 'anthropic', model: 'claude-x', body });
  expect(telemetry.spans()[0]?.attributes).toMatchObject({
    [GEN_AI.responseId]: 'msg_1',
    [GEN_AI.responseModel]: 'claude-x',
    [GEN_AI.usageInputTokens]: 94,
    [GEN_AI.usageCacheReadInputTokens]: 64,
  });
});

test('a count of your own is called estimated, and no count is none', () => {
  recordCall({ provider: 'own', model: 'm', usage: { output_tokens: 5 }, usageStatus: 'estimated' });
  recordCall({ provider: 'own', model: 'm', outcome: 'error', errorType: 'overloaded' });
  expect(telemetry.spans().map(({ attributes }) => attributes)).toMatchObject([
    { [COSTSPAN.usageStatus]: 'estimated', [GEN_AI.usageOutputTokens]: 5 },
    { [COSTSPAN.usageStatus]: 'unavailable', [COSTSPAN.outcome]: 'error', 'error.type': 'overloaded' },
  ]);
});

test('what cannot be used is left out and said, and nothing is thrown', () => {
  recordCall({ provider: 'own', model: 'm', usage: { tokens: 5, input_tokens: 3 }, outcome: 'fine' as never });
  recordCall({} as never);
  recordCall(undefined as never);
  expect(telemetry.spans()).toHaveLength(1);
  expect(telemetry.spans()[0]?.attributes).toMatchObject({ [GEN_AI.usageInputTokens]: 3, [COSTSPAN.outcome]: 'ok' });
  expect(telemetry.warnings.join('\n')).toMatch(
    /"tokens" is not a meter[\s\S]*"fine" is no outcome[\s\S]*needs `provider`/,
  );
});
