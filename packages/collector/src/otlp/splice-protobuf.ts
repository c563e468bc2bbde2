import { type AddedAttributes, attributeToProtobuf } from './added-attribute.ts';
import { fieldTag, ProtobufReader, WIRE_BYTES } from './protobuf-reader.ts';
import { bytesField, varint } from './protobuf-writer.ts';

/** The field that leads one level down: `resource_spans`, then `scope_spans`, then `spans`. */
const NESTED_TAGS = [fieldTag(1, WIRE_BYTES), fieldTag(2, WIRE_BYTES), fieldTag(2, WIRE_BYTES)] as const;
const SPAN_ATTRIBUTES_FIELD = 9;
/** Holds the place of a length that is not known yet. */
const NOTHING = Buffer.alloc(0);

/**
 * The body with attributes appended to some of its spans. Every other byte stays as it was received; only the lengths of
 * the messages around a changed span are written anew. The body must have been decoded before.
 */
export function spliceProtobuf(body: Buffer, added: AddedAttributes): Buffer {
  const pieces: Buffer[] = [];
  copyMessage(new ProtobufReader(body), 0, added, pieces);
  return Buffer.concat(pieces);
}

/**
 * Copies the message the reader is in. At depth 0 to 2 that is a message around spans; at depth 3 it is a span, which gets
 * its attributes. Returns by how many bytes the copy is longer, `undefined` when nothing was added inside.
 */
function copyMessage(
  reader: ProtobufReader,
  depth: number,
  added: AddedAttributes,
  pieces: Buffer[],
): number | undefined {
  if (depth === NESTED_TAGS.length) return copySpan(reader, added, pieces);
  let copiedTo = reader.at;
  let growth: number | undefined;
  while (reader.at < reader.end) {
    const tag = reader.tag();
    if (tag !== NESTED_TAGS[depth]) {
      reader.skip(tag);
      continue;
    }
    const lengthAt = reader.at;
    const outerEnd = reader.enter();
    const [innerAt, innerEnd] = [reader.at, reader.end];
    const pieceCount = pieces.length;
    pieces.push(reader.buffer.subarray(copiedTo, lengthAt), NOTHING);
    const innerGrowth = copyMessage(reader, depth + 1, added, pieces);
    reader.at = innerEnd;
    reader.end = outerEnd;
    if (innerGrowth === undefined) {
      pieces.length = pieceCount;
      continue;
    }
    const length = varint(innerEnd - innerAt + innerGrowth);
    pieces[pieceCount + 1] = length;
    growth = (growth ?? 0) + innerGrowth + length.length - (innerAt - lengthAt);
    copiedTo = innerEnd;
  }
  pieces.push(reader.buffer.subarray(copiedTo, reader.end));
  return growth;
}

function copySpan(reader: ProtobufReader, added: AddedAttributes, pieces: Buffer[]): number | undefined {
  const attributes = added.get(reader.at);
  if (attributes === undefined) return undefined;
  const fields = attributes.map((attribute) => bytesField(SPAN_ATTRIBUTES_FIELD, attributeToProtobuf(attribute)));
  pieces.push(reader.buffer.subarray(reader.at, reader.end), ...fields);
  return fields.reduce((sum, bytes) => sum + bytes.length, 0);
}
