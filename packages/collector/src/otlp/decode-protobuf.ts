import type { AttributeList } from './attribute-list.ts';
import type { KeyTable } from './key-table.ts';
import { NO_ATTRIBUTES, readAttribute, readString } from './protobuf-attributes.ts';
import { fieldTag, ProtobufReader, WIRE_BYTES, WIRE_FIXED64, WIRE_VARINT } from './protobuf-reader.ts';
import type { DecodedTraces, Resource, Scope, Span } from './traces.ts';
import { microsFromWords } from './unix-nano.ts';

const REQUEST_RESOURCE_SPANS = fieldTag(1, WIRE_BYTES);
const RESOURCE_SPANS_RESOURCE = fieldTag(1, WIRE_BYTES);
const RESOURCE_SPANS_SCOPE_SPANS = fieldTag(2, WIRE_BYTES);
const RESOURCE_ATTRIBUTES = fieldTag(1, WIRE_BYTES);
const SCOPE_SPANS_SCOPE = fieldTag(1, WIRE_BYTES);
const SCOPE_SPANS_SPANS = fieldTag(2, WIRE_BYTES);
const SCOPE_NAME = fieldTag(1, WIRE_BYTES);
const SCOPE_VERSION = fieldTag(2, WIRE_BYTES);
const SPAN_TRACE_ID = fieldTag(1, WIRE_BYTES);
const SPAN_SPAN_ID = fieldTag(2, WIRE_BYTES);
const SPAN_PARENT_SPAN_ID = fieldTag(4, WIRE_BYTES);
const SPAN_KIND = fieldTag(6, WIRE_VARINT);
const SPAN_START = fieldTag(7, WIRE_FIXED64);
const SPAN_END = fieldTag(8, WIRE_FIXED64);
const SPAN_ATTRIBUTES = fieldTag(9, WIRE_BYTES);
const SPAN_STATUS = fieldTag(15, WIRE_BYTES);
const STATUS_CODE = fieldTag(3, WIRE_VARINT);
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
  const outer = reader.enter();
  while (reader.at < reader.end) {
    const tag = reader.tag();
    if (tag === RESOURCE_SPANS_RESOURCE) readResource(reader, keys, resource);
    else if (tag === RESOURCE_SPANS_SCOPE_SPANS) readScopeSpans(reader, keys, traces, resource);
    else reader.skip(tag);
  }
  reader.end = outer;
}

function readResource(reader: ProtobufReader, keys: KeyTable, resource: OpenResource): void {
  const outer = reader.enter();
  while (reader.at < reader.end) {
    const tag = reader.tag();
    if (tag === RESOURCE_ATTRIBUTES) resource.attributes = readAttribute(reader, keys, resource.attributes);
    else reader.skip(tag);
  }
  reader.end = outer;
}

function readScopeSpans(reader: ProtobufReader, keys: KeyTable, traces: Traces, resource: Resource): void {
  const scope: Mutable<Scope> = { name: '', version: '' };
  const outer = reader.enter();
  while (reader.at < reader.end) {
    const tag = reader.tag();
    if (tag === SCOPE_SPANS_SPANS) readSpan(reader, keys, traces, resource, scope);
    else if (tag === SCOPE_SPANS_SCOPE) readScope(reader, scope);
    else reader.skip(tag);
  }
  reader.end = outer;
}

function readScope(reader: ProtobufReader, scope: Mutable<Scope>): void {
  const outer = reader.enter();
  while (reader.at < reader.end) {
    const tag = reader.tag();
    if (tag === SCOPE_NAME) scope.name = readString(reader);
    else if (tag === SCOPE_VERSION) scope.version = readString(reader);
    else reader.skip(tag);
  }
  reader.end = outer;
}

function readSpan(reader: ProtobufReader, keys: KeyTable, traces: Traces, resource: Resource, scope: Scope): void {
  const outer = reader.enter();
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
  const outer = reader.enter();
  while (reader.at < reader.end) {
    const tag = reader.tag();
    if (tag === STATUS_CODE) code = reader.varint64();
    else reader.skip(tag);
  }
  reader.end = outer;
  return code;
}

function readId(buffer: Buffer, start: number, end: number, length: number): string {
  if (end - start !== length) return '';
  for (let at = start; at < end; at += 1) {
    if (buffer[at] !== 0) return buffer.toString('hex', start, end);
  }
  return '';
}
