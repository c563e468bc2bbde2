import { type CallRecord, COSTSPAN } from '@costspan/usage';
import { AlwaysOffSampler } from '@opentelemetry/sdk-trace';
import { beforeEach, describe, expect, test } from 'vitest';
import { withTags } from './tags/context-tags.ts';
import { chatDialect, messagesDialect } from './testing/dialects/stainless.ts';
import { loadCopies } from './testing/sdk-copies.ts';
import { startStage } from './testing/stage.contract.ts';

const calls: CallRecord[] = [];
const onCall = (call: CallRecord) => {
  calls.push(call);
};
const { telemetry, server } = startStage({}, new AlwaysOffSampler());
const { esm } = loadCopies();
const chat = chatDialect('esm', esm.openai);
const messages = messagesDialect('esm', esm.anthropic);
beforeEach(() => {
  calls.length = 0;
});

describe('a bill does not depend on trace sampling', () => {
  test('with a sampler at 0 % every call still reaches onCall, with its usage and its tags', async () => {
    telemetry.instrumentation.setConfig({ onCall, includeUsageHosts: ['127.0.0.1'] });
    server.answerWith({ body: JSON.stringify(chat.body) });
    await withTags({ customer_id: 'acme' }, () => chat.open(server.url).whole());
    server.answerWith({ body: chat.events });
    for await (const _chunk of await chat.open(server.url).streamed());
    expect(telemetry.spans()).toEqual([]);
    expect(calls).toHaveLength(2);
    expect(calls[0]).toMatchObject({
      provider: 'openai',
      operation: 'chat',
      requestModel: 'gpt-5',
      responseModel: 'gpt-5-2026-01-01',
      responseId: 'chatcmpl-1',
      usage: { meters: { input_tokens: 100, output_tokens: 20, cache_read_tokens: 64 }, status: 'reported' },
      outcome: 'ok',
      tags: { customer_id: 'acme' },
    });
    expect(calls[1]).toMatchObject({ usage: { meters: { input_tokens: 100 } }, tags: {} });
    expect(calls[1]!.timeToFirstChunkUs).toBeGreaterThan(0);
    for (const { traceId, spanId, startedAtUs, durationUs } of calls) {
      expect(traceId).toMatch(/^[0-9a-f]{32}$/);
      expect(spanId).toMatch(/^[0-9a-f]{16}$/);
      expect(Math.abs(startedAtUs / 1_000 - Date.now())).toBeLessThan(60_000);
      expect(durationUs).toBeGreaterThan(0);
    }
    expect(new Set(calls.map((call) => call.spanId)).size).toBe(2);
  });

  test('failed calls are told too, and parts billed at another model are calls of their own', async () => {
    telemetry.instrumentation.setConfig({ onCall });
    server.answerWith({ status: 404, body: JSON.stringify(chat.errorBody) });
    await expect(chat.open(server.url).whole()).rejects.toMatchObject({ status: 404 });
    const body = messages.body as { readonly usage: object };
    const iterations = [{ type: 'advisor_message', model: 'claude-fable-1', input_tokens: 7, output_tokens: 8 }];
    server.answerWith({ body: JSON.stringify({ ...body, usage: { ...body.usage, iterations } }) });
    await messages.open(server.url).whole();
    expect(calls.map(({ outcome, errorType, usage }) => [outcome, errorType, usage.status])).toEqual([
      ['error', 'model_not_found', 'unavailable'],
      ['ok', undefined, 'reported'],
      ['ok', undefined, 'reported'],
    ]);
    expect(calls[2]).toMatchObject({ responseModel: 'claude-fable-1', parentSpanId: calls[1]!.spanId });
  });

  test('a call that nobody keeps is not touched at all', async () => {
    telemetry.instrumentation.setConfig({ includeUsageHosts: ['127.0.0.1'] });
    server.answerWith({ body: chat.bareEvents });
    const stream = await chat.open(server.url).streamed();
    expect(server.requests[0]!.text).not.toContain('include_usage');
    for await (const chunk of stream) expect(chunk).toMatchObject({ object: 'chat.completion.chunk' });
    expect(calls).toEqual([]);
  });

  test('sampled or not, the record says the same as the span', async () => {
    telemetry.instrumentation.setConfig({ onCall });
    server.answerWith({ body: JSON.stringify(messages.body) });
    await messages.open(server.url).whole();
    expect(calls[0]!.usage.meters).toEqual({
      input_tokens: 100,
      output_tokens: 20,
      cache_read_tokens: 64,
      cache_write_tokens: 6,
      cache_write_5m_tokens: 6,
      cache_write_1h_tokens: 0,
    });
    expect(calls[0]!.context).toEqual({ service_tier: 'standard' });
    expect(COSTSPAN.billable in calls[0]!).toBe(false);
  });
});
