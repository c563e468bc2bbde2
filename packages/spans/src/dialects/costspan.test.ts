import { expect, test } from 'vitest';
import { dialectContract, spanWith } from '../testing/dialect.contract.ts';
import { costspan } from './costspan.ts';

const OURS = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'openai',
  'gen_ai.request.model': 'gpt-x',
  'gen_ai.response.model': 'gpt-x-2026',
  'gen_ai.response.id': 'resp_1',
  'gen_ai.response.time_to_first_chunk': 0.25,
  'gen_ai.usage.input_tokens': 100,
  'gen_ai.usage.output_tokens': 10,
  'gen_ai.usage.cache_read.input_tokens': 40,
  'gen_ai.usage.cache_write.input_tokens': 5,
  'gen_ai.usage.reasoning.output_tokens': 3,
  'costspan.meter.web_searches': 2,
  'costspan.meter.seconds': 1.5,
  'costspan.usage.status': 'reported',
  'costspan.outcome': 'truncated',
  'costspan.context.service_tier': 'flex',
  'costspan.context.speed': 'fast',
  'costspan.context.region': 'eu',
  'costspan.context.batch': true,
  'costspan.context.prompt_tokens': 25,
};

dialectContract(costspan, [spanWith(OURS)]);

test('every meter and every axis of the context is read', () => {
  expect(costspan.read(spanWith(OURS))).toEqual({
    kind: 'call',
    provider: 'openai',
    operation: 'chat',
    requestModel: 'gpt-x',
    responseModel: 'gpt-x-2026',
    responseId: 'resp_1',
    timeToFirstChunkUs: 250_000,
    meters: {
      input_tokens: 100,
      output_tokens: 10,
      cache_read_tokens: 40,
      cache_write_tokens: 5,
      output_reasoning_tokens: 3,
      web_searches: 2,
      seconds: 1.5,
    },
    usageStatus: 'reported',
    context: { service_tier: 'flex', speed: 'fast', region: 'eu', batch: true, prompt_tokens: 25 },
    outcome: 'truncated',
    findings: [],
  });
});

test.each(['many', -1, 0.5])('a size of prompts of %s says nothing', (size) => {
  const { context } = costspan.read(spanWith({ ...OURS, 'costspan.context.prompt_tokens': size }));
  expect(context).not.toHaveProperty('prompt_tokens');
});

test('a meter this collector does not know is a finding, not silence', () => {
  const { meters, findings } = costspan.read(spanWith({ ...OURS, 'costspan.meter.holograms': 3 }));
  expect(meters).not.toHaveProperty('holograms');
  expect(findings).toEqual([expect.objectContaining({ code: 'METER_UNKNOWN', meter: 'holograms' })]);
});

test.each([
  ['estimated', { input_tokens: 5 }, 'estimated'],
  ['reported', { input_tokens: 5 }, 'reported'],
  ['unavailable', {}, 'unavailable'],
  ['reported', {}, 'unavailable'],
])('usage said to be %s with the meters %o is %s', (stated, meters, expected) => {
  const span = spanWith({
    'costspan.usage.status': stated,
    ...('input_tokens' in meters ? { 'gen_ai.usage.input_tokens': 5 } : {}),
  });
  expect(costspan.read(span).usageStatus).toBe(expected);
});

test('an outcome nobody knows falls back to the status of the span', () => {
  const stated = { 'costspan.usage.status': 'reported', 'costspan.outcome': 'exploded' };
  expect(costspan.read(spanWith(stated)).outcome).toBe('ok');
  expect(costspan.read(spanWith(stated, { statusCode: 2 })).outcome).toBe('error');
});
