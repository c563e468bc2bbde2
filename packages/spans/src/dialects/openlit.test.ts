import { expect, test } from 'vitest';
import { normalise } from '../normalise.ts';
import { dialectContract, spanWith } from '../testing/dialect.contract.ts';
import { recordedSpans } from '../testing/recorded-spans.contract.ts';
import { openLit } from './openlit.ts';

dialectContract(openLit, recordedSpans('openlit'));

test("Anthropic's input count is without the cached tokens, OpenAI's with them", () => {
  const [anthropic, openai] = recordedSpans('openlit').map((span) => normalise(span));
  expect(anthropic).toMatchObject({
    call: {
      provider: 'anthropic',
      usage: { meters: { input_tokens: 1000, cache_read_tokens: 400, cache_write_tokens: 100, output_tokens: 50 } },
      tags: { environment: 'prod' },
    },
  });
  expect(openai).toMatchObject({
    call: {
      provider: 'openai',
      usage: { meters: { input_tokens: 1000, cache_read_tokens: 400, output_tokens: 50 } },
      context: { service_tier: 'default' },
      tags: { user: 'u1' },
    },
  });
});

test('the cost of its own price list, 0 for models it lacks, is not taken for what was charged', () => {
  for (const span of recordedSpans('openlit')) {
    expect(span.attributes.get('gen_ai.usage.cost')).toBe(0);
    const normalised = normalise(span);
    expect(normalised.kind === 'call' && normalised.call.context).not.toHaveProperty('reported_cost');
  }
});

test.each([
  ['openlit.otel.tracing', true],
  ['@openlit/instrumentation-cohere', true],
  ['somebody', false],
])('a span of the scope %s is its own: %s', (name, own) => {
  const span = spanWith({ 'gen_ai.operation.name': 'chat' }, { scope: { name, version: '' } });
  expect(openLit.recognises(span)).toBe(own);
});
