import { fieldTag, ProtobufReader, WIRE_BYTES, WIRE_FIXED64, WIRE_VARINT } from '../otlp/protobuf-reader.ts';
import { textField, varint } from '../otlp/protobuf-writer.ts';
import { type Replacements, replaced, replacedValue } from './replacements.ts';

/** What of a message is a text, and which messages are within it. Everything else is copied. */
interface Shape {
  readonly texts: readonly number[];
  readonly messages: Readonly<Record<number, () => Shape>>;
  readonly isKeyValue?: true;
}

// Source: opentelemetry-proto 1.10, trace.proto, resource.proto, common.proto.
const anyValue: Shape = { texts: [1], messages: { 5: () => arrayValue, 6: () => keyValueList } };
const arrayValue: Shape = { texts: [], messages: { 1: () => anyValue } };
const keyValueList: Shape = { texts: [], messages: { 1: () => keyValue } };
const keyValue: Shape = { texts: [1], messages: { 2: () => anyValue }, isKeyValue: true };
const resource: Shape = { texts: [], messages: { 1: () => keyValue } };
const scope: Shape = { texts: [1, 2], messages: { 3: () => keyValue } };
const event: Shape = { texts: [2], messages: { 3: () => keyValue } };
const link: Shape = { texts: [3], messages: { 4: () => keyValue } };
const status: Shape = { texts: [2], messages: {} };
const span: Shape = {
  texts: [3, 5],
  messages: { 9: () => keyValue, 11: () => event, 13: () => link, 15: () => status },
};
const scopeSpans: Shape = { texts: [3], messages: { 1: () => scope, 2: () => span } };
const resourceSpans: Shape = { texts: [3], messages: { 1: () => resource, 2: () => scopeSpans } };
const request: Shape = { texts: [], messages: { 1: () => resourceSpans } };

/** An OTLP protobuf body without the persons that its texts name. The body must have been decoded before. */
export function redactProtobuf(body: Buffer, replacements: Replacements): Buffer {
  return copied(new ProtobufReader(body), request, replacements);
}

function copied(reader: ProtobufReader, shape: Shape, replacements: Replacements): Buffer {
  const pieces: Buffer[] = [];
  let isPerson = false;
  while (reader.at < reader.end) {
    const from = reader.at;
    const tag = reader.tag();
    const field = tag >>> 3;
    const inner = shape.messages[field]?.();
    if ((tag & 7) !== WIRE_BYTES || (inner === undefined && !shape.texts.includes(field))) {
      reader.skip(tag);
      pieces.push(reader.buffer.subarray(from, reader.at));
      continue;
    }
    const outer = reader.enter();
    const [at, end] = [reader.at, reader.end];
    if (inner === undefined) {
      const text = reader.buffer.toString('utf8', at, end);
      if (shape.isKeyValue && replacements.attributes.has(text)) isPerson = true;
      const other = replaced(text, replacements);
      pieces.push(other === text ? reader.buffer.subarray(from, end) : textField(field, other));
    } else {
      const message = isPerson
        ? textField(1, replacedValue(textOf(reader), replacements))
        : copied(reader, inner, replacements);
      pieces.push(Buffer.concat([varint(tag), varint(message.length), message]));
    }
    reader.at = end;
    reader.end = outer;
  }
  return Buffer.concat(pieces);
}

const STRING = fieldTag(1, WIRE_BYTES);
const BOOL = fieldTag(2, WIRE_VARINT);
const INT = fieldTag(3, WIRE_VARINT);
const DOUBLE = fieldTag(4, WIRE_FIXED64);

/** The text of an `AnyValue`; empty for a list. */
function textOf(reader: ProtobufReader): string {
  let text = '';
  while (reader.at < reader.end) {
    const tag = reader.tag();
    if (tag === STRING) {
      const end = reader.boundary();
      text = reader.buffer.toString('utf8', reader.at, end);
      reader.at = end;
    } else if (tag === INT) {
      const low = reader.varint64();
      text = String(BigInt.asIntN(64, (BigInt(reader.high) << 32n) | BigInt(low)));
    } else if (tag === BOOL) text = String(reader.varint64() !== 0);
    else if (tag === DOUBLE) text = String(reader.double());
    else reader.skip(tag);
  }
  return text;
}
