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

const part = (model: string, input: number, output: number) => ({
  model,
  usage: { prompt_tokens: input, completion_tokens: output, total_tokens: input + output },
});

test.each([
  ['in the answer', (breakdown: object) => ({ usage_breakdown: breakdown })],
  ['in the last chunk', (breakdown: object) => ({ x_groq: { usage, usage_breakdown: breakdown } })],
])('the models of a compound system are billed each at its own price, once (%s)', (_where, place) => {
  const models = [
    part('openai/gpt-oss-120b', 10, 20),
    part('llama-3.3-70b-versatile', 7, 5),
    part('openai/gpt-oss-120b', 9, 16),
  ];
  const body = { model: 'groq/compound', usage, ...place({ models }) };
  expect(extractUsage({ provider: 'groq', body })).toMatchObject({
    model: 'openai/gpt-oss-120b',
    usage: { status: 'reported', meters: { input_tokens: 19, output_tokens: 36 } },
    subUsages: [{ model: 'llama-3.3-70b-versatile', meters: { input_tokens: 7, output_tokens: 5 } }],
    findings: [],
  });
});

test.each([{}, { models: [] }, { models: [{ model: 7, usage }] }, { models: [{ model: 'm' }] }, null, 'x'])(
  'a breakdown that says nothing leaves the usage as it is',
  (usage_breakdown) => {
    const extracted = extractUsage({ provider: 'groq', body: { model: 'groq/compound', usage, usage_breakdown } });
    expect([extracted.model, extracted.usage.meters, extracted.subUsages]).toEqual([
      'groq/compound',
      { input_tokens: 26, output_tokens: 41 },
      [],
    ]);
  },
);
