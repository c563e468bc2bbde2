import { OtlpDecodeError } from './otlp-decode-error.ts';

/** How a field is laid out: the low three bits of its tag. */
export const WIRE_VARINT = 0;
export const WIRE_FIXED64 = 1;
export const WIRE_BYTES = 2;
const WIRE_FIXED32 = 5;

/** A field as its tag is written: {@link ProtobufReader.tag} returns the same. */
export function fieldTag(number: number, wireType: number): number {
  return number * 8 + wireType;
}

/**
 * A forward reader over protobuf bytes. Every step either moves forward or throws, and nothing is read beyond the end of
 * the enclosing message. Groups (wire types 3 and 4, which OTLP never had) are refused.
 */
export class ProtobufReader {
  readonly buffer: Buffer;
  /** The next byte to read. */
  at = 0;
  /** The end of the message that is being read. */
  end: number;
  /** The high word of the last {@link varint64}; its low word was returned. */
  high = 0;

  constructor(buffer: Buffer) {
    this.buffer = buffer;
    this.end = buffer.length;
  }

  /** Field number and wire type of the next field, as `number * 8 + wireType`. */
  tag(): number {
    const from = this.at;
    const tag = this.varint32();
    if (tag >>> 3 === 0) throw malformed('a field has number 0', from);
    return tag;
  }

  /** A varint that must fit 32 bits, unsigned. */
  varint32(): number {
    const low = this.varint64();
    if (this.high !== 0) throw malformed('a length or tag does not fit 32 bits', this.at);
    return low;
  }

  /** The low 32 bits, unsigned; the high 32 bits are in {@link high}. */
  varint64(): number {
    const { buffer, end } = this;
    const from = this.at;
    let at = from;
    let low = 0;
    let high = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      if (at >= end) throw truncated('a number is cut off', from);
      const byte = buffer[at] as number;
      at += 1;
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >>> 4;
      } else high |= bits << (shift - 32);
      if (byte < 0x80) {
        this.at = at;
        this.high = high >>> 0;
        return low >>> 0;
      }
    }
    throw malformed('a number is longer than 10 bytes', from);
  }

  /** Reads a length and returns where that many bytes end. The reader stands at their beginning. */
  boundary(): number {
    const from = this.at;
    const length = this.varint32();
    const boundary = this.at + length;
    if (boundary > this.end) {
      throw truncated(`a field of ${length} bytes does not fit the ${this.end - this.at} that are left`, from);
    }
    return boundary;
  }

  /** Narrows the reader to the message that begins here. Returns the end to restore after it. */
  enter(): number {
    const outer = this.end;
    this.end = this.boundary();
    return outer;
  }

  /** The next 8 bytes as two unsigned words: the low one is returned, the high one is in {@link high}. */
  fixed64(): number {
    const from = this.at;
    if (from + 8 > this.end) throw truncated('a 64-bit number is cut off', from);
    this.at = from + 8;
    this.high = this.buffer.readUInt32LE(from + 4);
    return this.buffer.readUInt32LE(from);
  }

  double(): number {
    const from = this.at;
    if (from + 8 > this.end) throw truncated('a 64-bit number is cut off', from);
    this.at = from + 8;
    return this.buffer.readDoubleLE(from);
  }

  /** Steps over the value of a field. */
  skip(tag: number): void {
    switch (tag & 7) {
      case WIRE_VARINT:
        this.varint64();
        return;
      case WIRE_FIXED64:
        this.#advance(8);
        return;
      case WIRE_BYTES:
        this.at = this.boundary();
        return;
      case WIRE_FIXED32:
        this.#advance(4);
        return;
      default:
        throw malformed(`wire type ${tag & 7} is not used by OTLP`, this.at);
    }
  }

  #advance(bytes: number): void {
    if (this.at + bytes > this.end) throw truncated('a number is cut off', this.at);
    this.at += bytes;
  }
}

function truncated(message: string, offset: number): OtlpDecodeError {
  return new OtlpDecodeError('OTLP_TRUNCATED', message, offset);
}

function malformed(message: string, offset: number): OtlpDecodeError {
  return new OtlpDecodeError('OTLP_MALFORMED', message, offset);
}
