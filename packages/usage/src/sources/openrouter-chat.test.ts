import { expect, test } from 'vitest';
import { extractUsage } from '../extract-usage.ts';

const counts = { prompt_tokens: 550, completion_tokens: 12, total_tokens: 562 };
const costOf = (more: object) =>
  extractUsage({ provider: 'openrouter', api: 'chat', body: { usage: { ...counts, ...more } } }).context.reported_cost
    ?.amount;

test.each([
  ['the charge', { cost: 0.00183, is_byok: false, cost_details: { upstream_inference_cost: 0.00183 } }, '0.00183'],
  [
    'the charge, nothing said of keys',
    { cost: 0.0160614, cost_details: { upstream_inference_cost: 0.0001764 } },
    '0.0160614',
  ],
  [
    'fee and host with an own key',
    { cost: 0.0001, is_byok: true, cost_details: { upstream_inference_cost: 0.002 } },
    '0.0021',
  ],
  ['nothing, when the host with an own key is silent', { cost: 0.0001, is_byok: true }, undefined],
  ['nothing, when there is no charge', {}, undefined],
  ['zero for a free model', { cost: 0 }, '0'],
])('the cost in all is %s', (_name, usage, amount) => {
  expect(costOf(usage)).toBe(amount);
});

test('modalities, writes and searches are counted', () => {
  const usage = {
    ...counts,
    prompt_tokens_details: { cached_tokens: 1, cache_write_tokens: 2, audio_tokens: 3, video_tokens: 4 },
    completion_tokens_details: { image_tokens: 5, reasoning_tokens: 6 },
    server_tool_use: { web_search_requests: 7 },
  };
  expect(extractUsage({ provider: 'openrouter', body: { usage } })).toMatchObject({
    source: 'openrouter.chat',
    usage: {
      meters: {
        input_tokens: 550,
        output_tokens: 12,
        cache_read_tokens: 1,
        cache_write_tokens: 2,
        input_audio_tokens: 3,
        input_video_tokens: 4,
        output_image_tokens: 5,
        output_reasoning_tokens: 6,
        web_searches: 7,
      },
    },
  });
});
