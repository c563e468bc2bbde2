import { expect, test } from 'vitest';
import { extractUsage } from '../extract-usage.ts';

test.each([
  'openai',
  'azure',
  'azure.ai.inference',
  'aws',
  'gcp.vertex_ai',
  'ibm.watsonx.ai',
  'moonshotai',
  'cerebras',
  'fireworks',
  'huggingface_nebius',
  'together',
  'zai',
])('%s speaks it', (provider) => {
  const body = { model: 'm', usage: { prompt_tokens: 18, completion_tokens: 2, total_tokens: 20 } };
  expect(extractUsage({ provider, api: 'chat', body })).toMatchObject({
    source: 'openai.chat',
    usage: { meters: { input_tokens: 18, output_tokens: 2 } },
    findings: [],
  });
});

test('Together and Moonshot write cached tokens beside the prompt count', () => {
  const usage = { prompt_tokens: 41, completion_tokens: 15, total_tokens: 56, cached_tokens: 32 };
  expect(extractUsage({ provider: 'together', body: { usage } }).usage.meters).toEqual({
    input_tokens: 41,
    output_tokens: 15,
    cache_read_tokens: 32,
  });
});

test.each([
  ['inside, by the total', 109, 60, 60],
  ['inside, without a total', undefined, 60, 60],
  ['beside, by the total', 149, 60, 100],
])('reasoning is %s', (_name, total, completion, output) => {
  const usage = {
    prompt_tokens: 49,
    completion_tokens: completion,
    ...(total === undefined ? {} : { total_tokens: total }),
    completion_tokens_details: { reasoning_tokens: 40 },
  };
  const { usage: read, findings } = extractUsage({ provider: 'openai', body: { usage } });
  expect(read.meters).toMatchObject({ output_tokens: output, output_reasoning_tokens: 40 });
  expect(findings).toEqual([]);
});

test('a total that does not add up is named, and the output is never made of it', () => {
  const usage = { prompt_tokens: 35, completion_tokens: 12, total_tokens: 109 };
  const { usage: read, findings } = extractUsage({ provider: 'openai', body: { usage } });
  expect(read.meters).toEqual({ input_tokens: 35, output_tokens: 12 });
  expect(findings).toMatchObject([{ at: 'usage.total_tokens', code: 'TOTAL_MISMATCH' }]);
});
