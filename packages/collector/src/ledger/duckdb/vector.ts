import bindings from '@duckdb/node-bindings';

/** One column of one chunk, in DuckDB's memory. */
export type Vector = ReturnType<typeof bindings.data_chunk_get_vector>;

/** Which rows of a vector are absent. */
export class Nulls {
  readonly #count: number;
  #bits: Uint8Array | undefined;

  constructor(count: number) {
    this.#count = count;
  }

  add(row: number): void {
    this.#bits ??= new Uint8Array(Math.ceil(this.#count / 64) * 8).fill(0xff);
    this.#bits[row >> 3] = (this.#bits[row >> 3] as number) & ~(1 << (row & 7));
  }

  /** `from` included, `to` not. */
  addMany(from: number, to: number): void {
    for (let row = from; row < to; ) {
      if ((row & 7) === 0 && to - row >= 8) {
        this.#bits ??= new Uint8Array(Math.ceil(this.#count / 64) * 8).fill(0xff);
        this.#bits[row >> 3] = 0;
        row += 8;
      } else {
        this.add(row);
        row += 1;
      }
    }
  }

  flush(vector: Vector): void {
    if (this.#bits === undefined) return;
    bindings.vector_ensure_validity_writable(vector);
    bindings.copy_data_to_vector_validity(vector, 0, this.#bits.buffer as ArrayBuffer, 0, this.#bits.byteLength);
  }
}

/** Puts whole rows of data, and which of them are absent, into the vector. */
export function copyRows(
  vector: Vector,
  data: Uint8Array | Uint32Array | Float64Array | BigInt64Array,
  nulls: Nulls,
): void {
  bindings.copy_data_to_vector(vector, 0, data.buffer as ArrayBuffer, 0, data.byteLength);
  nulls.flush(vector);
}
