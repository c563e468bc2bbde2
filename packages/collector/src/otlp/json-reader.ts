import { OtlpDecodeError } from './otlp-decode-error.ts';

/** Deeper nesting than this in a value that is stepped over is refused. */
const DEPTH_MAX = 128;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OBJECT_START = 0x7b;
const OBJECT_END = 0x7d;
const ARRAY_START = 0x5b;
const ARRAY_END = 0x5d;

/** 1 for every byte that stands for itself inside a text. A table: one step per byte of a prompt instead of four. */
const PLAIN = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte < 0x20 || byte === QUOTE || byte === BACKSLASH ? 0 : 1,
);

/**
 * A forward reader over JSON bytes that turns into text only what it is asked for. It refuses what `JSON.parse` refuses,
 * except that malformed UTF-8 inside a text becomes U+FFFD.
 */
export class JsonReader {
  readonly buffer: Buffer;
  /** The next byte to read. */
  at = 0;
  /** The bytes of the text that {@link text} or {@link nextKey} found, without the quotes. */
  textStart = 0;
  textEnd = 0;
  /** True when that text holds escapes. */
  textEscaped = false;
  #first = false;
  readonly #stack = new Uint8Array(DEPTH_MAX);

  constructor(buffer: Buffer) {
    this.buffer = buffer;
  }

  /** The next byte that is not white space; -1 at the end. Does not consume it. */
  peek(): number {
    const { buffer } = this;
    const next = buffer[this.at];
    if (next !== undefined && next > 0x20) return next;
    let { at } = this;
    for (;;) {
      const byte = buffer[at];
      if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) at += 1;
      else {
        this.at = at;
        return byte === undefined ? -1 : byte;
      }
    }
  }

  /** Enters an object. `null` counts as an absent one. */
  enterObject(): boolean {
    return this.#enter(OBJECT_START, 'an object');
  }

  /** Enters an array. `null` counts as an absent one. */
  enterArray(): boolean {
    return this.#enter(ARRAY_START, 'an array');
  }

  /** Moves to the next key of the object; false when the object ended. The reader then stands before the value. */
  nextKey(): boolean {
    if (!this.#next(OBJECT_END)) return false;
    this.#key();
    return true;
  }

  /** Moves to the next element of the array; false when the array ended. */
  nextElement(): boolean {
    return this.#next(ARRAY_END);
  }

  /** Consumes a text and leaves its bytes in {@link textStart}, {@link textEnd}. */
  text(): void {
    if (this.peek() !== QUOTE) this.#fail('expected a text');
    const { buffer } = this;
    const start = this.at + 1;
    let at = start;
    let escaped = false;
    for (;;) {
      while (PLAIN[buffer[at] as number] === 1) at += 1;
      const byte = buffer[at];
      if (byte === QUOTE) break;
      if (byte === undefined) throw new OtlpDecodeError('OTLP_TRUNCATED', 'a text is cut off', start - 1);
      if (byte === BACKSLASH) {
        escaped = true;
        at = this.#escape(at);
      } else {
        this.at = at;
        this.#fail('a control character inside a text');
      }
    }
    this.textStart = start;
    this.textEnd = at;
    this.textEscaped = escaped;
    this.at = at + 1;
  }

  /** The last text with its escapes resolved. */
  textValue(): string {
    const raw = this.buffer.toString('utf8', this.textStart, this.textEnd);
    return this.textEscaped ? (JSON.parse(`"${raw}"`) as string) : raw;
  }

  /** Consumes a number and returns how it is written. */
  number(): string {
    const start = this.at;
    this.#skipNumber();
    return this.buffer.toString('latin1', start, this.at);
  }

  /** Consumes `true`, `false` or `null`. */
  literal(): boolean | null {
    const byte = this.peek();
    if (byte === 0x74) return this.#word('true', true);
    if (byte === 0x66) return this.#word('false', false);
    if (byte === 0x6e) return this.#word('null', null);
    return this.#fail('expected a value');
  }

  /** Steps over any value. */
  skip(): void {
    let depth = 0;
    for (;;) {
      const byte = this.peek();
      let closed = true;
      if (byte === QUOTE) this.text();
      else if (byte === OBJECT_START || byte === ARRAY_START) {
        this.at += 1;
        const end = byte === OBJECT_START ? OBJECT_END : ARRAY_END;
        if (this.peek() === end) this.at += 1;
        else {
          if (depth === DEPTH_MAX) this.#fail(`values are nested deeper than ${DEPTH_MAX}`);
          this.#stack[depth] = end;
          depth += 1;
          if (end === OBJECT_END) this.#key();
          closed = false;
        }
      } else this.scalar(byte);
      while (closed) {
        if (depth === 0) {
          this.#first = false;
          return;
        }
        const end = this.#stack[depth - 1];
        const separator = this.peek();
        if (separator === COMMA) {
          this.at += 1;
          if (end === OBJECT_END) this.#key();
          closed = false;
        } else if (separator === end) {
          this.at += 1;
          depth -= 1;
        } else this.#fail(`expected "," or "${String.fromCharCode(end as number)}"`);
      }
    }
  }

  /** Steps over a number or a literal that begins with `byte`. */
  scalar(byte: number): void {
    if (byte === 0x2d || (byte >= 0x30 && byte <= 0x39)) this.#skipNumber();
    else this.literal();
  }

  /** Fails unless nothing but white space is left. */
  finish(): void {
    if (this.peek() !== -1) this.#fail('something follows the end of the request');
  }

  #enter(byte: number, what: string): boolean {
    const found = this.peek();
    if (found === 0x6e) {
      this.literal();
      return false;
    }
    if (found !== byte) this.#fail(`expected ${what}`);
    this.at += 1;
    this.#first = true;
    return true;
  }

  #next(end: number): boolean {
    const byte = this.peek();
    if (byte === end) {
      this.at += 1;
      this.#first = false;
      return false;
    }
    if (this.#first) this.#first = false;
    else {
      if (byte !== COMMA) this.#fail(`expected "," or "${String.fromCharCode(end)}"`);
      this.at += 1;
    }
    return true;
  }

  #key(): void {
    this.text();
    if (this.peek() !== COLON) this.#fail('expected ":"');
    this.at += 1;
  }

  /** Checks one escape sequence and returns where it ends. */
  #escape(at: number): number {
    const byte = this.buffer[at + 1];
    if (byte === 0x75) {
      for (let digit = at + 2; digit < at + 6; digit += 1) {
        if (!isHexDigit(this.buffer[digit])) {
          this.at = at;
          this.#fail('a \\u escape needs four hex digits');
        }
      }
      return at + 6;
    }
    if (byte === undefined || !'"\\/bfnrt'.includes(String.fromCharCode(byte))) {
      this.at = at;
      this.#fail('an unknown escape inside a text');
    }
    return at + 2;
  }

  /** `-? (0 | [1-9][0-9]*) (\.[0-9]+)? ([eE][+-]?[0-9]+)?` */
  #skipNumber(): void {
    const { buffer } = this;
    if (buffer[this.at] === 0x2d) this.at += 1;
    if (buffer[this.at] === 0x30) this.at += 1;
    else this.#digits();
    if (buffer[this.at] === 0x2e) {
      this.at += 1;
      this.#digits();
    }
    const exponent = buffer[this.at];
    if (exponent === 0x65 || exponent === 0x45) {
      this.at += 1;
      const sign = buffer[this.at];
      if (sign === 0x2b || sign === 0x2d) this.at += 1;
      this.#digits();
    }
  }

  #digits(): void {
    const start = this.at;
    const { buffer } = this;
    let { at } = this;
    for (let byte = buffer[at]; byte !== undefined && byte >= 0x30 && byte <= 0x39; byte = buffer[at]) at += 1;
    this.at = at;
    if (at === start) this.#fail('expected a digit');
  }

  #word<T extends boolean | null>(word: string, value: T): T {
    if (this.buffer.toString('latin1', this.at, this.at + word.length) !== word) this.#fail('expected a value');
    this.at += word.length;
    return value;
  }

  #fail(message: string): never {
    throw this.at >= this.buffer.length
      ? new OtlpDecodeError('OTLP_TRUNCATED', `${message}, but the body ends`, this.at)
      : new OtlpDecodeError('OTLP_MALFORMED', message, this.at);
  }
}

function isHexDigit(byte: number | undefined): boolean {
  return (
    byte !== undefined &&
    ((byte >= 0x30 && byte <= 0x39) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66))
  );
}
