import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { afterEach, describe, expect, test } from 'vitest';
import { SIMULATOR_KEY } from './credentials.ts';
import { type SimulatorOptions, startSimulator } from './start-simulator.ts';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
});

async function simulate(options: SimulatorOptions = {}, clientOptions: { maxRetries?: number; apiKey?: string } = {}) {
  const simulator = await startSimulator({ latencyScale: 0, ...options });
  closing.push(() => simulator.close());
  const common = { apiKey: SIMULATOR_KEY, maxRetries: 0, ...clientOptions };
  return {
    simulator,
    openai: new OpenAI({ ...common, baseURL: simulator.openaiBaseUrl }),
    anthropic: new Anthropic({ ...common, baseURL: simulator.anthropicBaseUrl }),
  };
}

const HANDBOOK = Array.from({ length: 400 }, (_, index) => `Rule ${index}: keep the workspace tidy.`).join('\n');
const asking = (content: string) => [{ role: 'user' as const, content }];

describe('chat completions', () => {
  test('an answer carries text, the served snapshot, usage that adds up and a request id', async () => {
    const { openai } = await simulate();
    const completion = await openai.chat.completions.create({ model: 'gpt-5.4-mini', messages: asking('Hello') });
    expect(completion.model).toBe('gpt-5.4-mini-2026-03-17');
    expect(completion.choices[0]?.message.content?.length).toBeGreaterThan(10);
    expect(completion.choices[0]?.finish_reason).toBe('stop');
    const { usage } = completion;
    expect(usage?.total_tokens).toBe(usage!.prompt_tokens + usage!.completion_tokens);
    expect(usage?.prompt_tokens).toBe(8);
    expect(completion._request_id).toMatch(/^req_[0-9a-f]{32}$/);
    expect(completion.service_tier).toBe('default');
  });

  test('a stream without include_usage has no usage chunk', async () => {
    const { openai } = await simulate();
    const stream = await openai.chat.completions.create({ model: 'gpt-6-luna', messages: asking('Hi'), stream: true });
    let text = '';
    for await (const chunk of stream) {
      expect(chunk.usage).toBeUndefined();
      expect(chunk.choices).toHaveLength(1);
      text += chunk.choices[0]?.delta.content ?? '';
    }
    expect(text.length).toBeGreaterThan(10);
  });

  test('a stream with include_usage ends with one usage chunk without choices, equal to the unstreamed usage', async () => {
    const request = { model: 'gpt-6-sol', messages: asking('Explain caching'), max_completion_tokens: 500 };
    const { openai } = await simulate();
    const stream = await openai.chat.completions.create({
      ...request,
      stream: true,
      stream_options: { include_usage: true },
    });
    const chunks = await Array.fromAsync(stream);
    expect(chunks.slice(0, -1).every((chunk) => chunk.usage === null && chunk.choices.length === 1)).toBe(true);
    const last = chunks.at(-1);
    expect(last?.choices).toEqual([]);
    expect(last?.usage?.completion_tokens_details?.reasoning_tokens).toBeGreaterThan(0);
    expect(last?.usage?.prompt_tokens).toBe((await openai.chat.completions.create(request)).usage?.prompt_tokens);
  });

  test('an answer that meets the token limit is cut there and says so', async () => {
    const { openai } = await simulate();
    const completion = await openai.chat.completions.create({
      model: 'gpt-5.4-nano',
      messages: asking('Tell me everything'),
      max_completion_tokens: 20,
    });
    expect(completion.choices[0]?.finish_reason).toBe('length');
    expect(completion.usage?.completion_tokens).toBe(20);
  });

  test('a long prompt is written to the cache first and read from it in blocks of 128 afterwards', async () => {
    const { openai } = await simulate();
    const ask = async (question: string) => {
      const { usage } = await openai.chat.completions.create({
        model: 'gpt-6-luna',
        messages: [{ role: 'system', content: HANDBOOK }, ...asking(question)],
      });
      return usage!;
    };
    const first = await ask('What is rule 1?');
    const second = await ask('What is rule 2?');
    expect(first.prompt_tokens_details).toMatchObject({ cached_tokens: 0 });
    expect(first.prompt_tokens_details?.cache_write_tokens).toBeGreaterThan(1024);
    const cached = second.prompt_tokens_details?.cached_tokens ?? 0;
    expect(cached).toBeGreaterThan(1024);
    expect(cached % 128).toBe(0);
    expect(cached).toBeLessThan(second.prompt_tokens);
  });

  test('a cached prompt is forgotten after its lifetime', async () => {
    let nowMs = 1_800_000_000_000;
    const { openai } = await simulate({ now: () => nowMs });
    const request = { model: 'gpt-5.5', messages: asking(HANDBOOK) };
    const cachedOf = async () =>
      (await openai.chat.completions.create(request)).usage?.prompt_tokens_details?.cached_tokens;
    expect(await cachedOf()).toBe(0);
    expect(await cachedOf()).toBeGreaterThan(0);
    nowMs += 10 * 60_000;
    expect(await cachedOf()).toBe(0);
  });

  test('the served tier is the one asked for, and never "auto"', async () => {
    const { openai } = await simulate();
    const tierOf = async (service_tier: 'auto' | 'flex' | 'priority') =>
      (await openai.chat.completions.create({ model: 'gpt-5.5', messages: asking('Hi'), service_tier })).service_tier;
    expect(await Promise.all([tierOf('auto'), tierOf('flex'), tierOf('priority')])).toEqual([
      'default',
      'flex',
      'priority',
    ]);
  });
});

describe('responses', () => {
  test('an answer lists reasoning and message, and reasoning is part of the output count', async () => {
    const { openai } = await simulate();
    const response = await openai.responses.create({ model: 'gpt-6-sol', input: 'Translate this' });
    expect(response.status).toBe('completed');
    expect(response.output.map((item) => item.type)).toEqual(['reasoning', 'message']);
    expect(response.output_text.length).toBeGreaterThan(10);
    const reasoning = response.usage!.output_tokens_details.reasoning_tokens;
    expect(reasoning).toBeGreaterThan(0);
    expect(response.usage!.output_tokens).toBeGreaterThan(reasoning);
  });

  test('the SDK assembles a stream into the same shape as the unstreamed response', async () => {
    const { openai } = await simulate();
    const stream = openai.responses.stream({
      model: 'gpt-5.4-mini',
      input: 'Translate this',
      instructions: 'To French',
    });
    const types = (await Array.fromAsync(stream)).map((event) => event.type);
    const final = await stream.finalResponse();
    expect(types.slice(0, 2)).toEqual(['response.created', 'response.in_progress']);
    expect(types.at(-1)).toBe('response.completed');
    expect(final.output_text.length).toBeGreaterThan(10);
    expect(final.usage?.total_tokens).toBe(final.usage!.input_tokens + final.usage!.output_tokens);
    expect(final.service_tier).toBe('default');
  });

  test('a stream that meets the limit ends with response.incomplete', async () => {
    const { openai } = await simulate();
    const stream = await openai.responses.create({
      model: 'gpt-5.4-nano',
      input: 'Long story',
      max_output_tokens: 16,
      stream: true,
    });
    const last = (await Array.fromAsync(stream)).at(-1);
    expect(last).toMatchObject({
      type: 'response.incomplete',
      response: { incomplete_details: { reason: 'max_output_tokens' }, usage: { output_tokens: 16 } },
    });
  });

  test('an earlier response id is unknown, as nothing is stored', async () => {
    const { openai } = await simulate();
    await expect(
      openai.responses.create({ model: 'gpt-5.4-mini', input: 'Go on', previous_response_id: 'resp_1' }),
    ).rejects.toMatchObject({ status: 400, code: 'previous_response_not_found' });
  });
});

describe('embeddings', () => {
  test('the SDK decodes unit vectors, and texts that share words are nearer', async () => {
    const { openai } = await simulate();
    const { data, usage } = await openai.embeddings.create({
      model: 'text-embedding-3-small',
      input: ['export invoices to a spreadsheet', 'how do I export invoices', 'a walk along the river'],
    });
    const [a, b, c] = data.map((item) => item.embedding);
    const dot = (x: number[], y: number[]) => x.reduce((sum, value, index) => sum + value * (y[index] ?? 0), 0);
    expect(a).toHaveLength(1536);
    expect(dot(a!, a!)).toBeCloseTo(1, 5);
    expect(dot(a!, b!)).toBeGreaterThan(dot(a!, c!) + 0.1);
    expect(usage.total_tokens).toBe(usage.prompt_tokens);
  });

  test('dimensions shorten the vector and floats are the same numbers as base64', async () => {
    const { openai } = await simulate();
    const embed = async (encoding_format: 'float' | 'base64') =>
      (
        await openai.embeddings.create({
          model: 'text-embedding-3-large',
          input: 'hello',
          dimensions: 64,
          encoding_format,
        })
      ).data[0]!.embedding;
    const floats = await embed('float');
    const base64 = (await embed('base64')) as unknown as string;
    expect(floats).toHaveLength(64);
    expect(Array.from(new Float32Array(Uint8Array.from(Buffer.from(base64, 'base64')).buffer))).toEqual(floats);
  });
});

describe('messages', () => {
  test('an answer carries usage without cache, a message id and the standard tier', async () => {
    const { anthropic } = await simulate();
    const message = await anthropic.messages.create({
      model: 'claude-haiku-4-5',
      max_tokens: 300,
      messages: asking('Hello'),
    });
    expect(message.model).toBe('claude-haiku-4-5-20251001');
    expect(message.id).toMatch(/^msg_01/);
    expect(message.usage).toMatchObject({
      input_tokens: 7,
      cache_read_input_tokens: 0,
      cache_creation_input_tokens: 0,
      service_tier: 'standard',
    });
    expect(message.stop_reason).toBe('end_turn');
  });

  test('a stream starts with the input usage and its last delta carries the final counts', async () => {
    const { anthropic } = await simulate();
    const request = { model: 'claude-sonnet-5', max_tokens: 400, messages: asking('Help me') };
    const events = await Array.fromAsync(await anthropic.messages.create({ ...request, stream: true }));
    expect(events[0]).toMatchObject({
      type: 'message_start',
      message: { usage: { input_tokens: 8, output_tokens: 1 } },
    });
    expect(events.at(-2)).toMatchObject({ type: 'message_delta', usage: { input_tokens: 8 } });
    expect(events.at(-1)?.type).toBe('message_stop');
    const final = await anthropic.messages.stream(request).finalMessage();
    expect(final.usage.output_tokens).toBeGreaterThan(1);
    expect(final.usage.input_tokens).toBe(8);
  });

  test('thinking is a block of its own and is counted inside the output', async () => {
    const { anthropic } = await simulate();
    const message = await anthropic.messages.create({
      model: 'claude-sonnet-5',
      max_tokens: 4000,
      thinking: { type: 'adaptive' },
      messages: asking('Think about it'),
    });
    expect(message.content.map((block) => block.type)).toEqual(['thinking', 'text']);
    const thinking = message.usage.output_tokens_details?.thinking_tokens ?? 0;
    expect(thinking).toBeGreaterThan(0);
    expect(message.usage.output_tokens).toBeGreaterThan(thinking);
  });

  test('declared breakpoints are written once with their lifetime and read afterwards', async () => {
    const { anthropic } = await simulate();
    const ask = async (question: string) =>
      (
        await anthropic.messages.create({
          model: 'claude-sonnet-5',
          max_tokens: 200,
          system: [
            { type: 'text', text: HANDBOOK, cache_control: { type: 'ephemeral', ttl: '1h' } },
            { type: 'text', text: HANDBOOK.slice(0, 6000), cache_control: { type: 'ephemeral' } },
          ],
          messages: asking(question),
        })
      ).usage;
    const first = await ask('One?');
    const second = await ask('Two and more?');
    const written = first.cache_creation!;
    expect(written.ephemeral_1h_input_tokens).toBeGreaterThan(1024);
    expect(written.ephemeral_5m_input_tokens).toBeGreaterThan(1024);
    expect(first.cache_creation_input_tokens).toBe(
      written.ephemeral_1h_input_tokens + written.ephemeral_5m_input_tokens,
    );
    expect(first.cache_read_input_tokens).toBe(0);
    expect(second.cache_read_input_tokens).toBe(first.cache_creation_input_tokens);
    expect(second.cache_creation_input_tokens).toBe(0);
  });

  test('a growing conversation reads its earlier turns from the cache and writes only the new ones', async () => {
    const { anthropic } = await simulate();
    const turn = (text: string) => [{ type: 'text' as const, text, cache_control: { type: 'ephemeral' as const } }];
    const create = async (messages: Anthropic.MessageParam[]) =>
      (await anthropic.messages.create({ model: 'claude-sonnet-5', max_tokens: 100, messages })).usage;
    const opening = { role: 'user' as const, content: turn(HANDBOOK) };
    const first = await create([opening]);
    const second = await create([
      { role: 'user', content: [{ type: 'text', text: HANDBOOK }] },
      { role: 'assistant', content: 'Noted.' },
      { role: 'user', content: turn('And the second question?') },
    ]);
    expect(second.cache_read_input_tokens).toBe(first.cache_creation_input_tokens);
    expect(second.cache_creation_input_tokens).toBeGreaterThan(0);
    expect(second.cache_creation_input_tokens).toBeLessThan(50);
  });

  test('a prompt below the model minimum is not cached', async () => {
    const { anthropic } = await simulate();
    const { usage } = await anthropic.messages.create({
      model: 'claude-sonnet-5',
      max_tokens: 100,
      system: [{ type: 'text', text: 'Short.', cache_control: { type: 'ephemeral' } }],
      messages: asking('Hi'),
    });
    expect(usage.cache_creation_input_tokens).toBe(0);
  });
});

describe('errors', () => {
  test.each([
    ['rate_limit', 429, OpenAI.RateLimitError, 429, Anthropic.RateLimitError],
    ['server_error', 500, OpenAI.InternalServerError, 500, Anthropic.InternalServerError],
    ['overloaded', 503, OpenAI.InternalServerError, 529, Anthropic.InternalServerError],
  ] as const)(
    '%s is %i at OpenAI and its own class in each SDK',
    async (fault, openaiStatus, OpenAIError, anthropicStatus, AnthropicError) => {
      const { openai, anthropic } = await simulate();
      const headers = { 'x-simulate': fault };
      const fromOpenai = await openai.chat.completions
        .create({ model: 'gpt-6-luna', messages: asking('Hi') }, { headers })
        .catch((error: unknown) => error);
      expect(fromOpenai).toBeInstanceOf(OpenAIError);
      expect(fromOpenai).toMatchObject({ status: openaiStatus });
      const fromAnthropic = await anthropic.messages
        .create({ model: 'claude-sonnet-5', max_tokens: 10, messages: asking('Hi') }, { headers })
        .catch((error: unknown) => error);
      expect(fromAnthropic).toBeInstanceOf(AnthropicError);
      expect(fromAnthropic).toMatchObject({ status: anthropicStatus, requestID: expect.stringMatching(/^req_/) });
    },
  );

  test('a rate limit says when to come back, and the SDK that retries then succeeds', async () => {
    let nowMs = 1_800_000_000_000;
    const { openai } = await simulate({ requestsPerMinute: 1, now: () => nowMs });
    const request = { model: 'gpt-6-luna', messages: asking('Hi') };
    await openai.chat.completions.create(request);
    const error = await openai.chat.completions.create(request).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(OpenAI.RateLimitError);
    expect((error as InstanceType<typeof OpenAI.RateLimitError>).headers?.get('retry-after')).toBe('60');
    nowMs += 60_000;
    await expect(openai.chat.completions.create(request)).resolves.toBeDefined();
  });

  test('a missing or invalid key is 401', async () => {
    const { openai, anthropic, simulator } = await simulate({}, { apiKey: 'invalid-key' });
    await expect(openai.embeddings.create({ model: 'text-embedding-3-small', input: 'x' })).rejects.toBeInstanceOf(
      OpenAI.AuthenticationError,
    );
    await expect(
      anthropic.messages.create({ model: 'claude-sonnet-5', max_tokens: 1, messages: asking('x') }),
    ).rejects.toBeInstanceOf(Anthropic.AuthenticationError);
    const bare = await fetch(`${simulator.openaiBaseUrl}/chat/completions`, { method: 'POST', body: '{}' });
    expect(bare.status).toBe(401);
  });

  test('an unknown model is 404 at both providers', async () => {
    const { openai, anthropic } = await simulate();
    await expect(openai.chat.completions.create({ model: 'gpt-99', messages: asking('Hi') })).rejects.toMatchObject({
      status: 404,
      code: 'model_not_found',
    });
    await expect(
      anthropic.messages.create({ model: 'claude-99', max_tokens: 5, messages: asking('Hi') }),
    ).rejects.toBeInstanceOf(Anthropic.NotFoundError);
  });

  test.each([
    ['chat/completions', { model: 'gpt-6-luna' }, 'messages'],
    ['chat/completions', { model: 'gpt-6-luna', messages: [] }, 'messages'],
    ['chat/completions', { messages: [{ role: 'user', content: 'Hi' }] }, 'model'],
    ['chat/completions', { model: 'gpt-6-luna', messages: ['Hi'] }, 'messages[0].role'],
    [
      'chat/completions',
      { model: 'gpt-6-luna', messages: [{ role: 'user' }], max_completion_tokens: 0 },
      'max_completion_tokens',
    ],
    ['responses', { model: 'gpt-6-luna' }, 'input'],
    ['responses', { model: 'gpt-6-luna', input: 7 }, 'input'],
    ['responses', { model: 'gpt-6-luna', input: 'x', max_output_tokens: 1 }, 'max_output_tokens'],
    ['embeddings', { model: 'text-embedding-3-small', input: [] }, 'input'],
    ['embeddings', { model: 'text-embedding-3-small', input: [''] }, 'input[0]'],
    ['embeddings', { model: 'text-embedding-3-small', input: 'x', encoding_format: 'hex' }, 'encoding_format'],
  ])('a bad %s body %j is 400 and names "%s"', async (path, body, param) => {
    const { simulator } = await simulate();
    const response = await fetch(`${simulator.openaiBaseUrl}/${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${SIMULATOR_KEY}` },
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { type: 'invalid_request_error', param } });
  });

  test.each([
    ['no JSON', 'hello', 400, 'invalid_request_error'],
    ['a list', '[]', 400, 'invalid_request_error'],
    [
      'no max_tokens',
      '{"model":"claude-sonnet-5","messages":[{"role":"user","content":"x"}]}',
      400,
      'invalid_request_error',
    ],
    ['a body over the limit', ' '.repeat(17 * 1024 * 1024), 413, 'request_too_large'],
  ])('%s is refused by messages in its own error format', async (_name, body, status, type) => {
    const { simulator } = await simulate();
    const response = await fetch(`${simulator.anthropicBaseUrl}/v1/messages`, {
      method: 'POST',
      headers: { 'x-api-key': SIMULATOR_KEY, 'anthropic-version': '2023-06-01' },
      body,
    });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ type: 'error', error: { type }, request_id: expect.any(String) });
  });

  test('a path that does not exist is a provider-style 404', async () => {
    const { simulator } = await simulate();
    const response = await fetch(`${simulator.url}/v1/messages/batches`, { method: 'POST' });
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ type: 'error', error: { type: 'not_found_error' } });
  });
});

describe('streams that break', () => {
  test.each(['drop', 'stream_error'] as const)(
    '%s ends an OpenAI stream with an error after some text',
    async (fault) => {
      const { openai } = await simulate();
      const stream = await openai.chat.completions.create(
        { model: 'gpt-6-luna', messages: asking('Hi'), stream: true },
        { headers: { 'x-simulate': fault } },
      );
      let chunks = 0;
      const reading = (async () => {
        for await (const _chunk of stream) chunks += 1;
      })();
      await expect(reading).rejects.toBeInstanceOf(Error);
      expect(chunks).toBeGreaterThan(1);
    },
  );

  test.each(['drop', 'stream_error'] as const)(
    '%s ends an Anthropic stream with an error after some text',
    async (fault) => {
      const { anthropic } = await simulate();
      const stream = await anthropic.messages.create(
        { model: 'claude-sonnet-5', max_tokens: 200, messages: asking('Hi'), stream: true },
        { headers: { 'x-simulate': fault } },
      );
      let events = 0;
      const reading = (async () => {
        for await (const _event of stream) events += 1;
      })();
      await expect(reading).rejects.toBeInstanceOf(Error);
      expect(events).toBeGreaterThan(1);
    },
  );

  test('a client that breaks off leaves the simulator ready for the next call', async () => {
    const { openai } = await simulate({ latencyScale: 0.05 });
    const stream = await openai.chat.completions.create({
      model: 'gpt-6-luna',
      messages: asking('Hi'),
      stream: true,
    });
    for await (const _chunk of stream) break;
    await expect(
      openai.chat.completions.create({ model: 'gpt-6-luna', messages: asking('Again') }),
    ).resolves.toBeDefined();
  });
});

describe('determinism', () => {
  const run = async (seed: number) => {
    const { openai, anthropic, simulator } = await simulate({ seed, now: () => 1_800_000_000_000 });
    const ask = (content: string) => openai.chat.completions.create({ model: 'gpt-6-sol', messages: asking(content) });
    const answers = [
      ...(await Promise.all([ask('One'), ask('Two')])),
      await ask('One'),
      await anthropic.messages.create({ model: 'claude-sonnet-5', max_tokens: 99, messages: asking('Three') }),
    ];
    await simulator.close();
    closing.pop();
    return answers;
  };

  test('the same seed and requests give the same answers, ids and counts', async () => {
    expect(await run(7)).toEqual(await run(7));
  });

  test('another seed gives other answers, and a repeated request a new answer with a new id', async () => {
    const [one, , again] = await run(7);
    const [other] = await run(8);
    expect(other!.id).not.toBe(one!.id);
    expect(again!.id).not.toBe(one!.id);
  });

  test('random faults come at the asked rate and are the same for a seed', async () => {
    const outcomes = async () => {
      const { openai } = await simulate({ seed: 3, faults: { server_error: 0.3 } });
      return Promise.all(
        Array.from({ length: 60 }, (_, index) =>
          openai.embeddings.create({ model: 'text-embedding-3-small', input: `text ${index}`, dimensions: 8 }).then(
            () => 'ok',
            (error: { status: number }) => error.status,
          ),
        ),
      );
    };
    const first = await outcomes();
    expect(await outcomes()).toEqual(first);
    const failures = first.filter((outcome) => outcome === 500).length;
    expect(failures).toBeGreaterThan(6);
    expect(failures).toBeLessThan(32);
  });
});
