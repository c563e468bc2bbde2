import { COSTSPAN, GEN_AI, OTEL } from '@costspan/usage';
import { beforeEach, describe, expect, test } from 'vitest';
import { chatDialect, responsesDialect } from '../testing/dialects/stainless.ts';
import { startProviderServer } from '../testing/provider-server.ts';
import { loadCopies } from '../testing/sdk-copies.ts';
import { startStage } from '../testing/stage.contract.ts';

const { telemetry, server } = startStage();
const { openai: sdk } = loadCopies().esm;
const chat = chatDialect('esm', sdk);
const responses = responsesDialect('esm', sdk);
const params = { model: 'gpt-5', messages: [{ role: 'user' as const, content: 'hi' }] };
beforeEach(() => {
  telemetry.instrumentation.setConfig({ includeUsageHosts: ['127.0.0.1'] });
  server.answerWith({ body: JSON.stringify(chat.body) });
});

const open = () => new sdk.OpenAI({ apiKey: 'k', baseURL: `${server.url}/v1`, maxRetries: 0, logLevel: 'off' });
const sent = () => JSON.parse(server.requests.at(-1)!.text) as Record<string, unknown>;

async function drain(stream: AsyncIterable<unknown>): Promise<unknown[]> {
  const chunks: unknown[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

describe('stream_options.include_usage', () => {
  beforeEach(() => server.answerWith({ body: chat.events }));

  test('is asked for on the caller’s behalf, and its chunk is not shown', async () => {
    const chunks = await drain(await open().chat.completions.create({ ...params, stream: true }));
    expect(sent()['stream_options']).toEqual({ include_usage: true });
    expect(chunks).toHaveLength(22);
    expect(chunks.some((chunk) => 'usage' in (chunk as object))).toBe(false);
    expect(telemetry.spans()[0]!.attributes[GEN_AI.usageInputTokens]).toBe(100);
  });

  test('beside other stream options, those stay', async () => {
    await drain(
      await open().chat.completions.create({ ...params, stream: true, stream_options: { include_obfuscation: false } }),
    );
    expect(sent()['stream_options']).toEqual({ include_obfuscation: false, include_usage: true });
  });

  test('of a caller who asks is left alone, usage chunk and all', async () => {
    const asking = { ...params, stream: true, stream_options: { include_usage: true } } as const;
    const chunks = await drain(await open().chat.completions.create(asking));
    expect(chunks).toHaveLength(23);
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { prompt_tokens: 100 } });
    expect(telemetry.spans()[0]!.attributes[GEN_AI.usageInputTokens]).toBe(100);
  });

  test('of a caller who refuses is respected: usage is unavailable, not zero', async () => {
    server.answerWith({ body: chat.bareEvents });
    const refusing = { ...params, stream: true, stream_options: { include_usage: false } } as const;
    await drain(await open().chat.completions.create(refusing));
    expect(sent()['stream_options']).toEqual({ include_usage: false });
    const { attributes } = telemetry.spans()[0]!;
    expect(attributes[COSTSPAN.usageStatus]).toBe('unavailable');
    expect(Object.keys(attributes).filter((key) => key.startsWith('gen_ai.usage.'))).toEqual([]);
  });

  test('is not asked of a host that is not known to understand it', async () => {
    server.answerWith({ body: chat.bareEvents });
    const client = new sdk.OpenAI({
      apiKey: 'k',
      baseURL: 'http://gateway.internal/v1',
      fetch: (_url: unknown, init?: RequestInit) => fetch(`${server.url}/v1/chat/completions`, init),
    });
    await drain(await client.chat.completions.create({ ...params, stream: true }));
    expect('stream_options' in sent()).toBe(false);
  });

  test('is asked of this machine, where gateways listen, without a word of configuration', async () => {
    telemetry.instrumentation.setConfig({});
    await drain(await open().chat.completions.create({ ...params, stream: true }));
    expect(sent()['stream_options']).toEqual({ include_usage: true });
  });

  test('is not asked of an application that switched it off', async () => {
    telemetry.instrumentation.setConfig({ injectIncludeUsage: false });
    server.answerWith({ body: chat.bareEvents });
    await drain(await open().chat.completions.create({ ...params, stream: true }));
    expect('stream_options' in sent()).toBe(false);
  });

  test('is not asked for whole answers, nor of the Responses API', async () => {
    server.answerWith({ body: JSON.stringify(chat.body) });
    await open().chat.completions.create(params);
    expect('stream_options' in sent()).toBe(false);
    server.answerWith({ body: responses.events });
    await drain(await open().responses.create({ model: 'gpt-5', input: 'hi', stream: true }));
    expect('stream_options' in sent()).toBe(false);
  });

  test('is not added to parameters that are no plain object', async () => {
    class Params {
      readonly model = 'gpt-5';
      readonly messages = params.messages;
      readonly stream = true as const;
    }
    server.answerWith({ body: chat.bareEvents });
    await drain(await open().chat.completions.create(new Params()));
    expect('stream_options' in sent()).toBe(false);
  });

  test('that a host refuses is not sent there again', async () => {
    const refusing = await startProviderServer();
    const host = 'localhost';
    telemetry.instrumentation.setConfig({ includeUsageHosts: [host] });
    const client = new sdk.OpenAI({
      apiKey: 'k',
      baseURL: `${refusing.url.replace('127.0.0.1', host)}/v1`,
      maxRetries: 0,
    });
    refusing.answerWith({ status: 400, body: '{"error":{"message":"Unknown parameter: stream_options"}}' });
    await expect(client.chat.completions.create({ ...params, stream: true })).rejects.toMatchObject({ status: 400 });
    expect(refusing.requests[0]!.text).toContain('include_usage');
    expect(telemetry.warnings.join()).toContain(host);
    refusing.answerWith({ body: chat.bareEvents });
    await drain(await client.chat.completions.create({ ...params, stream: true }));
    expect(refusing.requests[0]!.text).not.toContain('include_usage');
    await refusing.close();
  });

  test('works for legacy completions', async () => {
    const text = { id: 'cmpl-1', object: 'text_completion', created: 1, model: 'm' };
    server.answerWith({
      body: [
        `data: ${JSON.stringify({ ...text, choices: [{ index: 0, text: 'a', finish_reason: 'length' }], usage: null })}\n\n`,
        `data: ${JSON.stringify({ ...text, choices: [], usage: { prompt_tokens: 4, completion_tokens: 1, total_tokens: 5 } })}\n\n`,
        'data: [DONE]\n\n',
      ],
    });
    expect(await drain(await open().completions.create({ model: 'm', prompt: 'x', stream: true }))).toHaveLength(1);
    expect(telemetry.spans()[0]).toMatchObject({
      name: 'text_completion m',
      attributes: { [GEN_AI.usageInputTokens]: 4, [GEN_AI.usageOutputTokens]: 1, [COSTSPAN.outcome]: 'ok' },
    });
  });
});

describe('helpers that go through create', () => {
  const schema = { type: 'json_schema', json_schema: { name: 'x', schema: {} } } as const;

  test('chat.completions.parse', async () => {
    server.answerWith({ body: JSON.stringify(chat.body).replace('"hello"', '"{}"') });
    await open().chat.completions.parse({ ...params, response_format: schema });
    expect(telemetry.spans()).toHaveLength(1);
    expect(telemetry.spans()[0]!.attributes).toMatchObject({ [GEN_AI.outputType]: 'json', [COSTSPAN.outcome]: 'ok' });
  });

  test('a parse that fails on an answer the provider billed keeps the usage', async () => {
    server.answerWith({ body: JSON.stringify(chat.body).replace('"stop"', '"length"') });
    await expect(open().chat.completions.parse({ ...params, response_format: schema })).rejects.toThrow(/length limit/);
    expect(telemetry.spans()).toHaveLength(1);
    expect(telemetry.spans()[0]!.attributes).toMatchObject({
      ...chat.usage,
      [COSTSPAN.outcome]: 'ok',
      [GEN_AI.responseFinishReasons]: ['length'],
    });
  });

  test('chat.completions.stream', async () => {
    server.answerWith({ body: chat.events });
    const completion = await open().chat.completions.stream(params).finalChatCompletion();
    expect(completion.choices[0]!.message.content).toBe('a'.repeat(20));
    expect(telemetry.spans()).toHaveLength(1);
    expect(telemetry.spans()[0]!.attributes).toMatchObject({ ...chat.usage, [COSTSPAN.outcome]: 'ok' });
  });

  test('runTools makes one span per request it makes', async () => {
    const call = { id: 't1', type: 'function', function: { name: 'now', arguments: '{}' } };
    const asking = {
      ...chat.body,
      choices: [
        { index: 0, message: { role: 'assistant', content: null, tool_calls: [call] }, finish_reason: 'tool_calls' },
      ],
    };
    server.answerWith({ body: JSON.stringify(asking) }, { body: JSON.stringify(chat.body) });
    const runner = open().chat.completions.runTools({
      ...params,
      tools: [
        {
          type: 'function',
          function: { name: 'now', description: 'The time', parameters: {}, function: () => 'noon' },
        },
      ],
    });
    expect(await runner.finalContent()).toBe('hello');
    expect(telemetry.spans().map((span) => span.attributes[GEN_AI.responseFinishReasons])).toEqual([
      ['tool_calls'],
      ['stop'],
    ]);
  });

  test('responses.parse and responses.stream', async () => {
    server.answerWith({ body: JSON.stringify(responses.body) });
    await open().responses.parse({ model: 'gpt-5', input: 'hi' });
    server.answerWith({ body: [responses.events[0]!, responses.events.at(-1)!] });
    await open().responses.stream({ model: 'gpt-5', input: 'hi' }).finalResponse();
    expect(telemetry.spans()).toHaveLength(2);
    for (const span of telemetry.spans()) {
      expect(span.attributes).toMatchObject({ ...responses.usage, [COSTSPAN.outcome]: 'ok' });
    }
  });
});

describe('other vendors through this SDK', () => {
  test('Azure is Azure, whatever its endpoint is called', async () => {
    const azure = new sdk.AzureOpenAI({
      apiKey: 'k',
      apiVersion: '2026-01-01',
      endpoint: server.url,
      deployment: 'my-gpt',
    });
    await azure.chat.completions.create(params);
    expect(server.requests[0]!.path).toContain('/deployments/my-gpt/');
    expect(telemetry.spans()[0]!.attributes).toMatchObject({
      [GEN_AI.providerName]: 'azure.ai.openai',
      [OTEL.serverAddress]: '127.0.0.1',
    });
  });

  test.each([
    ['2024-06-01', {}, false],
    ['2024-10-21', {}, true],
    ['preview', {}, true],
    ['2024-10-21', { data_sources: [] }, false],
  ])('Azure %s with %j is asked for stream usage: %s', async (apiVersion, extra, asked) => {
    const azure = new sdk.AzureOpenAI({ apiKey: 'k', apiVersion, endpoint: server.url });
    server.answerWith({ body: asked ? chat.events : chat.bareEvents });
    await drain(await azure.chat.completions.create({ ...params, ...extra, stream: true }));
    expect('stream_options' in sent()).toBe(asked);
  });

  test.each([
    ['https://api.deepseek.com', 'deepseek', 443],
    ['https://api.x.ai/v1', 'x_ai', 443],
    ['https://api.groq.com/openai/v1', 'groq', 443],
    ['https://api.mistral.ai/v1', 'mistral_ai', 443],
    ['https://api.perplexity.ai', 'perplexity', 443],
    ['https://my.openai.azure.com/openai/v1', 'azure.ai.openai', 443],
    ['http://gateway.internal:8080/v1', 'openai', 8080],
  ])('%s is %s', async (baseURL, provider, port) => {
    const offline: typeof fetch = async () =>
      new Response(JSON.stringify(chat.body), { headers: { 'content-type': 'application/json' } });
    await new sdk.OpenAI({ apiKey: 'k', baseURL, fetch: offline }).chat.completions.create(params);
    expect(telemetry.spans()[0]!.attributes).toMatchObject({
      [GEN_AI.providerName]: provider,
      [OTEL.serverAddress]: new URL(baseURL).hostname,
      [OTEL.serverPort]: port,
    });
  });
});

describe('what other vendors report', () => {
  const at = (baseURL: string, usage: object) => {
    const body = JSON.stringify({ ...chat.body, usage });
    const offline: typeof fetch = async () => new Response(body, { headers: { 'content-type': 'application/json' } });
    return new sdk.OpenAI({ apiKey: 'k', baseURL, fetch: offline }).chat.completions.create(params);
  };

  test('xAI counts reasoning beside the completion; it is part of the output', async () => {
    await at('https://api.x.ai/v1', {
      prompt_tokens: 10,
      completion_tokens: 5,
      total_tokens: 115,
      completion_tokens_details: { reasoning_tokens: 100 },
    });
    expect(telemetry.spans()[0]!.attributes).toMatchObject({
      [GEN_AI.usageOutputTokens]: 105,
      [GEN_AI.usageReasoningOutputTokens]: 100,
    });
  });

  test('OpenRouter states its price; it is passed on as the provider’s', async () => {
    await at('https://openrouter.ai/api/v1', {
      prompt_tokens: 10,
      completion_tokens: 5,
      total_tokens: 15,
      cost: 0.00014,
    });
    expect(telemetry.spans()[0]!.attributes).toMatchObject({
      [GEN_AI.providerName]: 'openrouter',
      [GEN_AI.usageInputTokens]: 10,
      [GEN_AI.usageCostAmount]: 0.00014,
      [GEN_AI.usageCostCurrency]: 'USD',
      [GEN_AI.usageCostSource]: 'provider',
    });
  });

  test('a LiteLLM proxy states its price in a header, whatever API is called through it', async () => {
    const headers = { 'x-litellm-response-cost': '0.000123456' };
    server.answerWith({ headers, body: JSON.stringify(chat.body) });
    await open().chat.completions.create(params);
    server.answerWith({ headers, body: JSON.stringify(responses.body) });
    await open().responses.create({ model: 'gpt-5', input: 'hi' });
    server.answerWith({ body: JSON.stringify(chat.body) });
    await open().chat.completions.create(params);
    const stated = { [GEN_AI.usageCostAmount]: 0.000123456, [GEN_AI.usageCostSource]: 'provider' };
    const [first, second, third] = telemetry.spans().map(({ attributes }) => attributes);
    expect(first).toMatchObject(stated);
    expect(second).toMatchObject(stated);
    expect(Object.keys(third ?? {})).not.toContain(GEN_AI.usageCostAmount);
  });

  test('counts that contradict the provider’s own total are kept, and said', async () => {
    const usage = { prompt_tokens: 100, completion_tokens: 20, total_tokens: 999 };
    server.answerWith({ body: JSON.stringify({ ...chat.body, usage }) });
    await open().chat.completions.create(params);
    server.answerWith({ body: JSON.stringify(chat.body) });
    await open().chat.completions.create(params);
    const [wrong, right] = telemetry.spans().map(({ attributes }) => attributes);
    expect(wrong).toMatchObject({ [GEN_AI.usageInputTokens]: 100, [COSTSPAN.usageFindings]: 'TOTAL_MISMATCH' });
    expect(Object.keys(right ?? {})).not.toContain(COSTSPAN.usageFindings);
  });

  test('Groq ends a stream with its own field', async () => {
    const chunk = { id: 'c', model: 'm', choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] };
    const last = { ...chunk, x_groq: { usage: { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 } } };
    const text = `data: ${JSON.stringify(last)}\n\ndata: [DONE]\n\n`;
    const offline: typeof fetch = async () => new Response(text, { headers: { 'content-type': 'text/event-stream' } });
    const groq = new sdk.OpenAI({ apiKey: 'k', baseURL: 'https://api.groq.com/openai/v1', fetch: offline });
    await drain(await groq.chat.completions.create({ ...params, stream: true }));
    expect(telemetry.spans()[0]!.attributes).toMatchObject({ [GEN_AI.usageInputTokens]: 10, [COSTSPAN.outcome]: 'ok' });
  });
});

describe('what OpenAI says besides usage', () => {
  test('the served tier and the fingerprint', async () => {
    server.answerWith({ body: JSON.stringify({ ...chat.body, service_tier: 'flex', system_fingerprint: 'fp_1' }) });
    await open().chat.completions.create({ ...params, service_tier: 'auto' });
    expect(telemetry.spans()[0]!.attributes).toMatchObject({
      [OTEL.openaiApiType]: 'chat_completions',
      [OTEL.openaiRequestServiceTier]: 'auto',
      [OTEL.openaiResponseServiceTier]: 'flex',
      [OTEL.openaiResponseSystemFingerprint]: 'fp_1',
      [COSTSPAN.contextServiceTier]: 'flex',
    });
  });

  test('a response that failed with HTTP 200 is an error, with the usage it reports', async () => {
    const failed = { ...responses.body, status: 'failed', error: { code: 'server_error', message: 'x' } };
    server.answerWith({ body: JSON.stringify(failed) });
    await open().responses.create({ model: 'gpt-5', input: 'hi' });
    expect(telemetry.spans()[0]!.attributes).toMatchObject({
      ...responses.usage,
      [OTEL.openaiApiType]: 'responses',
      [COSTSPAN.outcome]: 'error',
      [OTEL.errorType]: 'server_error',
    });
  });

  test('what made a response incomplete is its finish reason', async () => {
    const incomplete = { ...responses.body, status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } };
    server.answerWith({ body: JSON.stringify(incomplete) });
    await open().responses.create({ model: 'gpt-5', input: 'hi' });
    expect(telemetry.spans()[0]!.attributes).toMatchObject({
      [GEN_AI.responseFinishReasons]: ['max_output_tokens'],
      [COSTSPAN.outcome]: 'ok',
    });
  });

  test('embeddings have input tokens and nothing else', async () => {
    server.answerWith({
      body: '{"object":"list","data":[{"embedding":[0.5],"index":0}],"model":"e-1","usage":{"prompt_tokens":7,"total_tokens":7}}',
    });
    await open().embeddings.create({ model: 'e', input: 'x', dimensions: 1, encoding_format: 'float' });
    expect(telemetry.spans()[0]).toMatchObject({
      name: 'embeddings e',
      attributes: {
        [GEN_AI.usageInputTokens]: 7,
        [GEN_AI.embeddingsDimensionCount]: 1,
        [GEN_AI.requestEncodingFormats]: ['float'],
        [GEN_AI.responseModel]: 'e-1',
      },
    });
    expect(GEN_AI.usageOutputTokens in telemetry.spans()[0]!.attributes).toBe(false);
  });

  test('a body without usage leaves it unavailable', async () => {
    const { usage: _usage, ...body } = chat.body as Record<string, unknown>;
    server.answerWith({ body: JSON.stringify(body) });
    await open().chat.completions.create(params);
    expect(telemetry.spans()[0]!.attributes).toMatchObject({
      [COSTSPAN.outcome]: 'ok',
      [COSTSPAN.usageStatus]: 'unavailable',
    });
    expect(GEN_AI.usageInputTokens in telemetry.spans()[0]!.attributes).toBe(false);
  });
});

test.each([
  ['https://eu.api.openai.com/v1', 'eu'],
  ['https://api.openai.com/v1', undefined],
])('at %s the place of the call is %s', async (baseURL, region) => {
  const offline: typeof fetch = async () =>
    new Response(JSON.stringify(chat.body), { headers: { 'content-type': 'application/json' } });
  await new sdk.OpenAI({ apiKey: 'k', baseURL, fetch: offline }).chat.completions.create(params);
  expect(telemetry.spans()[0]!.attributes[COSTSPAN.contextRegion]).toBe(region);
});
