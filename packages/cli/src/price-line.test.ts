import { expect, test } from 'vitest';
import { parsePriceLine } from './price-line.ts';

const nowMs = Date.parse('2026-11-23T12:00:00Z');

test('a line says who, what and when', () => {
  expect(
    parsePriceLine(
      {
        id: 'a1',
        provider: 'openai',
        model: 'gpt-5',
        at: '2026-01-01T00:00:00Z',
        usage: { input_tokens: 12 },
        context: { service_tier: 'flex', batch: true, prompt_tokens: 900 },
        reported_cost: { amount: '0.01', currency: 'USD' },
      },
      nowMs,
    ),
  ).toEqual({
    kind: 'call',
    id: 'a1',
    request: {
      provider: 'openai',
      model: 'gpt-5',
      atUs: Date.parse('2026-01-01T00:00:00Z') * 1000,
      usage: { status: 'reported', meters: { input_tokens: 12 } },
      context: {
        service_tier: 'flex',
        batch: true,
        prompt_tokens: 900,
        reported_cost: { amount: '0.01', currency: 'USD' },
      },
    },
  });
});

test('a call that does not say when was now', () => {
  expect(parsePriceLine({ provider: 'openai', model: 'gpt-5', usage: {} }, nowMs)).toMatchObject({
    request: { atUs: nowMs * 1000 },
  });
});

test('a call without usage is unavailable, not free', () => {
  expect(parsePriceLine({ provider: 'openai', model: 'gpt-5' }, nowMs)).toMatchObject({
    request: { usage: { status: 'unavailable' } },
  });
});

test('a call that states it used nothing costs nothing; only silence is unknown', () => {
  expect(parsePriceLine({ provider: 'openai', model: 'gpt-5', usage: {} }, nowMs)).toMatchObject({
    request: { usage: { status: 'reported', meters: {} } },
  });
});

test('all mistakes of a line are named at once', () => {
  const line = parsePriceLine(
    {
      provider: '',
      model: 3,
      at: 'yesterday',
      usage: { input_tokens: -1, coins: 2 },
      context: { service_tier: 5, prompt_tokens: 0.5, colour: 'red' },
      reported_cost: { amount: 0.1 },
    },
    nowMs,
  );
  expect(line).toMatchObject({ kind: 'invalid', id: null, status: 'unpriced', reason: 'input_invalid' });
  expect(line.kind === 'invalid' && line.findings.map((finding) => finding.at)).toEqual([
    'provider',
    'model',
    'at',
    'context.service_tier',
    'context.prompt_tokens',
    'context.colour',
    'reported_cost',
    'usage.input_tokens',
    'usage.coins',
  ]);
});

test('a bad count is inconsistent, and the other counts are not priced without it', () => {
  expect(
    parsePriceLine(
      { id: 7, provider: 'openai', model: 'gpt-5', usage: { input_tokens: 5, output_tokens: Number.NaN } },
      nowMs,
    ),
  ).toMatchObject({
    kind: 'invalid',
    id: 7,
    status: 'inconsistent',
    reason: 'usage_invalid',
  });
});

test.each([null, [], 'text', 4])('%j is not a line', (value) => {
  expect(parsePriceLine(value, nowMs)).toMatchObject({ kind: 'invalid', reason: 'input_invalid' });
});
