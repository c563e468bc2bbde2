import fc from 'fast-check';
import protobuf from 'protobufjs';
import { describe, expect, test } from 'vitest';
import { KeyTable } from './key-table.ts';
import { OtlpDecodeError } from './otlp-decode-error.ts';
import type { AttributeValue, DecodedTraces } from './traces.ts';

/** A request as plain data, from which every encoding is made and what a decoder must give is worked out. */
export interface PlainRequest {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly PlainAttribute[] };
    readonly scopeSpans: readonly {
      readonly scope: { readonly name: string; readonly version: string };
      readonly spans: readonly PlainSpan[];
    }[];
  }[];
}

interface PlainSpan {
  /** Hex. */
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly name: string;
  readonly kind: number;
  readonly startTimeUnixNano: bigint;
  readonly endTimeUnixNano: bigint;
  readonly attributes: readonly PlainAttribute[];
  readonly events: readonly { readonly name: string; readonly attributes: readonly PlainAttribute[] }[];
  readonly status: { readonly code: number; readonly message: string };
}

interface PlainAttribute {
  readonly key: string;
  readonly value: PlainValue;
}

export type PlainValue =
  | { readonly stringValue: string }
  | { readonly boolValue: boolean }
  | { readonly intValue: bigint }
  | { readonly doubleValue: number }
  | { readonly bytesValue: Uint8Array }
  | { readonly arrayValue: { readonly values: readonly PlainValue[] } }
  | { readonly kvlistValue: { readonly values: readonly PlainAttribute[] } }
  | Record<string, never>;

const READ_NAMES = ['gen_ai.request.model', 'gen_ai.usage.input_tokens', 'service.name', 'x'];
const READ_PREFIXES = ['costspan.tag.'];
export const TEST_KEYS = new KeyTable(READ_NAMES, READ_PREFIXES);

const TRACE_PROTO = `
syntax = "proto3";
message Request { repeated ResourceSpans resource_spans = 1; }
message ResourceSpans { Resource resource = 1; repeated ScopeSpans scope_spans = 2; string schema_url = 3; }
message Resource { repeated KeyValue attributes = 1; uint32 dropped_attributes_count = 2; }
message ScopeSpans { Scope scope = 1; repeated Span spans = 2; string schema_url = 3; }
message Scope { string name = 1; string version = 2; repeated KeyValue attributes = 3; }
message Span {
  bytes trace_id = 1; bytes span_id = 2; string trace_state = 3; bytes parent_span_id = 4; string name = 5; int32 kind = 6;
  fixed64 start_time_unix_nano = 7; fixed64 end_time_unix_nano = 8; repeated KeyValue attributes = 9;
  uint32 dropped_attributes_count = 10; repeated Event events = 11; Status status = 15; fixed32 flags = 16;
}
message Event { fixed64 time_unix_nano = 1; string name = 2; repeated KeyValue attributes = 3; }
message Status { string message = 2; int32 code = 3; }
message KeyValue { string key = 1; AnyValue value = 2; }
message AnyValue { oneof value {
  string string_value = 1; bool bool_value = 2; int64 int_value = 3; double double_value = 4;
  ArrayValue array_value = 5; KeyValueList kvlist_value = 6; bytes bytes_value = 7; } }
message ArrayValue { repeated AnyValue values = 1; }
message KeyValueList { repeated KeyValue values = 1; }
`;

const requestType = protobuf.parse(TRACE_PROTO).root.lookupType('Request');

/** The request as protobufjs, an implementation that is not ours, writes it. */
export function encodeProtobuf(request: PlainRequest): Buffer {
  const message = mapDeep(request, {
    bigint: (value) => ({
      low: Number(BigInt.asIntN(32, value)),
      high: Number(BigInt.asIntN(32, value >> 32n)),
      unsigned: false,
    }),
    id: (hex) => Buffer.from(hex, 'hex'),
    bytes: (bytes) => bytes,
    double: (value) => value,
  });
  return Buffer.from(requestType.encode(requestType.create(message as Record<string, unknown>)).finish());
}

/** What protobufjs reads out of a body. */
export function decodeWithProtobufjs(body: Buffer): unknown {
  return requestType.toObject(requestType.decode(body), { longs: String, bytes: String });
}

/** The request as OTLP/JSON text. */
export function encodeJson(request: PlainRequest, indent?: number): Buffer {
  const message = mapDeep(request, {
    bigint: String,
    id: (hex) => hex,
    bytes: (bytes) => Buffer.from(bytes).toString('base64'),
    double: (value) => (Number.isFinite(value) ? value : String(value)),
  });
  return Buffer.from(JSON.stringify(message, undefined, indent), 'utf8');
}

/** What must come out, worked out from the plain data. `place` is left out: it belongs to the encoding. */
export function expectedTraces(request: PlainRequest) {
  const spans = request.resourceSpans.flatMap(({ resource, scopeSpans }) =>
    scopeSpans.flatMap(({ scope, spans }) =>
      spans.flatMap((span) => {
        const attributes = readAttributes(span.attributes);
        if (attributes.size === 0) return [];
        return {
          traceId: validId(span.traceId, 32),
          spanId: validId(span.spanId, 16),
          parentSpanId: validId(span.parentSpanId, 16),
          kind: span.kind,
          startedAtUs: Number(span.startTimeUnixNano / 1000n),
          endedAtUs: Number(span.endTimeUnixNano / 1000n),
          statusCode: span.status.code,
          attributes,
          resource: { attributes: readAttributes(resource.attributes) },
          scope,
        };
      }),
    ),
  );
  const spanCount = request.resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)).length;
  return { spanCount, spans };
}

export const plainRequest: fc.Arbitrary<PlainRequest> = arbitraryRequest();

/** Promises that every decoder keeps, whatever the encoding. */
export function decoderContract(
  name: string,
  encode: (request: PlainRequest) => Buffer,
  decode: (body: Buffer, keys: KeyTable) => DecodedTraces,
): void {
  describe(name, () => {
    test('what is read is what was written', () => {
      fc.assert(
        fc.property(plainRequest, (request) => {
          expect(withoutPlace(decode(encode(request), TEST_KEYS))).toEqual(expectedTraces(request));
        }),
        { numRuns: 300 },
      );
    });

    test('a body cut anywhere is read or refused with the byte, never anything else', () => {
      fc.assert(
        fc.property(plainRequest, fc.nat(), (request, cut) => {
          const body = encode(request);
          readsOrRefuses(decode, body.subarray(0, cut % (body.length + 1)));
        }),
        { numRuns: 300 },
      );
    });

    test('a body with bytes changed is read or refused with the byte, never anything else', () => {
      const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 8 });
      fc.assert(
        fc.property(plainRequest, changes, (request, bytes) => {
          const body = encode(request);
          for (const [at, byte] of bytes) body[at % body.length] = byte;
          readsOrRefuses(decode, body);
        }),
        { numRuns: 500 },
      );
    });

    test('the text of attributes that were not asked for is never made', () => {
      const prompt = 'do not read this '.repeat(1000);
      const asked = { key: 'x', value: { stringValue: 'asked' } };
      const unasked = { key: 'gen_ai.input.messages', value: { stringValue: prompt } };
      const span: PlainSpan = {
        traceId: 'ab'.repeat(16),
        spanId: 'cd'.repeat(8),
        parentSpanId: '',
        name: prompt,
        kind: 3,
        startTimeUnixNano: 1_000n,
        endTimeUnixNano: 2_000n,
        attributes: [unasked, asked, { key: prompt, value: { kvlistValue: { values: [unasked] } } }],
        events: [{ name: prompt, attributes: [unasked] }],
        status: { code: 0, message: prompt },
      };
      const scopeSpans = [{ scope: { name: 's', version: '1' }, spans: [span] }];
      const { buffer, lengths } = watched(
        encode({ resourceSpans: [{ resource: { attributes: [unasked] }, scopeSpans }] }),
      );
      expect(new Map(decode(buffer, TEST_KEYS).spans[0]?.attributes)).toEqual(new Map([['x', 'asked']]));
      // Ids are the longest texts we make; one that is known already is not made again.
      expect(lengths.filter((length) => length > span.traceId.length)).toEqual([]);
      buffer.toString('latin1');
      expect(lengths.at(-1), 'the watch sees what is made').toBe(buffer.length);
    });

    test('garbage is read or refused with the byte, never anything else', () => {
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => readsOrRefuses(decode, Buffer.from(bytes))),
        { numRuns: 1000 },
      );
    });
  });
}

/** The same bytes, and the length of every text that is made of them. */
function watched(body: Buffer): { readonly buffer: Buffer; readonly lengths: readonly number[] } {
  const lengths: number[] = [];
  const buffer = new Proxy(body, {
    get: (target, name) => {
      const value = Reflect.get(target, name, target) as unknown;
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => {
        const result = Reflect.apply(value as (...args: unknown[]) => unknown, target, args);
        if (typeof result === 'string') lengths.push(result.length);
        return result;
      };
    },
  });
  return { buffer, lengths };
}

/** The spans as plain data. */
export function withoutPlace({ spanCount, spans }: DecodedTraces) {
  return {
    spanCount,
    spans: spans.map(({ place: _, ...span }) => ({
      ...span,
      attributes: new Map(span.attributes),
      resource: { attributes: new Map(span.resource.attributes) },
    })),
  };
}

function readsOrRefuses(decode: (body: Buffer, keys: KeyTable) => DecodedTraces, body: Buffer): void {
  try {
    decode(body, TEST_KEYS);
  } catch (error) {
    expect(error).toBeInstanceOf(OtlpDecodeError);
    expect((error as OtlpDecodeError).offset).toBeGreaterThanOrEqual(0);
    expect((error as OtlpDecodeError).offset).toBeLessThanOrEqual(body.length);
  }
}

function readAttributes(attributes: readonly PlainAttribute[]): Map<string, AttributeValue> {
  const read = new Map<string, AttributeValue>();
  for (const { key, value } of attributes) {
    const isRead = READ_NAMES.includes(key) || READ_PREFIXES.some((prefix) => key.startsWith(prefix) && key !== prefix);
    if (isRead) read.set(key, scalarOf(value));
  }
  return read;
}

function scalarOf(value: PlainValue): AttributeValue {
  if ('stringValue' in value) return value.stringValue as string;
  if ('boolValue' in value) return value.boolValue as boolean;
  if ('doubleValue' in value) return value.doubleValue as number;
  if (!('intValue' in value)) return null;
  const integer = value.intValue as bigint;
  return Number.isSafeInteger(Number(integer)) ? Number(integer) : integer;
}

function validId(hex: string, length: number): string {
  return hex.length === length && !/^0+$/.test(hex) ? hex.toLowerCase() : '';
}

interface Encoding {
  readonly bigint: (value: bigint) => unknown;
  readonly id: (hex: string) => unknown;
  readonly bytes: (bytes: Uint8Array) => unknown;
  readonly double: (value: number) => unknown;
}

function mapDeep(value: unknown, encoding: Encoding, key = ''): unknown {
  if (typeof value === 'bigint') return encoding.bigint(value);
  if (typeof value === 'string' && /^(traceId|spanId|parentSpanId)$/.test(key)) return encoding.id(value);
  if (typeof value === 'number' && key === 'doubleValue') return encoding.double(value);
  if (value instanceof Uint8Array) return encoding.bytes(value);
  if (Array.isArray(value)) return value.map((item) => mapDeep(item, encoding));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, mapDeep(item, encoding, name)]));
}

function arbitraryRequest(): fc.Arbitrary<PlainRequest> {
  const text = fc.string({ unit: 'grapheme', maxLength: 80 });
  const { value } = fc.letrec<{ value: PlainValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      fc.record({ stringValue: text }),
      fc.record({ boolValue: fc.boolean() }),
      fc.record({ intValue: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }) }),
      fc.record({ intValue: fc.integer({ min: -5, max: 2000 }).map(BigInt) }),
      fc.record({ doubleValue: fc.double() }),
      fc.record({ bytesValue: fc.uint8Array({ maxLength: 9 }) }),
      fc.constant({}),
      fc.record({ arrayValue: fc.record({ values: fc.array(tie('value'), { maxLength: 3 }) }) }),
      fc.record({
        kvlistValue: fc.record({ values: fc.array(fc.record({ key: text, value: tie('value') }), { maxLength: 3 }) }),
      }),
    ),
  }));
  const key = fc.oneof(
    fc.constantFrom(
      ...READ_NAMES,
      'costspan.tag.customer_id',
      'costspan.tag.',
      'costspan.tag',
      'gen_ai.prompt',
      'y',
      '',
    ),
    text,
    text.map((end) => `costspan.tag.${end}`),
  );
  const attributes = fc.array(fc.record({ key, value }), { maxLength: 6 });
  const nanos = fc.bigInt({ min: 0n, max: 9_000_000_000_000_000_000n });
  const span = fc.record({
    traceId: hexId(16),
    spanId: hexId(8),
    parentSpanId: fc.oneof(fc.constant(''), hexId(8)),
    name: text,
    kind: fc.nat(5),
    startTimeUnixNano: nanos,
    endTimeUnixNano: nanos,
    attributes,
    events: fc.array(fc.record({ name: text, attributes }), { maxLength: 2 }),
    status: fc.record({ code: fc.nat(2), message: text }),
  });
  return fc.record({
    resourceSpans: fc.array(
      fc.record({
        resource: fc.record({ attributes }),
        scopeSpans: fc.array(
          fc.record({ scope: fc.record({ name: text, version: text }), spans: fc.array(span, { maxLength: 4 }) }),
          { maxLength: 3 },
        ),
      }),
      { maxLength: 3 },
    ),
  });
}

function hexId(bytes: number): fc.Arbitrary<string> {
  const ofLength = (length: number) =>
    fc.uint8Array({ minLength: length, maxLength: length }).map((id) => Buffer.from(id).toString('hex'));
  return fc.oneof({ weight: 8, arbitrary: ofLength(bytes) }, fc.constant('00'.repeat(bytes)), ofLength(bytes - 1));
}
