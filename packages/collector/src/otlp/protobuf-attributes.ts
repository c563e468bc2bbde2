import { AttributeList } from './attribute-list.ts';
import type { KeyTable } from './key-table.ts';
import { fieldTag, type ProtobufReader, WIRE_BYTES, WIRE_FIXED64, WIRE_VARINT } from './protobuf-reader.ts';
import { StringCache } from './string-cache.ts';
import type { AttributeValue } from './traces.ts';

const KEY_VALUE_KEY = fieldTag(1, WIRE_BYTES);
const KEY_VALUE_VALUE = fieldTag(2, WIRE_BYTES);
const ANY_STRING = fieldTag(1, WIRE_BYTES);
const ANY_BOOL = fieldTag(2, WIRE_VARINT);
const ANY_INT = fieldTag(3, WIRE_VARINT);
const ANY_DOUBLE = fieldTag(4, WIRE_FIXED64);
const ANY_ARRAY = fieldTag(5, WIRE_BYTES);
const ANY_MAP = fieldTag(6, WIRE_BYTES);
const ANY_BYTES = fieldTag(7, WIRE_BYTES);

export const NO_ATTRIBUTES = new AttributeList();
const strings = new StringCache();

/** Reads one `KeyValue` into `attributes`, which is replaced by a map of its own when it was {@link NO_ATTRIBUTES}. */
export function readAttribute(reader: ProtobufReader, keys: KeyTable, attributes: AttributeList): AttributeList {
  let keyAt = 0;
  let keyEnd = 0;
  let valueAt = 0;
  let valueEnd = 0;
  const outer = reader.enter();
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

export function readString(reader: ProtobufReader): string {
  const end = reader.boundary();
  const text = strings.read(reader.buffer, reader.at, end);
  reader.at = end;
  return text;
}
