import { expect, test } from 'vitest';
import { extractUsage } from '../extract-usage.ts';

const usage = {
  total_tokens: 1373,
  total_input_tokens: 22,
  input_tokens_by_modality: [{ modality: 'text', tokens: 22 }],
  total_cached_tokens: 0,
  total_output_tokens: 973,
  total_tool_use_tokens: 129,
  tool_use_tokens_by_modality: [{ modality: 'text', tokens: 129 }],
  total_thought_tokens: 249,
  grounding_tool_count: [
    { type: 'google_search', count: 2 },
    { type: 'google_maps', count: 1 },
  ],
};
const meters = {
  input_tokens: 151,
  output_tokens: 1222,
  cache_read_tokens: 0,
  input_text_tokens: 151,
  cache_text_read_tokens: 0,
  input_tool_tokens: 129,
  input_text_tool_tokens: 129,
  output_reasoning_tokens: 249,
  web_searches: 2,
  map_searches: 1,
};

test('tool-use tokens and thoughts are added, searches are counted by kind', () => {
  const body = { event_type: 'interaction.completed', interaction: { model: 'gemini-3', usage, service_tier: 'flex' } };
  expect(extractUsage({ provider: 'google', body })).toEqual({
    model: 'gemini-3',
    source: 'gemini.interactions',
    usage: { status: 'reported', meters },
    context: { service_tier: 'flex' },
    subUsages: [],
    findings: [],
  });
});

test('Vertex writes the same in camel case', () => {
  const camel = { totalInputTokens: 11, totalOutputTokens: 42, totalThoughtTokens: 126, totalTokens: 179 };
  expect(extractUsage({ provider: 'gcp.vertex_ai', api: 'interactions', body: { usage: camel } })).toMatchObject({
    usage: { meters: { input_tokens: 11, output_tokens: 168, output_reasoning_tokens: 126 } },
    findings: [],
  });
});
