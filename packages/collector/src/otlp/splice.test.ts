import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AddedAttribute } from './added-attribute.ts';
import { decodeJson } from './decode-json.ts';
import { decodeProtobuf } from './decode-protobuf.ts';
import {
  decodeWithProtobufjs,
  encodeJson,
  encodeProtobuf,
  type PlainRequest,
  plainRequest,
  TEST_KEYS,
} from './decoder.contract.ts';
import { spliceJson } from './splice-json.ts';
import { spliceProtobuf } from './splice-protobuf.ts';

const addedAttributes: fc.Arbitrary<AddedAttribute[]> = fc.array(
  fc.record({
    key: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }),
    value: fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 200 }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
    ),
  }),
  { minLength: 1, maxLength: 4 },
);

/** Puts the attributes on every chosen span of the plain data: what splicing must be equal to. */
function withAdded(
  request: PlainRequest,
  chosen: (readable: number) => readonly AddedAttribute[] | undefined,
): PlainRequest {
  let readable = -1;
  return {
    resourceSpans: request.resourceSpans.map((resourceSpans) => ({
      ...resourceSpans,
      scopeSpans: resourceSpans.scopeSpans.map((scopeSpans) => ({
        ...scopeSpans,
        spans: scopeSpans.spans.map((span) => {
          const one = {
            resourceSpans: [{ resource: { attributes: [] }, scopeSpans: [{ ...scopeSpans, spans: [span] }] }],
          };
          if (decodeProtobuf(encodeProtobuf(one), TEST_KEYS).spans.length === 0) return span;
          readable += 1;
          const added = (chosen(readable) ?? []).map(({ key, value }) => ({ key, value: plainValue(value) }));
          return { ...span, attributes: [...span.attributes, ...added] };
        }),
      })),
    })),
  };
}

function plainValue(value: string | number | boolean) {
  if (typeof value === 'string') return { stringValue: value };
  return typeof value === 'boolean' ? { boolValue: value } : { doubleValue: value };
}

const choices = fc.array(fc.option(addedAttributes, { nil: undefined }), { minLength: 1, maxLength: 8 });

test('a spliced protobuf body is the request with the attributes on it', () => {
  fc.assert(
    fc.property(plainRequest, choices, (request, choice) => {
      const body = encodeProtobuf(request);
      const { spans } = decodeProtobuf(body, TEST_KEYS);
      const added = new Map(
        spans.flatMap(({ place }, index) => (choice[index] ? [[place, choice[index]] as const] : [])),
      );
      const expected = encodeProtobuf(withAdded(request, (index) => choice[index]));
      expect(decodeWithProtobufjs(spliceProtobuf(body, added))).toEqual(decodeWithProtobufjs(expected));
    }),
    { numRuns: 300 },
  );
});

test('a spliced JSON body is the request with the attributes on it', () => {
  fc.assert(
    fc.property(plainRequest, choices, fc.constantFrom(0, 2), (request, choice, indent) => {
      const body = encodeJson(request, indent);
      const { spans } = decodeJson(body, TEST_KEYS);
      const added = new Map(
        spans.flatMap(({ place }, index) => (choice[index] ? [[place, choice[index]] as const] : [])),
      );
      const expected = encodeJson(withAdded(request, (index) => choice[index]));
      expect(JSON.parse(spliceJson(body, added).toString())).toEqual(JSON.parse(expected.toString()));
    }),
    { numRuns: 300 },
  );
});

test('nothing to add leaves the bytes as they are', () => {
  fc.assert(
    fc.property(plainRequest, (request) => {
      expect(spliceProtobuf(encodeProtobuf(request), new Map())).toEqual(encodeProtobuf(request));
      expect(spliceJson(encodeJson(request), new Map())).toEqual(encodeJson(request));
    }),
    { numRuns: 50 },
  );
});

test('lengths written longer than needed do not lose an addition that takes exactly what they waste', () => {
  // resource_spans > scope_spans > span, each length in five bytes where one is enough: 4 wasted on each level.
  const padded = (tag: number, content: Buffer): Buffer =>
    Buffer.concat([Buffer.from([tag, 0x80 | content.length, 0x80, 0x80, 0x80, 0x00]), content]);
  const span = Buffer.from('4a070a017812021801', 'hex');
  const body = padded(0x0a, padded(0x12, padded(0x12, span)));
  const [found] = decodeProtobuf(body, TEST_KEYS).spans;
  // 8 bytes on the span are 4 on its scope and 0 on its resource.
  const spliced = spliceProtobuf(body, new Map([[found?.place ?? -1, [{ key: '', value: true }]]]));
  expect(decodeWithProtobufjs(spliced)).toEqual({
    resourceSpans: [
      {
        scopeSpans: [
          {
            spans: [
              {
                attributes: [{ key: 'x', value: { intValue: '1' } }, { value: { boolValue: true } }],
              },
            ],
          },
        ],
      },
    ],
  });
});
