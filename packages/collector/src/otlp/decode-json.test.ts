import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeJson } from './decode-json.ts';
import {
  decoderContract,
  encodeJson,
  expectedTraces,
  plainRequest,
  TEST_KEYS,
  withoutPlace,
} from './decoder.contract.ts';
import { OtlpDecodeError } from './otlp-decode-error.ts';

decoderContract('json', encodeJson, decodeJson);
decoderContract('json with white space', (request) => encodeJson(request, 3), decodeJson);

/** A request around one span and its attributes, written out. */
function bodyWith(span: string): Buffer {
  return Buffer.from(`{"resourceSpans":[{"scopeSpans":[{"spans":[${span}]}]}]}`);
}

function readValue(json: string): unknown {
  const body = bodyWith(`{"attributes":[{"key":"x","value":${json}}]}`);
  return decodeJson(body, TEST_KEYS).spans[0]?.attributes.get('x');
}

test.each([
  ['{"intValue":"42"}', 42],
  ['{"intValue":42}', 42],
  ['{"intValue":"-7"}', -7],
  ['{"intValue":"9007199254740993"}', 9007199254740993n],
  ['{"intValue":"99999999999999999999999999"}', 1e26],
  ['{"intValue":1.5}', 1.5],
  ['{"intValue":"abc"}', 'abc'],
  ['{"intValue":true}', null],
  ['{"doubleValue":1e3}', 1000],
  ['{"doubleValue":"NaN"}', Number.NaN],
  ['{"doubleValue":"-Infinity"}', Number.NEGATIVE_INFINITY],
  ['{"doubleValue":"0x10"}', '0x10'],
  ['{"boolValue":false}', false],
  ['{"boolValue":"false"}', null],
  ['{"stringValue":"a\\u00e9\\n\\ud83d\\ude00"}', 'aé\n😀'],
  ['{"stringValue":null}', null],
  ['{"arrayValue":{"values":[{"stringValue":"a"}]}}', null],
  ['{}', null],
  ['null', null],
])('the value %s is read as %s', (json, expected) => {
  expect(readValue(json)).toEqual(expected);
});

test('a value is read when it stands before its key', () => {
  const body = bodyWith('{"attributes":[{"value":{"stringValue":"late"},"key":"x"}]}');
  expect(new Map(decodeJson(body, TEST_KEYS).spans[0]?.attributes)).toEqual(new Map([['x', 'late']]));
});

test('a key written with escapes is the same key', () => {
  const body = bodyWith('{"attributes":[{"\\u006bey":"\\u0078","value":{"stringValue":"v"}}]}');
  expect(new Map(decodeJson(body, TEST_KEYS).spans[0]?.attributes)).toEqual(new Map([['x', 'v']]));
});

test('resource and scope are found when they stand after the spans', () => {
  const span = '{"attributes":[{"key":"x","value":{"intValue":1}}]}';
  const body = Buffer.from(
    `{"resourceSpans":[{"scopeSpans":[{"spans":[${span}],"scope":{"name":"s"}}],"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"late"}}]}}]}`,
  );
  const [found] = decodeJson(body, TEST_KEYS).spans;
  expect(found?.scope.name).toBe('s');
  expect(new Map(found?.resource.attributes)).toEqual(new Map([['service.name', 'late']]));
});

test.each([
  ['upper-case ids', '"traceId":"ABCDEF00112233445566778899AABBCC"', { traceId: 'abcdef00112233445566778899aabbcc' }],
  ['base64 ids', '"traceId":"q83vABEiM0RVZneImaq7zA=="', { traceId: '' }],
  ['enum names', '"kind":"SPAN_KIND_CLIENT","status":{"code":"STATUS_CODE_ERROR"}', { kind: 3, statusCode: 2 }],
  ['enum numbers', '"kind":3,"status":{"code":2}', { kind: 3, statusCode: 2 }],
  ['times as numbers', '"startTimeUnixNano":1544712660300000123', { startedAtUs: 1_544_712_660_300_000 }],
  ['times that are none', '"startTimeUnixNano":"soon","endTimeUnixNano":-5', { startedAtUs: 0, endedAtUs: 0 }],
  [
    'nulls',
    '"traceId":null,"kind":null,"status":null,"startTimeUnixNano":null',
    { traceId: '', kind: 0, startedAtUs: 0 },
  ],
  ['fields nobody knows', '"start_time":{"a":[1,{"b":"]"}]},"kind":3', { kind: 3 }],
])('%s are understood', (_, fields, expected) => {
  const body = bodyWith(`{${fields},"attributes":[{"key":"x","value":{"intValue":1}}]}`);
  expect(decodeJson(body, TEST_KEYS).spans[0]).toMatchObject(expected);
});

test('whatever JSON.parse reads is stepped over, and whatever it refuses is refused', () => {
  const almostJson = fc.oneof(
    fc.json(),
    fc.tuple(fc.json(), fc.nat(), fc.string({ maxLength: 2 })).map(([json, at, text]) => {
      const cut = at % (json.length + 1);
      return json.slice(0, cut) + text + json.slice(cut + text.length);
    }),
  );
  fc.assert(
    fc.property(almostJson, (json) => {
      const body = Buffer.from(`{"unknown":${json}}`);
      if (isJson(body.toString())) expect(decodeJson(body, TEST_KEYS).spanCount).toBe(0);
      else expect(() => decodeJson(body, TEST_KEYS)).toThrow(OtlpDecodeError);
    }),
    { numRuns: 3000 },
  );
});

test.each([
  ['nothing', ''],
  ['a list', '[]'],
  ['a text', '"x"'],
  ['two values', '{} {}'],
  ['a trailing comma', '{"a":1,}'],
  ['a list where an object belongs', '{"resourceSpans":{}}'],
  ['nesting without end', `{"a":${'['.repeat(200_000)}`],
])('%s is refused', (_, text) => {
  expect(() => decodeJson(Buffer.from(text), TEST_KEYS)).toThrow(OtlpDecodeError);
});

test('both encodings of one request are read alike', () => {
  fc.assert(
    fc.property(plainRequest, (request) => {
      expect(withoutPlace(decodeJson(encodeJson(request), TEST_KEYS))).toEqual(expectedTraces(request));
    }),
    { numRuns: 50 },
  );
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
