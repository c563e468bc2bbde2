import fc from 'fast-check';
import { expect, test } from 'vitest';
import { extractUsage } from './extract-usage.ts';
import { COUNT_MAX } from './usage.ts';

test('OpenAI: cached tokens are part of the input', () => {
  const { model, usage, context, source } = extractUsage({
    provider: 'openai',
    body: {
      model: 'gpt-5-2025-08-07',
      service_tier: 'flex',
      usage: {
        prompt_tokens: 1493,
        completion_tokens: 125,
        prompt_tokens_details: { cached_tokens: 1280, audio_tokens: 0 },
        completion_tokens_details: { reasoning_tokens: 64 },
      },
    },
  });
  expect({ model, usage, context, source }).toEqual({
    model: 'gpt-5-2025-08-07',
    usage: {
      status: 'reported',
      meters: {
        input_tokens: 1493,
        output_tokens: 125,
        cache_read_tokens: 1280,
        input_audio_tokens: 0,
        output_reasoning_tokens: 64,
      },
    },
    context: { service_tier: 'flex' },
    source: 'openai.chat',
  });
});

test('Anthropic: cached tokens come on top of the input, writes are kept by lifetime', () => {
  const { usage, context } = extractUsage({
    provider: 'anthropic',
    api: 'messages',
    body: {
      usage: {
        input_tokens: 3,
        cache_read_input_tokens: 9511,
        cache_creation_input_tokens: 1956,
        cache_creation: { ephemeral_5m_input_tokens: 1956, ephemeral_1h_input_tokens: 0 },
        output_tokens: 44,
        service_tier: 'standard',
        inference_geo: 'us',
      },
    },
  });
  expect(usage.meters).toEqual({
    input_tokens: 11470,
    output_tokens: 44,
    cache_read_tokens: 9511,
    cache_write_tokens: 1956,
    cache_write_5m_tokens: 1956,
    cache_write_1h_tokens: 0,
  });
  expect(context).toEqual({ service_tier: 'standard', region: 'us' });
});

test('Anthropic: compaction is billed with the call, an advisor at its own model, a replaced pass not at all', () => {
  const { usage, subUsages } = extractUsage({
    provider: 'anthropic',
    body: {
      usage: {
        input_tokens: 682,
        output_tokens: 1320,
        iterations: [
          { type: 'compaction', input_tokens: 60385, output_tokens: 592 },
          { type: 'message', input_tokens: 682, output_tokens: 1320 },
          { type: 'advisor_message', model: 'claude-fable-5', input_tokens: 2564, output_tokens: 99 },
        ],
      },
    },
  });
  expect(usage.meters).toEqual({ input_tokens: 61067, output_tokens: 1912 });
  expect(subUsages).toEqual([{ model: 'claude-fable-5', meters: { input_tokens: 2564, output_tokens: 99 } }]);
});

test('Responses: a search the model ran is counted, an opened page is not', () => {
  const body = (output: unknown[], more: object = {}) => ({
    usage: { input_tokens: 1, output_tokens: 1 },
    output,
    ...more,
  });
  const search = { type: 'web_search_call', action: { type: 'search' } };
  const open = { type: 'web_search_call', action: { type: 'open_page' } };
  const count = (value: unknown) =>
    extractUsage({ provider: 'openai', api: 'responses', body: value }).usage.meters.web_searches;
  expect(count(body([search, open, { type: 'message' }]))).toBe(1);
  expect(count(body([]))).toBeUndefined();
  expect(count(body([search], { tool_usage: { web_search: { num_requests: 4 } } }))).toBe(4);
});

test('embeddings have an input and no output', () => {
  expect(
    extractUsage({ provider: 'openai', body: { model: 'e', usage: { prompt_tokens: 4, total_tokens: 4 } } }),
  ).toMatchObject({
    usage: { status: 'reported', meters: { input_tokens: 4 } },
    source: 'openai.embeddings',
  });
});

test('a bare usage object is understood like the response around it', () => {
  expect(extractUsage({ provider: 'azure', body: { prompt_tokens: 2, completion_tokens: 3 } }).usage.meters).toEqual({
    input_tokens: 2,
    output_tokens: 3,
  });
});

test.each([
  ['no usage', { provider: 'openai', body: { model: 'x' } }, 'USAGE_ABSENT'],
  ['null usage', { provider: 'openai', body: { usage: null } }, 'USAGE_ABSENT'],
  ['a foreign shape', { provider: 'openai', body: { usage: { promptTokenCount: 3 } } }, 'USAGE_SHAPE'],
  [
    'an unknown provider',
    { provider: 'acme', body: { usage: { prompt_tokens: 1, completion_tokens: 1 } } },
    'PROVIDER_UNKNOWN',
  ],
  ['an unknown api', { provider: 'anthropic', api: 'images', body: { usage: { input_tokens: 1 } } }, 'API_UNKNOWN'],
  ['a body that is text', { provider: 'openai', body: 'hello' }, 'BODY_FORMAT'],
])('%s is unavailable with a reason, never zero', (_name, input, code) => {
  const { usage, findings } = extractUsage(input);
  expect(usage).toEqual({ status: 'unavailable', meters: {} });
  expect(findings).toMatchObject([{ code }]);
});

test('a count that is not one is named and left out', () => {
  const { usage, findings } = extractUsage({
    provider: 'openai',
    body: { usage: { prompt_tokens: -5, completion_tokens: 7, prompt_tokens_details: { cached_tokens: 'many' } } },
  });
  expect(usage.meters).toEqual({ output_tokens: 7 });
  expect(findings.map((finding) => finding.at)).toEqual([
    'usage.prompt_tokens',
    'usage.prompt_tokens_details.cached_tokens',
  ]);
});

test('a part larger than its whole is named', () => {
  const { findings } = extractUsage({
    provider: 'openai',
    body: { usage: { prompt_tokens: 10, completion_tokens: 1, prompt_tokens_details: { cached_tokens: 11 } } },
  });
  expect(findings).toMatchObject([{ at: 'usage.cache_read_tokens', code: 'PART_EXCEEDS_WHOLE' }]);
});

test('no body makes it throw', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('openai', 'anthropic', 'x'),
      fc.option(fc.constantFrom('chat', 'responses', 'messages'), { nil: undefined }),
      fc.anything(),
      (provider, api, usage) => {
        const body = { usage, model: usage };
        const extracted = extractUsage(api === undefined ? { provider, body } : { provider, api, body });
        for (const count of Object.values(extracted.usage.meters)) expect(count).toBeGreaterThanOrEqual(0);
      },
    ),
  );
});

test('counts that add up to more than a double holds are left out and named', () => {
  const body = { usage: { input_tokens: COUNT_MAX, cache_read_input_tokens: 1, output_tokens: 2 } };
  const { usage, findings } = extractUsage({ provider: 'anthropic', body });
  expect(usage.meters).toEqual({ output_tokens: 2, cache_read_tokens: 1 });
  expect(findings).toMatchObject([{ at: 'usage.input_tokens', code: 'COUNT_INVALID' }]);
});

test('a usage object of another shape than the named API is believed over the name', () => {
  const body = { usage: { prompt_tokens: 1, completion_tokens: 2 } };
  expect(extractUsage({ provider: 'anthropic', api: 'messages', body })).toMatchObject({
    source: 'openai.chat',
    usage: { meters: { input_tokens: 1, output_tokens: 2 } },
  });
});
