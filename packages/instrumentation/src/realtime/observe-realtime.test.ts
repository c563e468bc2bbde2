import { COSTSPAN, GEN_AI, OTEL, TAG_PREFIX } from '@costspan/usage';
import { OpenAIRealtimeEmitter } from 'openai/realtime/internal-base';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { instrumentClient } from '../instrument-client.ts';
import { withTags } from '../tags/context-tags.ts';
import { startTelemetry } from '../testing/telemetry.ts';

const telemetry = startTelemetry();
afterAll(() => telemetry.stop());
beforeEach(() => telemetry.clear());

/** The SDK's own emitter, without a network below it. */
class Session extends OpenAIRealtimeEmitter {
  readonly socket = {};
  readonly url: URL;
  constructor(url: string) {
    super();
    this.url = new URL(url);
  }
  send(): void {}
  close(): void {}
  hear(type: 'response.created' | 'response.done', response: object): void {
    this._emit(type, { type, event_id: 'e', response } as never);
  }
}

const open = (url = 'wss://api.openai.com/v1/realtime?model=gpt-realtime') =>
  withTags({ customer_id: 'acme' }, () => instrumentClient(new Session(url)));
const usage = {
  total_tokens: 150,
  input_tokens: 100,
  output_tokens: 50,
  input_token_details: {
    cached_tokens: 64,
    text_tokens: 40,
    audio_tokens: 60,
    cached_tokens_details: { text_tokens: 30, audio_tokens: 34 },
  },
  output_token_details: { text_tokens: 10, audio_tokens: 40 },
};

describe('a realtime session', () => {
  test('is one billable call per answer, with the tags of whoever handed it over', () => {
    const session = open();
    for (const id of ['resp_1', 'resp_2']) {
      session.hear('response.created', { id, status: 'in_progress' });
      expect(telemetry.spans()).toHaveLength(id === 'resp_1' ? 0 : 1);
      session.hear('response.done', { id, status: 'completed', usage });
    }
    expect(telemetry.spans()).toHaveLength(2);
    expect(telemetry.spans()[0]?.attributes).toMatchObject({
      [GEN_AI.operationName]: 'realtime',
      [GEN_AI.providerName]: 'openai',
      [GEN_AI.requestModel]: 'gpt-realtime',
      [GEN_AI.responseId]: 'resp_1',
      [GEN_AI.usageInputTokens]: 100,
      [GEN_AI.usageOutputTokens]: 50,
      [GEN_AI.usageCacheReadInputTokens]: 64,
      'costspan.meter.cache_audio_read_tokens': 34,
      [COSTSPAN.outcome]: 'ok',
      [COSTSPAN.billable]: true,
      [OTEL.serverAddress]: 'api.openai.com',
      [`${TAG_PREFIX}customer_id`]: 'acme',
    });
  });

  test.each([
    [{ status: 'cancelled', usage }, 'cancelled', undefined],
    [{ status: 'failed', status_details: { error: { type: 'server_error', code: 'boom' } } }, 'error', 'boom'],
    [{ status: 'failed' }, 'error', 'response_failed'],
    [{ status: 'incomplete', usage }, 'ok', undefined],
  ])('an answer that ends as %j is %s', (response, outcome, errorType) => {
    open().hear('response.done', { id: 'r', ...response });
    expect(telemetry.spans().map(({ attributes }) => attributes)).toMatchObject([
      { [COSTSPAN.outcome]: outcome, [COSTSPAN.usageStatus]: 'usage' in response ? 'reported' : 'unavailable' },
    ]);
    expect(telemetry.spans()[0]?.attributes[OTEL.errorType]).toBe(errorType);
  });

  test('handed over twice is observed once, and Azure’s is Azure’s', () => {
    const session = open('wss://mine.openai.azure.com/openai/v1/realtime?model=mine');
    instrumentClient(session);
    session.hear('response.done', { id: 'r', status: 'completed', usage });
    expect(telemetry.spans().map(({ attributes }) => attributes)).toMatchObject([
      { [GEN_AI.providerName]: 'azure.ai.openai', [GEN_AI.requestModel]: 'mine' },
    ]);
    expect(telemetry.warnings).toEqual([]);
  });

  test('has no calls when nobody observes', () => {
    const session = open();
    telemetry.instrumentation.disable();
    session.hear('response.done', { id: 'r', status: 'completed', usage });
    telemetry.instrumentation.enable();
    expect(telemetry.spans()).toEqual([]);
  });
});
