import { CostspanError } from '@costspan/usage';
import { ID_WORDS } from './ids.ts';

/**
 * Layout, in 32-bit little-endian words:
 * magic · words of everything before the texts · rows · columns · texts · bytes of texts · (form, place) of each column ·
 * ids of each row · the columns · the end of each text in bytes · the texts in UTF-8.
 *
 * A column is known by its place in the list, to which new ones are only ever added at the end: what an older version has
 * written reads as rows that lack the newer columns.
 */
export const HEAD_WORDS = 6;
export const COLUMN_HEAD_WORDS = 2;

/** No row has a value. */
export const ABSENT = 0;
/** All rows have the value that stands at the place of the column. */
export const CONSTANT = 1;
/** Every row has a value, one after the other. */
export const FULL = 2;
/** The same with a bit for each row behind it, set where there is none. */
export const WITH_NULLS = 3;

/** Of what the rows are: the first word. */
export const PACKED_CALLS = 0x314c_4143;
export const PACKED_CONTEXTS = 0x3158_5443;

/** Bytes that are no packed rows of this kind, or not whole. */
export class PackedRowsError extends CostspanError {
  override readonly name = 'PackedRowsError';
}

/**
 * Rows in columns, as one run of bytes: what stands in the journal and what the store is filled from. Thousands of them cost
 * the garbage collector nothing while they wait.
 */
export class PackedRows {
  readonly bytes: Buffer;
  readonly words: Uint32Array;
  readonly count: number;
  readonly textCount: number;
  readonly #bigs: BigInt64Array;
  readonly #doubles: Float64Array;
  readonly #columnCount: number;
  readonly #idsAt: number;
  readonly #endsAt: number;
  readonly #textsAt: number;
  readonly #known: (string | undefined)[];

  /** `buffer` holds nothing else. `known` has texts by their number, as far as somebody has them. */
  constructor(buffer: ArrayBuffer, byteLength: number, known: (string | undefined)[] = []) {
    this.#known = known;
    this.bytes = Buffer.from(buffer, 0, byteLength);
    this.words = new Uint32Array(buffer, 0, byteLength >>> 2);
    this.#bigs = new BigInt64Array(buffer, 0, byteLength >>> 3);
    this.#doubles = new Float64Array(buffer, 0, byteLength >>> 3);
    const [, wordCount = 0, count = 0, columnCount = 0, textCount = 0] = this.words;
    this.count = count;
    this.textCount = textCount;
    this.#columnCount = columnCount;
    this.#idsAt = evenAfter(HEAD_WORDS + columnCount * COLUMN_HEAD_WORDS);
    this.#endsAt = wordCount - textCount;
    this.#textsAt = wordCount * 4;
  }

  get ids(): Uint32Array {
    return this.words.subarray(this.#idsAt, this.#idsAt + this.count * ID_WORDS);
  }

  /** Where in {@link words} the ids of a row begin. */
  idsAt(row: number): number {
    return this.#idsAt + row * ID_WORDS;
  }

  form(column: number): number {
    return column < this.#columnCount ? (this.words[HEAD_WORDS + column * COLUMN_HEAD_WORDS] as number) : ABSENT;
  }

  /** Where in {@link words} the values of a column begin. */
  place(column: number): number {
    return this.words[HEAD_WORDS + column * COLUMN_HEAD_WORDS + 1] as number;
  }

  /** Where the bits of a column {@link WITH_NULLS} begin, whose values have so many words. */
  nullsAt(column: number, width: number): number {
    return this.place(column) + width * this.count;
  }

  /** Where in {@link words} the value of a row is, or -1 where it has none. */
  valueAt(column: number, row: number, width: number): number {
    const form = this.form(column);
    if (form === ABSENT) return -1;
    const place = this.place(column);
    if (form === CONSTANT) return place;
    if (form === WITH_NULLS && isSet(this.words, place + width * this.count, row)) return -1;
    return place + row * width;
  }

  integer(column: number, row: number): number | undefined {
    const at = this.valueAt(column, row, 2);
    return at < 0 ? undefined : this.#integerAt(at);
  }

  atto(column: number, row: number): bigint | undefined {
    const at = this.valueAt(column, row, 4);
    if (at < 0) return undefined;
    const low = this.#bigs[at >>> 1] as bigint;
    const high = this.#bigs[(at >>> 1) + 1] as bigint;
    return high === 0n && low >= 0n ? low : (high << 64n) | BigInt.asUintN(64, low);
  }

  double(column: number, row: number): number | undefined {
    const at = this.valueAt(column, row, 2);
    return at < 0 ? undefined : this.#doubles[at >>> 1];
  }

  isTrue(column: number, row: number): boolean {
    const at = this.valueAt(column, row, 1);
    return at >= 0 && this.words[at] === 1;
  }

  text(column: number, row: number): string | undefined {
    const at = this.valueAt(column, row, 1);
    const code = at < 0 ? 0 : (this.words[at] as number);
    return code === 0 ? undefined : this.#textOf(code - 1);
  }

  eachText(column: number, row: number, visit: (key: string, value: string) => void): void {
    const at = this.valueAt(column, row, 1);
    if (at < 0) return;
    for (let pair = this.words[at] as number; pair < (this.words[at + 1] as number); pair += 2) {
      visit(this.#textOf(this.words[pair] as number), this.#textOf(this.words[pair + 1] as number));
    }
  }

  eachInteger(column: number, row: number, visit: (key: string, value: number) => void): void {
    const at = this.valueAt(column, row, 1);
    if (at < 0) return;
    for (let pair = this.words[at] as number; pair < (this.words[at + 1] as number); pair += 3) {
      visit(this.#textOf(this.words[pair] as number), this.#integerAt(pair + 1));
    }
  }

  /** Lower-case hexadecimal of `count` words of the ids of a row. */
  hex(row: number, word: number, count: number): string {
    let text = '';
    const at = this.idsAt(row) + word;
    for (let next = at; next < at + count; next += 1) {
      text += (this.words[next] as number).toString(16).padStart(8, '0');
    }
    return text;
  }

  /** The bytes of all texts, one after the other. */
  get texts(): Buffer {
    return this.bytes.subarray(this.#textsAt, this.#textsAt + (this.words[5] as number));
  }

  /** Where in {@link texts} a text ends. */
  textEnd(text: number): number {
    return text < 0 ? 0 : (this.words[this.#endsAt + text] as number);
  }

  #textOf(text: number): string {
    const known = this.#known[text];
    if (known !== undefined) return known;
    const read = this.bytes.toString(
      'utf8',
      this.#textsAt + this.textEnd(text - 1),
      this.#textsAt + this.textEnd(text),
    );
    this.#known[text] = read;
    return read;
  }

  #integerAt(at: number): number {
    return ((this.words[at + 1] as number) | 0) * 0x1_0000_0000 + (this.words[at] as number);
  }
}

/** The rows that stand in `bytes[at …]`, copied. @throws PackedRowsError when there are none of this kind, or not whole. */
export function readPackedRows(bytes: Buffer, at: number, magic: number): PackedRows {
  const cut = (): PackedRowsError =>
    new PackedRowsError('PACKED_ROWS', `no packed rows at byte ${at} of ${bytes.length}`);
  if (bytes.length - at < HEAD_WORDS * 4 || bytes.readUInt32LE(at) !== magic) throw cut();
  const length = roundUp(bytes.readUInt32LE(at + 4) * 4 + bytes.readUInt32LE(at + 20));
  if (length > bytes.length - at) throw cut();
  const buffer = new ArrayBuffer(length);
  bytes.copy(Buffer.from(buffer), 0, at, at + length);
  return new PackedRows(buffer, length);
}

export function isSet(words: Uint32Array, bitsAt: number, row: number): boolean {
  return ((words[bitsAt + (row >>> 5)] as number) & (1 << (row & 31))) !== 0;
}

/** 64-bit numbers stand at even words. */
export function evenAfter(words: number): number {
  return (words + 1) & ~1;
}

export function roundUp(bytes: number): number {
  return (bytes + 7) & ~7;
}
