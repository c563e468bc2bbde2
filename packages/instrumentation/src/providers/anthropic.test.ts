import { COSTSPAN, GEN_AI, OTEL } from '@costspan/usage';
import { context, propagation, SpanKind, trace } from '@opentelemetry/api';
import { beforeEach, describe, expect, test } from 'vitest';
import { withTags } from '../tags/context-tags.ts';
import { messagesDialect } from '../testing/dialects/stainless.ts';
import { loadCopies } from '../testing/sdk-copies.ts';
import { startStage } from '../testing/stage.contract.ts';

const { telemetry, server } = startStage();
const { anthropic: sdk } = loadCopies().esm;
const messages = messagesDialect('esm', sdk);
const params = { model: 'claude-opus-5', max_tokens: 64, messages: [{ role: 'user' as const, content: 'hi' }] };
beforeEach(() => {
  server.answerWith({ body: JSON.stringify(messages.body) });
});

const open = (options = {}) =>
  new sdk.Anthropic({ apiKey: 'k', baseURL: server.url, maxRetries: 0, logLevel: 'off', ...options });
const billable = () => telemetry.spans().filter((span) => span.attributes[COSTSPAN.billable] === true);

/** Every way in: each of them starts the SDK's own span when nobody stops it. */
const WAYS: readonly (readonly [
  name: string,
  streamed: boolean,
  call: (client: InstanceType<typeof sdk.Anthropic>) => PromiseLike<unknown>,
])[] = [
  ['messages.create', false, (client) => client.messages.create(params)],
  ['messages.stream', true, (client) => client.messages.stream(params).finalMessage()],
  ['messages.parse', false, (client) => client.messages.parse(params)],
  ['beta.messages.create', false, (client) => client.beta.messages.create(params)],
  ['beta.messages.stream', true, (client) => client.beta.messages.stream(params).finalMessage()],
  [
    'beta.messages.toolRunner',
    false,
    (client) => client.beta.messages.toolRunner({ ...params, tools: [] }).runUntilDone(),
  ],
  [
    'beta.messages.toolRunner, streamed',
    true,
    (client) => client.beta.messages.toolRunner({ ...params, tools: [], stream: true }).runUntilDone(),
  ],
];

describe('the SDK’s own telemetry', () => {
  test('would make a span of each call, and send baggage along, if we did not observe it', async () => {
    telemetry.instrumentation.disable();
    const baggage = propagation.createBaggage({ customer: { value: 'acme' } });
    await context.with(propagation.setBaggage(context.active(), baggage), () => open().messages.create(params));
    telemetry.instrumentation.enable();
    expect(telemetry.spans().map((span) => span.instrumentationScope.name)).toEqual(['com.anthropic.sdk.typescript']);
    expect(server.requests[0]!.headers['baggage']).toBe('customer=acme');
  });

  test.each(WAYS)(
    '%s is one billable span of ours, and nothing of the context is sent',
    async (_name, streamed, call) => {
      server.answerWith({ body: streamed ? messages.events : JSON.stringify(messages.body) });
      const baggage = propagation.createBaggage({ customer: { value: 'acme' } });
      await trace.getTracer('app').startActiveSpan('handler', (handler) =>
        context.with(propagation.setBaggage(context.active(), baggage), async () => {
          await withTags({ customer_id: 'acme' }, () => call(open()));
          handler.end();
        }),
      );
      expect(billable()).toHaveLength(1);
      expect(billable()[0]!.attributes).toMatchObject({
        ...messages.usage,
        [COSTSPAN.outcome]: 'ok',
        'costspan.tag.customer_id': 'acme',
      });
      expect(telemetry.spans().filter((span) => span.name === 'anthropic.messages.create')).toEqual([]);
      expect(server.requests).toHaveLength(1);
      const { headers, text } = server.requests[0]!;
      expect(JSON.stringify({ headers, text })).not.toContain('acme');
      expect(headers).not.toHaveProperty('baggage');
      expect(headers).not.toHaveProperty('traceparent');
    },
  );

  test('of other APIs stays as the application has it', async () => {
    server.answerWith({ body: '{"input_tokens":3}' });
    await open().messages.countTokens({ model: 'claude-opus-5', messages: params.messages });
    expect(telemetry.spans().map((span) => span.name)).toEqual(['anthropic.messages.count_tokens']);
  });

  test('that is switched off by its documented option makes no difference to ours', async () => {
    await open({ openTelemetry: false }).messages.create(params);
    expect(telemetry.spans()).toHaveLength(1);
    expect(billable()).toHaveLength(1);
  });

  test('of a client that cannot be changed is told apart, and said', async () => {
    const client = Object.freeze(open());
    await client.messages.create(params);
    expect(billable().map((span) => span.instrumentationScope.name)).toEqual(['@costspan/instrumentation']);
    expect(telemetry.warnings.join()).toContain('openTelemetry: false');
  });
});

describe('what Anthropic says', () => {
  test('speed, region and tier are those that were served', async () => {
    const body = messages.body as { readonly usage: object };
    const served = { ...body, usage: { ...body.usage, speed: 'fast', inference_geo: 'us', service_tier: 'priority' } };
    server.answerWith({ body: JSON.stringify(served) });
    // Current types no longer name the sampling parameters that older models take.
    const sampling: object = { temperature: 0, top_k: 0 };
    await open().messages.create({ ...params, ...sampling, stop_sequences: ['x'], service_tier: 'auto' });
    expect(billable()[0]!.attributes).toMatchObject({
      [OTEL.anthropicRequestServiceTier]: 'auto',
      [COSTSPAN.contextSpeed]: 'fast',
      [COSTSPAN.contextRegion]: 'us',
      [COSTSPAN.contextServiceTier]: 'priority',
      [OTEL.anthropicResponseServiceTier]: 'priority',
      [GEN_AI.requestTemperature]: 0,
      [GEN_AI.requestTopK]: 0,
      [GEN_AI.requestMaxTokens]: 64,
    });
  });

  test('tokens billed at another model are a billable span of their own, below the call', async () => {
    const body = messages.body as { readonly usage: object };
    const iterations = [
      { type: 'message', input_tokens: 30, output_tokens: 20 },
      { type: 'advisor_message', model: 'claude-fable-1', input_tokens: 700, output_tokens: 80 },
    ];
    server.answerWith({ body: JSON.stringify({ ...body, usage: { ...body.usage, iterations } }) });
    await withTags({ customer_id: 'acme' }, () => open().beta.messages.create(params));
    const [part, call] = billable();
    expect(call!.attributes).toMatchObject({ ...messages.usage, [GEN_AI.responseModel]: 'claude-opus-5-20260101' });
    expect(part).toMatchObject({ name: 'chat claude-fable-1', kind: SpanKind.CLIENT });
    expect(part!.parentSpanContext?.spanId).toBe(call!.spanContext().spanId);
    expect(part!.attributes).toMatchObject({
      [GEN_AI.responseModel]: 'claude-fable-1',
      [GEN_AI.usageInputTokens]: 700,
      [GEN_AI.usageOutputTokens]: 80,
      [COSTSPAN.usageStatus]: 'reported',
      'costspan.tag.customer_id': 'acme',
    });
  });

  test('the tool runner makes one span per request', async () => {
    const body = messages.body as Record<string, unknown>;
    const asking = {
      ...body,
      content: [{ type: 'tool_use', id: 't1', name: 'now', input: {} }],
      stop_reason: 'tool_use',
    };
    server.answerWith({ body: JSON.stringify(asking) }, { body: JSON.stringify(body) });
    await open()
      .beta.messages.toolRunner({
        ...params,
        tools: [
          {
            type: 'custom',
            name: 'now',
            description: 'The time',
            input_schema: { type: 'object' },
            run: () => 'noon',
            parse: (input: unknown) => input,
          },
        ],
      } as never)
      .runUntilDone();
    expect(billable().map((span) => span.attributes[GEN_AI.responseFinishReasons])).toEqual([
      ['tool_use'],
      ['end_turn'],
    ]);
  });

  test('a request that the SDK itself refuses to make is an error the application gets unchanged', async () => {
    const refused = () => open().messages.create({ ...params, max_tokens: 1_000_000 });
    expect(refused).toThrow(/Streaming is required/);
    expect(server.requests).toHaveLength(0);
    expect(billable()[0]!.attributes).toMatchObject({
      [COSTSPAN.outcome]: 'error',
      [COSTSPAN.usageStatus]: 'unavailable',
      [OTEL.errorType]: 'AnthropicError',
    });
  });
});
