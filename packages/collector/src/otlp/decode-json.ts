import type { AttributeList } from './attribute-list.ts';
import { NO_ATTRIBUTES, readAttributes } from './json-attributes.ts';
import { fieldOf, readText, readWritten } from './json-fields.ts';
import { JsonReader } from './json-reader.ts';
import type { KeyTable } from './key-table.ts';
import type { DecodedTraces, Resource, Scope, Span } from './traces.ts';
import { microsFromText } from './unix-nano.ts';

const KINDS: Readonly<Record<string, number>> = {
  SPAN_KIND_UNSPECIFIED: 0,
  SPAN_KIND_INTERNAL: 1,
  SPAN_KIND_SERVER: 2,
  SPAN_KIND_CLIENT: 3,
  SPAN_KIND_PRODUCER: 4,
  SPAN_KIND_CONSUMER: 5,
};
const STATUS_CODES: Readonly<Record<string, number>> = {
  STATUS_CODE_UNSET: 0,
  STATUS_CODE_OK: 1,
  STATUS_CODE_ERROR: 2,
};

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
/** A resource while it is read. */
type OpenResource = { attributes: AttributeList };
type Traces = Mutable<DecodedTraces> & { spans: Span[] };

/**
 * Reads an `ExportTraceServiceRequest` in OTLP/JSON: ids are hex, 64-bit integers are text or numbers, enums are numbers
 * or names, fields are lowerCamelCase and unknown ones are stepped over. Only the attributes in `keys` become text.
 * `place` of a span is the byte at which its attributes end: that of the `]`.
 * @throws OtlpDecodeError when the bytes are not such a message.
 */
export function decodeJson(body: Buffer, keys: KeyTable): DecodedTraces {
  const reader = new JsonReader(body);
  const traces: Traces = { spanCount: 0, spans: [] };
  if (reader.enterObject()) {
    while (reader.nextKey()) {
      if (fieldOf(reader) === 'resourceSpans') readResourceSpans(reader, keys, traces);
      else reader.skip();
    }
  }
  reader.finish();
  return traces;
}

function readResourceSpans(reader: JsonReader, keys: KeyTable, traces: Traces): void {
  if (!reader.enterArray()) return;
  while (reader.nextElement()) {
    const resource: OpenResource = { attributes: NO_ATTRIBUTES };
    if (!reader.enterObject()) continue;
    while (reader.nextKey()) {
      const key = fieldOf(reader);
      if (key === 'resource') readResource(reader, keys, resource);
      else if (key === 'scopeSpans') readScopeSpans(reader, keys, traces, resource);
      else reader.skip();
    }
  }
}

function readResource(reader: JsonReader, keys: KeyTable, resource: OpenResource): void {
  if (!reader.enterObject()) return;
  while (reader.nextKey()) {
    if (fieldOf(reader) === 'attributes') resource.attributes = readAttributes(reader, keys);
    else reader.skip();
  }
}

function readScopeSpans(reader: JsonReader, keys: KeyTable, traces: Traces, resource: Resource): void {
  if (!reader.enterArray()) return;
  while (reader.nextElement()) {
    const scope: Mutable<Scope> = { name: '', version: '' };
    if (!reader.enterObject()) continue;
    while (reader.nextKey()) {
      const key = fieldOf(reader);
      if (key === 'scope') readScope(reader, scope);
      else if (key === 'spans') readSpans(reader, keys, traces, resource, scope);
      else reader.skip();
    }
  }
}

function readScope(reader: JsonReader, scope: Mutable<Scope>): void {
  if (!reader.enterObject()) return;
  while (reader.nextKey()) {
    const key = fieldOf(reader);
    if (key === 'name') scope.name = readText(reader) ?? '';
    else if (key === 'version') scope.version = readText(reader) ?? '';
    else reader.skip();
  }
}

function readSpans(reader: JsonReader, keys: KeyTable, traces: Traces, resource: Resource, scope: Scope): void {
  if (!reader.enterArray()) return;
  while (reader.nextElement()) readSpan(reader, keys, traces, resource, scope);
}

function readSpan(reader: JsonReader, keys: KeyTable, traces: Traces, resource: Resource, scope: Scope): void {
  if (!reader.enterObject()) return;
  let traceId = '';
  let spanId = '';
  let parentSpanId = '';
  let kind = 0;
  let startedAtUs = 0;
  let endedAtUs = 0;
  let statusCode = 0;
  let place = 0;
  let attributes = NO_ATTRIBUTES;
  while (reader.nextKey()) {
    switch (fieldOf(reader)) {
      case 'traceId':
        traceId = readId(reader, 32);
        break;
      case 'spanId':
        spanId = readId(reader, 16);
        break;
      case 'parentSpanId':
        parentSpanId = readId(reader, 16);
        break;
      case 'kind':
        kind = readEnum(reader, KINDS);
        break;
      case 'startTimeUnixNano':
        startedAtUs = microsFromText(readWritten(reader));
        break;
      case 'endTimeUnixNano':
        endedAtUs = microsFromText(readWritten(reader));
        break;
      case 'status':
        statusCode = readStatus(reader);
        break;
      case 'attributes':
        attributes = readAttributes(reader, keys);
        place = reader.at - 1;
        break;
      default:
        reader.skip();
    }
  }
  traces.spanCount += 1;
  if (attributes === NO_ATTRIBUTES) return;
  traces.spans.push({
    traceId,
    spanId,
    parentSpanId,
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

function readStatus(reader: JsonReader): number {
  let code = 0;
  if (!reader.enterObject()) return code;
  while (reader.nextKey()) {
    if (fieldOf(reader) === 'code') code = readEnum(reader, STATUS_CODES);
    else reader.skip();
  }
  return code;
}

function readId(reader: JsonReader, length: number): string {
  const text = readText(reader) ?? '';
  if (text.length !== length || !/^[0-9a-fA-F]+$/.test(text) || /^0+$/.test(text)) return '';
  return text.toLowerCase();
}

function readEnum(reader: JsonReader, names: Readonly<Record<string, number>>): number {
  const text = readWritten(reader);
  return names[text] ?? (/^\d{1,10}$/.test(text) ? Number(text) : 0);
}
