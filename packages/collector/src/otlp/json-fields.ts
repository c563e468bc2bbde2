import type { JsonReader } from './json-reader.ts';
import { KeyTable } from './key-table.ts';
import { StringCache } from './string-cache.ts';

const QUOTE = 0x22;
const strings = new StringCache();

/** The fields we read. Others are stepped over without becoming text. */
const FIELDS = new KeyTable(
  [
    ...['resourceSpans', 'resource', 'scopeSpans', 'scope', 'spans', 'attributes', 'name', 'version', 'status', 'code'],
    ...['traceId', 'spanId', 'parentSpanId', 'kind', 'startTimeUnixNano', 'endTimeUnixNano', 'key', 'value'],
    ...['stringValue', 'boolValue', 'intValue', 'doubleValue'],
  ],
  [],
);

/** The name of the field the reader stands at, when it is one of ours. */
export function fieldOf(reader: JsonReader): string | undefined {
  return reader.textEscaped
    ? FIELDS.matchText(reader.textValue())
    : FIELDS.match(reader.buffer, reader.textStart, reader.textEnd);
}

/** The last text with its escapes resolved. */
function textOf(reader: JsonReader): string {
  return reader.textEscaped ? reader.textValue() : strings.read(reader.buffer, reader.textStart, reader.textEnd);
}

/** A text or a number, as it is written; `''` for anything else. */
export function readWritten(reader: JsonReader): string {
  const byte = reader.peek();
  if (byte === 0x2d || (byte >= 0x30 && byte <= 0x39)) return reader.number();
  return readText(reader) ?? '';
}

/** A text; `undefined` for anything else. */
export function readText(reader: JsonReader): string | undefined {
  if (reader.peek() !== QUOTE) {
    reader.skip();
    return undefined;
  }
  reader.text();
  return textOf(reader);
}
