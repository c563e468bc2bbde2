import { zstdDecompressSync } from 'node:zlib';
import type { Compressors } from 'hyparquet';

/** The reader knows Snappy alone. */
export const compressors: Compressors = {
  ZSTD: (bytes) => new Uint8Array(zstdDecompressSync(bytes)),
};
