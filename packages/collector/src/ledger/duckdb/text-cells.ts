import bindings from '@duckdb/node-bindings';
import type { PackedRows } from './packed-rows.ts';
import type { Vector } from './vector.ts';

/** Bytes of a text that stand inside its 16-byte cell: 4 of length, then up to 12 of text. */
const INLINE_BYTES_MAX = 12;

/**
 * The cells of all texts of the packs, as DuckDB keeps them (`duckdb_string_t` of its public C header): short ones stand in
 * their cell; a long one is its length, its first four bytes and the address of its bytes. The bytes of all packs go over
 * as one text of `vector`, in one native call; they live as long as the chunk that it belongs to, so cells in every vector of
 * that chunk may point to them.
 */
export function writeCells(vector: Vector, packs: readonly PackedRows[]): Uint32Array[] {
  const all = Buffer.concat(packs.map(({ texts }) => texts));
  let address = { low: 0, high: 0 };
  if (all.length > INLINE_BYTES_MAX) {
    bindings.vector_assign_string_element_len(vector, 0, all);
    const { buffer, byteOffset } = bindings.vector_get_data(vector, 16);
    const cell = new DataView(buffer, byteOffset, 16);
    address = { low: cell.getUint32(8, true), high: cell.getUint32(12, true) };
  }
  let start = 0;
  return packs.map((pack) => {
    const cells = cellsOf(pack, address.low + start, address.high);
    start += pack.texts.length;
    return cells;
  });
}

/** `low` may be beyond 32 bits, `high` is then one more. */
function cellsOf(pack: PackedRows, low: number, high: number): Uint32Array {
  const { textCount, texts } = pack;
  const cells = new Uint32Array(textCount * 4);
  const bytes = new Uint8Array(cells.buffer);
  let start = 0;
  for (let text = 0; text < textCount; text += 1) {
    const end = pack.textEnd(text);
    const length = end - start;
    cells[text * 4] = length;
    const inline = length > INLINE_BYTES_MAX ? 4 : length;
    for (let index = 0; index < inline; index += 1) bytes[text * 16 + 4 + index] = texts[start + index] as number;
    if (length > INLINE_BYTES_MAX) {
      const address = low + start;
      cells[text * 4 + 2] = address;
      cells[text * 4 + 3] = address > 0xffff_ffff ? high + 1 : high;
    }
    start = end;
  }
  return cells;
}
