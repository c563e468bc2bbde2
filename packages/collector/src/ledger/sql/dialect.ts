import type { CallTables } from './field-sql.ts';
import type { SqlParams } from './sql-params.ts';
import type { RollUpState } from './usage-plan.ts';

/** Texts and whole numbers; SQL casts what it needs. */
export type SqlParam = string | bigint;
/** A cell of an answer. Decimals come as their unscaled integer. */
export type SqlCell = string | number | bigint | boolean | null;

/** A store that can be asked in SQL. */
export interface SqlReader {
  readonly dialect: Dialect;
  readonly rows: (sql: string, params?: readonly SqlParam[]) => Promise<SqlCell[][]>;
}

/**
 * What is not said alike in every store. One compiler makes the statements; a store is this and its tables. Each entry takes
 * SQL and gives SQL, and NULL gives NULL.
 */
export interface Dialect {
  /** The placeholder of the value with this number, from 1. */
  readonly param: (number: number, kind: 'text' | 'integer') => string;
  /** A decimal text, and whole microseconds since 1970 UTC. */
  readonly decimal: (text: string) => string;
  readonly instant: (us: string) => string;
  /** Ids from hexadecimal digits, and back. */
  readonly traceId: (text: string) => string;
  readonly spanId: (text: string) => string;
  readonly traceHex: (column: string) => string;
  readonly spanHex: (column: string) => string;
  readonly epochUs: (column: string) => string;
  /** Start of the month, quarter or year that holds the microseconds, in microseconds. */
  readonly startOf: (grain: 'month' | 'quarter' | 'year', us: string) => string;
  /** Whole division of integers. */
  readonly quotient: (over: string, under: string) => string;
  readonly integer: (value: string) => string;
  /** An integer of at least 128 bits. */
  readonly huge: (value: string) => string;
  /** A count as a type whose sum does not overflow. */
  readonly summable: (value: string) => string;
  /** An amount as its integer at 10⁻¹⁸. */
  readonly atto: (value: string) => string;
  readonly nothing: (kind: 'integer' | 'text') => string;
  /** NULL where the map has no such key. */
  readonly mapValue: (map: string, key: string) => string;
  /** A map as JSON. */
  readonly mapText: (map: string) => string;
  /** One row for each key. */
  readonly eachKey: (map: string) => string;
  /** The text under a key at the top of a JSON object. */
  readonly jsonText: (column: string, key: string) => string;
  readonly startsWith: (value: string, text: string) => string;
  readonly endsWith: (value: string, text: string) => string;
  /** Whatever the case of the letters. */
  readonly contains: (value: string, text: string) => string;
  /** The smallest value that at least this share of the rows does not exceed. */
  readonly quantile: (column: string, share: string) => string;
  /** The value of the row whose key comes first. */
  readonly firstBy: (value: string, key: string) => string;
  /** Between the parts of a recursion over the parents of spans. */
  readonly recursionUnion: string;
  /** After the name of a part of a statement that is used several times. */
  readonly materialized: string;
  /** The sums by hour. */
  readonly hours: string;
  /** Where calls and contexts stand now, or stood at an instant of knowledge time. */
  readonly tables: (asOfUs: number | undefined, isTakenBack: boolean, params: SqlParams) => CallTables;
  /** Whether calls that were taken back since an instant stand in a table of their own. */
  readonly keepsTakenBack: boolean;
  readonly readState: (reader: SqlReader) => Promise<RollUpState>;
  /** One cell: the newest knowledge time in microseconds. */
  readonly newestSql: string;
}
