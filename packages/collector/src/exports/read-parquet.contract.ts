import { readFileSync } from 'node:fs';
import { attoFromInteger, formatMoney } from '@costspan/usage';
import { parquetMetadata, parquetReadObjects, parquetSchema } from 'hyparquet';
import { compressors } from './zstd.contract.ts';

/** Parquet as an engine of others reads it. Its decimals are doubles, so here they come as bytes and become exact texts. */
export async function readParquet(file: string): Promise<{
  readonly rows: readonly Record<string, unknown>[];
  readonly decimals: readonly string[];
  readonly instants: readonly string[];
}> {
  const bytes = readFileSync(file);
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
  const metadata = parquetMetadata(buffer);
  const leaves = parquetSchema(metadata).children.map(({ element }) => element);
  const decimals = leaves.filter(({ logical_type }) => logical_type?.type === 'DECIMAL').map(({ name }) => name);
  const instants = leaves
    .filter(({ logical_type }) => logical_type?.type === 'TIMESTAMP' && logical_type.isAdjustedToUTC)
    .map(({ name }) => name);
  // As the bytes and microseconds that they are: the reader's own decimals and dates are coarser.
  for (const element of metadata.schema) {
    const type = element.logical_type?.type;
    if (type !== 'DECIMAL' && type !== 'TIMESTAMP') continue;
    delete element.logical_type;
    delete element.converted_type;
    if (type === 'DECIMAL' && (element.precision !== 38 || element.scale !== 18 || element.type_length !== 16))
      throw new Error(element.name);
  }
  const rows = (await parquetReadObjects({ file: buffer, metadata, compressors, utf8: true })) as Record<
    string,
    unknown
  >[];
  for (const row of rows) {
    for (const name of decimals) {
      const value = row[name];
      row[name] = value instanceof Uint8Array ? formatMoney(attoFromInteger(signed(value))) : null;
    }
    for (const name of instants) {
      const us = row[name];
      row[name] = typeof us === 'bigint' ? instantText(us) : null;
    }
  }
  return { rows, decimals, instants };
}

function instantText(us: bigint): string {
  return `${new Date(Number(us / 1000n)).toISOString().slice(0, -1)}${String(us % 1000n).padStart(3, '0')}Z`;
}

/** Two's complement, most significant byte first. */
function signed(bytes: Uint8Array): bigint {
  return BigInt.asIntN(128, BigInt(`0x${Buffer.from(bytes).toString('hex')}`));
}
