import { expect, test } from 'vitest';
import { extractUsage } from '../extract-usage.ts';

const counts = { prompt_tokens: 33, completion_tokens: 7163, total_tokens: 7196 };
const read = (model: string, more: object) =>
  extractUsage({ provider: 'perplexity', body: { model, usage: { ...counts, ...more } } });

test('deep research reads, reasons and searches beside the answer', () => {
  const more = { citation_tokens: 19028, num_search_queries: 18, reasoning_tokens: 73997, cost: { total_cost: 0.4 } };
  expect(read('sonar-deep-research', more)).toMatchObject({
    source: 'perplexity.chat',
    usage: {
      meters: {
        input_tokens: 33,
        output_tokens: 100188,
        output_citation_tokens: 19028,
        output_reasoning_tokens: 73997,
        web_searches: 18,
      },
    },
    context: { reported_cost: { amount: '0.4', currency: 'USD' } },
    findings: [],
  });
});

test('other models are billed by the request, not by the search', () => {
  expect(read('sonar-pro', { num_search_queries: 2 }).usage.meters).toEqual({ input_tokens: 33, output_tokens: 7163 });
});
