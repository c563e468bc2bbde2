import { expect, test } from 'vitest';
import { decodeProtobuf } from '../otlp/decode-protobuf.ts';
import { encodeProtobuf, type PlainRequest } from '../otlp/decoder.contract.ts';
import { READ_ATTRIBUTES } from '../otlp/read-attributes.ts';
import { redactJson } from './redact-json.ts';
import { redactProtobuf } from './redact-protobuf.ts';
import { replaced } from './replacements.ts';

const replacements = {
  attributes: new Set(['user.id']),
  texts: new Map([
    ['jane@example.com', 'p_1'],
    ['42', 'p_2'],
    ['ann', 'p_3'],
    ['o"neil-x', 'p_4'],
  ]),
};

test.each([
  ['jane@example.com', 'p_1'],
  ['mail jane@example.com, jane@example.com', 'mail p_1, p_1'],
  ['ann', 'p_3'],
  ['annual', 'annual'],
  ['{"who":"o\\"neil-x"}', '{"who":"p_4"}'],
  ['nobody', 'nobody'],
])('%s becomes %s', (text, expected) => {
  expect(replaced(text, replacements)).toBe(expected);
});

test('numbers of a JSON body keep every digit, and a person that is a number becomes a text', () => {
  const body =
    '{"a":12345678901234567890,"b":1.50,"attributes":[{"key":"user.id","value":{"intValue":42}},{"key":"n","value":{"intValue":42}}]}';
  expect(redactJson(Buffer.from(body), replacements).toString()).toBe(
    '{"a":12345678901234567890,"b":1.50,"attributes":[{"key":"user.id","value":{"stringValue":"p_2"}},{"key":"n","value":{"intValue":42}}]}',
  );
});

const span = (attributes: readonly object[]): PlainRequest =>
  ({
    resourceSpans: [
      {
        resource: { attributes: [{ key: 'user.id', value: { stringValue: 'ann' } }] },
        scopeSpans: [
          {
            spans: [
              {
                traceId: 'ab'.repeat(16),
                spanId: 'cd'.repeat(8),
                name: 'chat',
                kind: 3,
                startTimeUnixNano: '1760000000000000000',
                endTimeUnixNano: '1760000001000000000',
                attributes,
              },
            ],
          },
        ],
      },
    ],
  }) as unknown as PlainRequest;

test('a protobuf body without persons is the same bytes, and one with them reads as before but for them', () => {
  const none = encodeProtobuf(span([{ key: 'gen_ai.request.model', value: { stringValue: 'gpt-4o' } }]));
  expect(redactProtobuf(none, { attributes: new Set(), texts: new Map() })).toEqual(none);
  const body = encodeProtobuf(
    span([
      { key: 'user.id', value: { intValue: 42 } },
      { key: 'gen_ai.request.model', value: { stringValue: 'gpt-4o' } },
    ]),
  );
  const [read] = decodeProtobuf(redactProtobuf(body, replacements), READ_ATTRIBUTES).spans;
  expect(read).toMatchObject({ traceId: 'ab'.repeat(16), startedAtUs: 1_760_000_000_000_000 });
  expect([...(read?.attributes ?? [])]).toEqual([
    ['user.id', 'p_2'],
    ['gen_ai.request.model', 'gpt-4o'],
  ]);
  expect(read?.resource.attributes.get('user.id')).toBe('p_3');
});
