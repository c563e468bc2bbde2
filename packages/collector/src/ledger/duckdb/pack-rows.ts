import type { Column, ReadPairs } from './columns.ts';
import { ID_WORDS } from './ids.ts';
import {
  ABSENT,
  COLUMN_HEAD_WORDS,
  CONSTANT,
  evenAfter,
  FULL,
  HEAD_WORDS,
  PackedRows,
  roundUp,
  WITH_NULLS,
} from './packed-rows.ts';

/**
 * Packs rows column by column into one run of bytes; {@link PackedRows} has the layout. `writeIds` puts the ids of a row,
 * `ID_WORDS` of them, at a place that is all zeros.
 */
export function packRows<Row>(
  magic: number,
  columns: readonly Column<Row>[],
  rows: readonly Row[],
  writeIds: (row: Row, index: number, words: Uint32Array, at: number) => void,
): PackedRows {
  const idsAt = evenAfter(HEAD_WORDS + columns.length * COLUMN_HEAD_WORDS);
  at = 0;
  texts = [];
  repeated = [];
  codes.clear();
  const columnsAt = idsAt + rows.length * ID_WORDS;
  reserve(columnsAt);
  words.fill(0, 0, columnsAt);
  for (let index = 0; index < rows.length; index += 1) {
    writeIds(rows[index] as Row, index, words, idsAt + index * ID_WORDS);
  }
  at = columnsAt;
  for (let index = 0; index < columns.length; index += 1) {
    at = evenAfter(at);
    const place = at;
    const form = packColumn(columns[index] as Column<Row>, rows);
    words[HEAD_WORDS + index * COLUMN_HEAD_WORDS] = form;
    words[HEAD_WORDS + index * COLUMN_HEAD_WORDS + 1] = place;
  }
  return finished(magic, rows.length, columns.length);
}

/** What is being packed, and the next word of it. Used again by every call, so that little is made anew. */
let words = new Uint32Array(1 << 16);
let bigs = new BigInt64Array(words.buffer);
let doubles = new Float64Array(words.buffer);
let at = 0;
const codes = new Map<string, number>();
let texts: string[] = [];
/** Those that repeat, at their number: cheap to keep, since they are the same objects in every pack. */
let repeated: string[] = [];

function reserve(count: number): void {
  if (at + count <= words.length) return;
  let length = words.length;
  while (length < at + count) length *= 2;
  const grown = new Uint32Array(length);
  grown.set(words.subarray(0, at));
  words = grown;
  bigs = new BigInt64Array(words.buffer);
  doubles = new Float64Array(words.buffer);
}

function finished(magic: number, count: number, columnCount: number): PackedRows {
  reserve(texts.length);
  const all = texts.join('');
  const textBytes = Buffer.byteLength(all);
  const isAscii = textBytes === all.length;
  let end = 0;
  for (let index = 0; index < texts.length; index += 1) {
    const text = texts[index] as string;
    end += isAscii ? text.length : Buffer.byteLength(text);
    words[at + index] = end;
  }
  at += texts.length;
  words[0] = magic;
  words[1] = at;
  words[2] = count;
  words[3] = columnCount;
  words[4] = texts.length;
  words[5] = end;
  const byteLength = roundUp(at * 4 + end);
  const { buffer } = Buffer.allocUnsafeSlow(byteLength);
  new Uint32Array(buffer, 0, at).set(words.subarray(0, at));
  const bytes = Buffer.from(buffer);
  if (isAscii) bytes.write(all, at * 4, 'latin1');
  else writeEach(bytes, at * 4);
  bytes.fill(0, at * 4 + end);
  return new PackedRows(buffer as ArrayBuffer, byteLength, repeated);
}

/** One by one: halves of a letter at the edge of two texts are no letter. */
function writeEach(bytes: Buffer, start: number): void {
  let place = start;
  for (const text of texts) place += bytes.write(text, place, 'utf8');
}

function packColumn<Row>(column: Column<Row>, rows: readonly Row[]): number {
  switch (column.kind) {
    case 'integer':
      return packIntegers(rows, column.read);
    case 'text':
      return packTexts(rows, column.read, column.repeats);
    case 'atto':
      return packAttos(rows, column.read);
    case 'double':
      return packDoubles(rows, column.read);
    case 'boolean':
      return packBooleans(rows, column.read);
    case 'textMap':
      return packMap(rows, column.read, 2, putText);
    case 'integerMap':
      return packMap(rows, column.read, 3, putInteger);
    case 'traceId':
    case 'spanId':
    case 'commit':
    case 'late':
      return ABSENT;
    default:
      return column satisfies never;
  }
}

type Read<Row, Value> = (row: Row) => Value | undefined;

/** Ends a column of `count` values of `width` words that begin at `place`, some of which may be absent. */
function ended(place: number, count: number, width: number, isConstant: boolean, nulls: number): number {
  if (nulls === count) {
    at = place;
    return ABSENT;
  }
  if (nulls > 0) {
    at = place + count * width + nullWords(count);
    return WITH_NULLS;
  }
  at = place + (isConstant ? width : count * width);
  return isConstant ? CONSTANT : FULL;
}

function nullWords(count: number): number {
  return (count + 31) >>> 5;
}

/** Room for a column, with the bits of what is absent all unset. */
function begin(count: number, width: number): number {
  const place = at;
  reserve(count * width + nullWords(count));
  words.fill(0, place + count * width, place + count * width + nullWords(count));
  return place;
}

function setBit(bitsAt: number, row: number): void {
  words[bitsAt + (row >>> 5)] = (words[bitsAt + (row >>> 5)] as number) | (1 << (row & 31));
}

function packIntegers<Row>(rows: readonly Row[], read: Read<Row, number>): number {
  const count = rows.length;
  const place = begin(count, 2);
  const bitsAt = place + count * 2;
  const first = read(rows[0] as Row);
  let isConstant = true;
  let nulls = 0;
  for (let row = 0; row < count; row += 1) {
    const value = read(rows[row] as Row);
    if (value !== first) isConstant = false;
    if (value === undefined) {
      nulls += 1;
      setBit(bitsAt, row);
    } else writeInteger(place + row * 2, value);
  }
  return ended(place, count, 2, isConstant, nulls);
}

function writeInteger(place: number, value: number): void {
  words[place] = value;
  words[place + 1] = Math.floor(value / 0x1_0000_0000);
}

const BELOW_64_BITS = 1n << 63n;

function packAttos<Row>(rows: readonly Row[], read: Read<Row, bigint>): number {
  const count = rows.length;
  const place = begin(count, 4);
  const bitsAt = place + count * 4;
  let nulls = 0;
  for (let row = 0; row < count; row += 1) {
    const value = read(rows[row] as Row);
    if (value === undefined) {
      nulls += 1;
      setBit(bitsAt, row);
      continue;
    }
    const big = (place >>> 1) + row * 2;
    bigs[big] = value;
    bigs[big + 1] = value >= 0n && value < BELOW_64_BITS ? 0n : value >> 64n;
  }
  return ended(place, count, 4, false, nulls);
}

function packDoubles<Row>(rows: readonly Row[], read: Read<Row, number>): number {
  const count = rows.length;
  const place = begin(count, 2);
  const bitsAt = place + count * 2;
  let nulls = 0;
  for (let row = 0; row < count; row += 1) {
    const value = read(rows[row] as Row);
    if (value === undefined) {
      nulls += 1;
      setBit(bitsAt, row);
    } else doubles[(place >>> 1) + row] = value;
  }
  return ended(place, count, 2, false, nulls);
}

function packBooleans<Row>(rows: readonly Row[], read: (row: Row) => boolean): number {
  const count = rows.length;
  const place = begin(count, 1);
  let set = 0;
  for (let row = 0; row < count; row += 1) {
    const isTrue = read(rows[row] as Row);
    words[place + row] = isTrue ? 1 : 0;
    if (isTrue) set += 1;
  }
  return ended(place, count, 1, set === 0 || set === count, 0);
}

/** A text is its number plus one; zero is none. */
function packTexts<Row>(rows: readonly Row[], read: Read<Row, string>, repeats: boolean): number {
  const count = rows.length;
  const place = at;
  reserve(count);
  const first = read(rows[0] as Row);
  let isConstant = true;
  let isAbsent = true;
  let before: string | undefined;
  let code = 0;
  for (let row = 0; row < count; row += 1) {
    const value = read(rows[row] as Row);
    if (value !== first) isConstant = false;
    if (value === undefined) {
      words[place + row] = 0;
      continue;
    }
    isAbsent = false;
    if (value !== before || code === 0) {
      code = (repeats ? codeOf(value) : added(value)) + 1;
      before = value;
    }
    words[place + row] = code;
  }
  if (isAbsent) return ABSENT;
  at = place + (isConstant ? 1 : count);
  return isConstant ? CONSTANT : FULL;
}

function codeOf(text: string): number {
  const known = codes.get(text);
  if (known !== undefined) return known;
  codes.set(text, texts.length);
  repeated[texts.length] = text;
  return added(text);
}

function added(text: string): number {
  texts.push(text);
  return texts.length - 1;
}

/** Where the pairs of each row begin, and where the last ones end; behind that the pairs. */
function packMap<Row, Value>(
  rows: readonly Row[],
  read: ReadPairs<Row, Value>,
  width: number,
  put: (place: number, value: Value) => void,
): number {
  const count = rows.length;
  const place = at;
  reserve(count + 1);
  at += count + 1;
  const pairsAt = at;
  const push = (key: string, value: Value): void => {
    reserve(width);
    words[at] = codeOf(key);
    put(at + 1, value);
    at += width;
  };
  for (let row = 0; row < count; row += 1) {
    words[place + row] = at;
    read(rows[row] as Row, push);
  }
  words[place + count] = at;
  if (at > pairsAt) return FULL;
  at = place;
  return ABSENT;
}

function putText(place: number, value: string): void {
  words[place] = codeOf(value);
}

function putInteger(place: number, value: number): void {
  writeInteger(place, value);
}
