import { AttributeList } from './attribute-list.ts';
import { fieldOf, readText, readWritten } from './json-fields.ts';
import type { JsonReader } from './json-reader.ts';
import type { KeyTable } from './key-table.ts';
import type { AttributeValue } from './traces.ts';

export const NO_ATTRIBUTES = new AttributeList();
const QUOTE = 0x22;
/** Digits of the longest 64-bit integer, sign included. */
const INTEGER_LENGTH_MAX = 20;
const DOUBLE = /^(-?\d+(\.\d+)?([eE][+-]?\d+)?|NaN|-?Infinity)$/;

/** A list of `KeyValue`s; {@link NO_ATTRIBUTES} when none of them is in `keys`. */
export function readAttributes(reader: JsonReader, keys: KeyTable): AttributeList {
  if (!reader.enterArray()) return NO_ATTRIBUTES;
  const attributes = new AttributeList();
  while (reader.nextElement()) {
    if (reader.enterObject()) readAttribute(reader, keys, attributes);
  }
  return attributes.size === 0 ? NO_ATTRIBUTES : attributes;
}

/** The value usually follows its key; one that comes first is stepped over and read when the key turned out to be ours. */
function readAttribute(reader: JsonReader, keys: KeyTable, attributes: AttributeList): void {
  let key: string | undefined;
  let valueAt = -1;
  let value: AttributeValue = null;
  while (reader.nextKey()) {
    const name = fieldOf(reader);
    if (name === 'key') key = readAttributeKey(reader, keys);
    else if (name === 'value' && key !== undefined) {
      value = readAnyValue(reader);
      valueAt = -1;
    } else {
      if (name === 'value') valueAt = reader.at;
      reader.skip();
    }
  }
  if (key === undefined) return;
  if (valueAt >= 0) {
    const after = reader.at;
    reader.at = valueAt;
    value = readAnyValue(reader);
    reader.at = after;
  }
  attributes.set(key, value);
}

function readAttributeKey(reader: JsonReader, keys: KeyTable): string | undefined {
  if (reader.peek() !== QUOTE) {
    reader.skip();
    return undefined;
  }
  reader.text();
  return reader.textEscaped
    ? keys.matchText(reader.textValue())
    : keys.match(reader.buffer, reader.textStart, reader.textEnd);
}

function readAnyValue(reader: JsonReader): AttributeValue {
  let value: AttributeValue = null;
  if (!reader.enterObject()) return value;
  while (reader.nextKey()) {
    switch (fieldOf(reader)) {
      case 'stringValue':
        value = readText(reader) ?? null;
        break;
      case 'boolValue':
        value = readBoolean(reader);
        break;
      case 'intValue':
        value = integerFromText(readWritten(reader));
        break;
      case 'doubleValue':
        value = doubleFromText(readWritten(reader));
        break;
      default:
        value = null;
        reader.skip();
    }
  }
  return value;
}

/** Text that is no number stays text, so that whoever needed a number can say what was there. */
function integerFromText(text: string): AttributeValue {
  if (text === '') return null;
  if (!/^-?\d+$/.test(text)) return doubleFromText(text);
  const value = Number(text);
  return Number.isSafeInteger(value) || text.length > INTEGER_LENGTH_MAX ? value : BigInt(text);
}

function doubleFromText(text: string): AttributeValue {
  if (text === '') return null;
  return DOUBLE.test(text) ? Number(text) : text;
}

function readBoolean(reader: JsonReader): AttributeValue {
  const byte = reader.peek();
  if (byte === 0x74 || byte === 0x66) return reader.literal();
  reader.skip();
  return null;
}
