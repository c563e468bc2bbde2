import { MONEY_SCALE } from '@costspan/usage';
import {
  BIGINT,
  BOOLEAN,
  DECIMAL,
  DOUBLE,
  type DuckDBType,
  MAP,
  TIMESTAMP,
  UBIGINT,
  UUID,
  VARCHAR,
} from '@duckdb/node-api';

type Read<Row, Value> = (row: Row) => Value | undefined;
export type ReadPairs<Row, Value> = (row: Row, push: (key: string, value: Value) => void) => void;

/** What a commit adds to the rows that it writes. */
export interface Commit {
  readonly receivedAtUs: number;
}

/** Where the value of a column comes from, and so how it is packed. */
export type ColumnKind<Row> =
  /** Whole numbers in the safe range. */
  | { readonly kind: 'integer'; readonly read: Read<Row, number> }
  | { readonly kind: 'double'; readonly read: Read<Row, number> }
  | { readonly kind: 'boolean'; readonly read: (row: Row) => boolean }
  /** Integers at 10⁻¹⁸. */
  | { readonly kind: 'atto'; readonly read: Read<Row, bigint> }
  /** `repeats`: the same one stands in many rows, as names and tags do. */
  | { readonly kind: 'text'; readonly read: Read<Row, string>; readonly repeats: boolean }
  | { readonly kind: 'textMap'; readonly read: ReadPairs<Row, string> }
  | { readonly kind: 'integerMap'; readonly read: ReadPairs<Row, number> }
  /** The 128-bit id in the first four words of a row's ids. */
  | { readonly kind: 'traceId' }
  /** The 64-bit id in two words of a row's ids, from `word` on; two zeros are none. */
  | { readonly kind: 'spanId'; readonly word: number }
  /** Microseconds, the same in all rows of a commit. */
  | { readonly kind: 'commit'; readonly read: (commit: Commit) => number }
  /** Told beside each row when it is written. */
  | { readonly kind: 'late' };

export type Column<Row> = { readonly name: string; readonly type: DuckDBType } & ColumnKind<Row>;

export function integerColumn<Row>(name: string, read: Read<Row, number>): Column<Row> {
  return { name, type: BIGINT, kind: 'integer', read };
}

/** Microseconds since 1970 UTC. */
export function instantColumn<Row>(name: string, read: Read<Row, number>): Column<Row> {
  return { name, type: TIMESTAMP, kind: 'integer', read };
}

export function doubleColumn<Row>(name: string, read: Read<Row, number>): Column<Row> {
  return { name, type: DOUBLE, kind: 'double', read };
}

export function booleanColumn<Row>(name: string, read: (row: Row) => boolean): Column<Row> {
  return { name, type: BOOLEAN, kind: 'boolean', read };
}

export function attoColumn<Row>(name: string, read: Read<Row, bigint>): Column<Row> {
  return { name, type: DECIMAL(38, MONEY_SCALE), kind: 'atto', read };
}

export function textColumn<Row>(
  name: string,
  read: Read<Row, string>,
  repeats: 'repeats' | 'unique' = 'repeats',
): Column<Row> {
  return { name, type: VARCHAR, kind: 'text', read, repeats: repeats === 'repeats' };
}

/** `read` pushes the pairs of a row. */
export function textMapColumn<Row>(name: string, read: ReadPairs<Row, string>): Column<Row> {
  return { name, type: MAP(VARCHAR, VARCHAR), kind: 'textMap', read };
}

export function integerMapColumn<Row>(name: string, read: ReadPairs<Row, number>): Column<Row> {
  return { name, type: MAP(VARCHAR, BIGINT), kind: 'integerMap', read };
}

export function traceIdColumn<Row>(name: string): Column<Row> {
  return { name, type: UUID, kind: 'traceId' };
}

export function spanIdColumn<Row>(name: string, word: number): Column<Row> {
  return { name, type: UBIGINT, kind: 'spanId', word };
}

export function commitColumn<Row>(name: string, read: (commit: Commit) => number): Column<Row> {
  return { name, type: TIMESTAMP, kind: 'commit', read };
}

export function lateColumn<Row>(name: string): Column<Row> {
  return { name, type: BOOLEAN, kind: 'late' };
}
