import bindings from '@duckdb/node-bindings';
import { copyRows, Nulls, type Vector } from './vector.ts';

/** Bytes of a text that stand inside its 16-byte cell: 4 of length, then up to 12 of text. */
const INLINE_BYTES_MAX = 12;

/**
 * Writes texts as DuckDB keeps them: 16 bytes each (`duckdb_string_t` of its public C header). Short ones stand in their
 * cell; all long ones of the column go over as one text in one native call, and their cells hold length, first four
 * bytes and the place inside it. A column with other letters than ASCII takes one native call per text.
 */
export function fillTexts(vector: Vector, values: readonly (string | undefined)[], repeats = true): void {
  const count = values.length;
  const cells = new Uint32Array(count * 4);
  const bytes = new Uint8Array(cells.buffer);
  const nulls = new Nulls(count);
  const long: number[] = [];
  let ascii = true;
  let before: string | undefined;
  for (let row = 0; row < count; row += 1) {
    const value = values[row];
    const at = row * 4;
    if (value === undefined) nulls.add(row);
    else if (value.length > INLINE_BYTES_MAX) long.push(row);
    else if (value === before) {
      cells[at] = cells[at - 4] as number;
      cells[at + 1] = cells[at - 3] as number;
      cells[at + 2] = cells[at - 2] as number;
      cells[at + 3] = cells[at - 1] as number;
    } else {
      cells[at] = value.length;
      ascii = writeAscii(bytes, row * 16 + 4, value, value.length) && ascii;
    }
    before = value;
  }
  if (ascii && long.length > 0) ascii = fillLong(vector, values, long, repeats, cells, bytes);
  if (ascii) copyRows(vector, cells, nulls);
  else fillAnyTexts(vector, values, nulls);
}

/** `false` when one of the texts is not ASCII, so that its place cannot be told from its length. */
function fillLong(
  vector: Vector,
  values: readonly (string | undefined)[],
  rows: readonly number[],
  repeats: boolean,
  cells: Uint32Array,
  bytes: Uint8Array,
): boolean {
  const offsets = new Map<string, number>();
  const starts = new Uint32Array(rows.length);
  let all = '';
  for (let i = 0; i < rows.length; i += 1) {
    const value = values[rows[i] as number] as string;
    const offset = repeats ? offsets.get(value) : undefined;
    starts[i] = offset ?? all.length;
    if (offset !== undefined) continue;
    if (repeats) offsets.set(value, all.length);
    all += value;
  }
  if (all.length <= INLINE_BYTES_MAX || Buffer.byteLength(all) !== all.length) return false;
  bindings.vector_assign_string_element(vector, 0, all);
  const { buffer, byteOffset } = bindings.vector_get_data(vector, 16);
  const base = new DataView(buffer, byteOffset, 16);
  const low = base.getUint32(8, true);
  const high = base.getUint32(12, true);
  for (let i = 0; i < rows.length; i += 1) {
    const row = rows[i] as number;
    const value = values[row] as string;
    const address = low + (starts[i] as number);
    cells[row * 4] = value.length;
    writeAscii(bytes, row * 16 + 4, value, 4);
    cells[row * 4 + 2] = address;
    cells[row * 4 + 3] = address > 0xffff_ffff ? high + 1 : high;
  }
  return true;
}

function writeAscii(bytes: Uint8Array, at: number, text: string, length: number): boolean {
  let seen = 0;
  for (let i = 0; i < length; i += 1) {
    const code = text.charCodeAt(i);
    seen |= code;
    bytes[at + i] = code;
  }
  return seen < 0x80;
}

/** One native call per text, for columns that hold other letters than ASCII. */
function fillAnyTexts(vector: Vector, values: readonly (string | undefined)[], nulls: Nulls): void {
  for (let row = 0; row < values.length; row += 1) {
    const value = values[row];
    if (value !== undefined) bindings.vector_assign_string_element(vector, row, value);
  }
  nulls.flush(vector);
}
