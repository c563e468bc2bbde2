import { expect, test } from 'vitest';
import { extractUsage } from '../extract-usage.ts';

const usage = { queue_time: 0.01, prompt_tokens: 26, prompt_time: 0.006, completion_tokens: 41, total_tokens: 67 };

test.each([{ usage }, { choices: [], usage: null, x_groq: { id: 'req', usage } }])(
  'usage stands in the answer or in x_groq',
  (body) => {
    expect(extractUsage({ provider: 'groq', body })).toMatchObject({
      source: 'groq.chat',
      usage: { meters: { input_tokens: 26, output_tokens: 41 } },
    });
  },
);
