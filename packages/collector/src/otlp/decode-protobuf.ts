import { AttributeList } from './attribute-list.ts';
import type { KeyTable } from './key-table.ts';
import { ProtobufReader, WIRE_BYTES, WIRE_FIXED64, WIRE_VARINT } from './protobuf-reader.ts';
import { StringCache } from './string-cache.ts';
import type { AttributeValue, DecodedTraces, Resource, Scope, Span } from './traces.ts';
import { microsFromWords } from './unix-nano.ts';

const field = (number: number, wireType: number): number => number * 8 + wireType;

const REQUEST_RESOURCE_SPANS = field(1, WIRE_BYTES);
const RESOURCE_SPANS_RESOURCE = field(1, WIRE_BYTES);
const RESOURCE_SPANS_SCOPE_SPANS = field(2, WIRE_BYTES);
const RESOURCE_ATTRIBUTES = field(1, WIRE_BYTES);
const SCOPE_SPANS_SCOPE = field(1, WIRE_BYTES);
const SCOPE_SPANS_SPANS = field(2, WIRE_BYTES);
const SCOPE_NAME = field(1, WIRE_BYTES);
const SCOPE_VERSION = field(2, WIRE_BYTES);
const SPAN_TRACE_ID = field(1, WIRE_BYTES);
const SPAN_SPAN_ID = field(2, WIRE_BYTES);
const SPAN_PARENT_SPAN_ID = field(4, WIRE_BYTES);
const SPAN_KIND = field(6, WIRE_VARINT);
const SPAN_START = field(7, WIRE_FIXED64);
const SPAN_END = field(8, WIRE_FIXED64);
const SPAN_ATTRIBUTES = field(9, WIRE_BYTES);
const SPAN_STATUS = field(15, WIRE_BYTES);
const STATUS_CODE = field(3, WIRE_VARINT);
const KEY_VALUE_KEY = field(1, WIRE_BYTES);
const KEY_VALUE_VALUE = field(2, WIRE_BYTES);
const ANY_STRING = field(1, WIRE_BYTES);
const ANY_BOOL = field(2, WIRE_VARINT);
const ANY_INT = field(3, WIRE_VARINT);
const ANY_DOUBLE = field(4, 1);
const ANY_ARRAY = field(5, WIRE_BYTES);
const ANY_MAP = field(6, WIRE_BYTES);
const ANY_BYTES = field(7, WIRE_BYTES);

const NO_ATTRIBUTES = new AttributeList();
const strings = new StringCache();

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
/** A resource while it is read. */
type OpenResource = { attributes: AttributeList };

/**
 * Reads an `ExportTraceServiceRequest`. Only the attributes in `keys` are read; everything else, prompts included, is
 * stepped over by its length. The depth is fixed by the schema, so there is no recursion to exhaust.
 * @throws OtlpDecodeError when the bytes are not such a message.
 */
export function decodeProtobuf(body: Buffer, keys: KeyTable): DecodedTraces {
  const reader = new ProtobufReader(body);
  const traces: Mutable<DecodedTraces> & { spans: Span[] } = { spanCount: 0, spans: [] };
  while (reader.at < reader.end) {
    const tag = reader.tag();
    if (tag === REQUEST_RESOURCE_SPANS) readResourceSpans(reader, keys, traces);
    else reader.skip(tag);
  }
  return traces;
}

type Traces = Mutable<DecodedTraces> & { spans: Span[] };

function readResourceSpans(reader: ProtobufReader, keys: KeyTable, traces: Traces): void {
  const resource: OpenResource = { attributes: NO_ATTRIBUTES };
  const outer = enter(reader);
  while (reader.at < reader.end) {
    const tag = reader.tag();
    if (tag === RESOURCE_SPANS_RESOURCE) readResource(reader, keys, resource);
    else if (tag === RESOURCE_SPANS_SCOPE_SPANS) readScopeSpans(reader, keys, traces, resource);
    else reader.skip(tag);
  }
  reader.end = outer;
}

function readResource(reader: ProtobufReader, keys: KeyTable, resource: OpenResource): void {
  const outer = enter(reader);
  while (reader.at < reader.end) {
    const tag = reader.tag();
    if (tag === RESOURCE_ATTRIBUTES) resource.attributes = readAttribute(reader, keys, resource.attributes);
    else reader.skip(tag);
  }
  reader.end = outer;
}

function readScopeSpans(reader: ProtobufReader, keys: KeyTable, traces: Traces, resource: Resource): void {
  const scope: Mutable<Scope> = { name: '', version: '' };
  const outer = enter(reader);
  while (reader.at < reader.end) {
    const tag = reader.tag();
    if (tag === SCOPE_SPANS_SPANS) readSpan(reader, keys, traces, resource, scope);
    else if (tag === SCOPE_SPANS_SCOPE) readScope(reader, scope);
    else reader.skip(tag);
  }
  reader.end = outer;
}

function readScope(reader: ProtobufReader, scope: Mutable<Scope>): void {
  const outer = enter(reader);
  while (reader.at < reader.end) {
    const tag = reader.tag();
    if (tag === SCOPE_NAME) scope.name = readString(reader);
    else if (tag === SCOPE_VERSION) scope.version = readString(reader);
    else reader.skip(tag);
  }
  reader.end = outer;
}

function readSpan(reader: ProtobufReader, keys: KeyTable, traces: Traces, resource: Resource, scope: Scope): void {
  const outer = enter(reader);
  const place = reader.at;
  let traceAt = 0;
  let traceEnd = 0;
  let spanAt = 0;
  let spanEnd = 0;
  let parentAt = 0;
  let parentEnd = 0;
  let kind = 0;
  let startedAtUs = 0;
  let endedAtUs = 0;
  let statusCode = 0;
  let attributes = NO_ATTRIBUTES;
  while (reader.at < reader.end) {
    const tag = reader.tag();
    switch (tag) {
      case SPAN_ATTRIBUTES:
        attributes = readAttribute(reader, keys, attributes);
        break;
      case SPAN_TRACE_ID:
        traceEnd = reader.boundary();
        traceAt = reader.at;
        reader.at = traceEnd;
        break;
      case SPAN_SPAN_ID:
        spanEnd = reader.boundary();
        spanAt = reader.at;
        reader.at = spanEnd;
        break;
      case SPAN_PARENT_SPAN_ID:
        parentEnd = reader.boundary();
        parentAt = reader.at;
        reader.at = parentEnd;
        break;
      case SPAN_KIND:
        kind = reader.varint64();
        break;
      case SPAN_START:
        startedAtUs = microsFromWords(reader.fixed64(), reader.high);
        break;
      case SPAN_END:
        endedAtUs = microsFromWords(reader.fixed64(), reader.high);
        break;
      case SPAN_STATUS:
        statusCode = readStatus(reader);
        break;
      default:
        reader.skip(tag);
    }
  }
  reader.end = outer;
  traces.spanCount += 1;
  if (attributes === NO_ATTRIBUTES) return;
  traces.spans.push({
    traceId: readId(reader.buffer, traceAt, traceEnd, 16),
    spanId: readId(reader.buffer, spanAt, spanEnd, 8),
    parentSpanId: readId(reader.buffer, parentAt, parentEnd, 8),
    kind,
    startedAtUs,
    endedAtUs,
    statusCode,
    attributes,
    resource,
    scope,
    place,
  });
}

function readStatus(reader: ProtobufReader): number {
  let code = 0;
  const outer = enter(reader);
  while (reader.at < reader.end) {
    const tag = reader.tag();
    if (tag === STATUS_CODE) code = reader.varint64();
    else reader.skip(tag);
  }
  reader.end = outer;
  return code;
}

/** Reads one `KeyValue` into `attributes`, which is replaced by a map of its own when it was {@link NO_ATTRIBUTES}. */
function readAttribute(reader: ProtobufReader, keys: KeyTable, attributes: AttributeList): AttributeList {
  let keyAt = 0;
  let keyEnd = 0;
  let valueAt = 0;
  let valueEnd = 0;
  const outer = enter(reader);
  while (reader.at < reader.end) {
    const tag = reader.tag();
    if (tag === KEY_VALUE_KEY) {
      keyEnd = reader.boundary();
      keyAt = reader.at;
      reader.at = keyEnd;
    } else if (tag === KEY_VALUE_VALUE) {
      valueEnd = reader.boundary();
      valueAt = reader.at;
      reader.at = valueEnd;
    } else reader.skip(tag);
  }
  const after = reader.at;
  const key = keys.match(reader.buffer, keyAt, keyEnd);
  let result = attributes;
  if (key !== undefined) {
    if (result === NO_ATTRIBUTES) result = new AttributeList();
    reader.at = valueAt;
    reader.end = valueEnd;
    result.set(key, readAnyValue(reader));
    reader.at = after;
  }
  reader.end = outer;
  return result;
}

function readAnyValue(reader: ProtobufReader): AttributeValue {
  let value: AttributeValue = null;
  while (reader.at < reader.end) {
    const tag = reader.tag();
    switch (tag) {
      case ANY_STRING:
        value = readString(reader);
        break;
      case ANY_BOOL:
        value = reader.varint64() !== 0 || reader.high !== 0;
        break;
      case ANY_INT:
        value = signed64(reader.varint64(), reader.high);
        break;
      case ANY_DOUBLE:
        value = reader.double();
        break;
      case ANY_ARRAY:
      case ANY_MAP:
      case ANY_BYTES:
        value = null;
        reader.skip(tag);
        break;
      default:
        reader.skip(tag);
    }
  }
  return value;
}

function signed64(low: number, high: number): number | bigint {
  const value = (high | 0) * 4_294_967_296 + low;
  if (Number.isSafeInteger(value)) return value;
  return (BigInt(high | 0) << 32n) | BigInt(low);
}

function readString(reader: ProtobufReader): string {
  const end = reader.boundary();
  const text = strings.read(reader.buffer, reader.at, end);
  reader.at = end;
  return text;
}

function readId(buffer: Buffer, start: number, end: number, length: number): string {
  if (end - start !== length) return '';
  for (let at = start; at < end; at += 1) {
    if (buffer[at] !== 0) return buffer.toString('hex', start, end);
  }
  return '';
}

/** Narrows the reader to the message that begins here; returns the end to restore after it. */
function enter(reader: ProtobufReader): number {
  const outer = reader.end;
  reader.end = reader.boundary();
  return outer;
}
