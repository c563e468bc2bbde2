import { expect, test } from 'vitest';
import { normalise } from '../normalise.ts';
import { dialectContract, spanWith } from '../testing/dialect.contract.ts';
import { recordedSpans } from '../testing/recorded-spans.contract.ts';
import { mistralNative } from './mistral-native.ts';

dialectContract(mistralNative, recordedSpans('mistral-native'));

const scope = { name: 'mistralai_sdk_tracer', version: '' };

test('what the SDK emits is read', () => {
  expect(normalise(recordedSpans('mistral-native')[0])).toMatchObject({
    call: {
      provider: 'mistral_ai',
      requestModel: 'mistral-large-latest',
      responseModel: 'mistral-large-2411',
      maxTokens: 64,
      temperature: 0.5,
      usage: { meters: { input_tokens: 1000, output_tokens: 50 } },
    },
  });
});

test.each([
  [
    'a conversation, which is one request',
    { 'gen_ai.operation.name': 'invoke_agent', 'http.request.method': 'POST' },
    'call',
  ],
  ['an output of its answer', { 'gen_ai.operation.name': 'chat' }, 'other'],
  ['a tool that ran inside it', { 'gen_ai.operation.name': 'execute_tool' }, 'tool'],
  ['making an agent', { 'gen_ai.operation.name': 'create_agent', 'http.request.method': 'POST' }, 'agent'],
])('%s is: %s', (_, attributes, kind) => {
  expect(mistralNative.read(spanWith(attributes, { scope, kind: 1 })).kind).toBe(kind);
});

test('pages that were read are counted', () => {
  const span = spanWith(
    {
      'gen_ai.operation.name': 'generate_content',
      'http.request.method': 'POST',
      'mistral_ai.ocr.usage.pages_processed': 3,
    },
    { scope },
  );
  expect(mistralNative.read(span).meters).toEqual({ pages: 3 });
});
