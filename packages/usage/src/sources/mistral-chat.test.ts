import { expect, test } from 'vitest';
import { extractUsage } from '../extract-usage.ts';

const metersOf = (usage: object) => extractUsage({ provider: 'mistral_ai', body: { usage } }).usage.meters;

test('cache hits are read in both places where they are written', () => {
  const counts = { prompt_tokens: 979, completion_tokens: 152, total_tokens: 1131 };
  const meters = { input_tokens: 979, output_tokens: 152, cache_read_tokens: 32 };
  expect(metersOf({ ...counts, num_cached_tokens: 32 })).toEqual(meters);
  expect(metersOf({ ...counts, prompt_tokens_details: { cached_tokens: 32 } })).toEqual(meters);
});

test('the SDK renames everything to camel case', () => {
  expect(metersOf({ promptTokens: 14, completionTokens: 9, totalTokens: 23 })).toEqual({
    input_tokens: 14,
    output_tokens: 9,
  });
});

test('audio is counted in seconds', () => {
  expect(metersOf({ prompt_audio_seconds: 36, prompt_tokens: 13, completion_tokens: 151, total_tokens: 164 })).toEqual({
    input_tokens: 13,
    output_tokens: 151,
    seconds: 36,
  });
});

test('what connectors fed to the model is input, and their calls are counted', () => {
  const usage = {
    prompt_tokens: 188,
    completion_tokens: 55,
    total_tokens: 7355,
    connector_tokens: 7112,
    connectors: { web_search: 1, code_interpreter: 2, image_generation: 3 },
  };
  const { usage: read, findings } = extractUsage({ provider: 'mistral', api: 'conversations', body: { usage } });
  expect(read.meters).toEqual({
    input_tokens: 7300,
    output_tokens: 55,
    input_tool_tokens: 7112,
    web_searches: 1,
    code_executions: 2,
    images: 3,
  });
  expect(findings).toEqual([]);
});
