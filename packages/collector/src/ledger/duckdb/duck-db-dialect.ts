import type { Dialect, SqlCell, SqlReader } from '../sql/dialect.ts';
import type { Connection } from './database.ts';
import { callTables } from './past-calls.ts';

/** How the compiler of questions speaks to DuckDB. */
export const duckDbDialect: Dialect = {
  param: (number, kind) => (kind === 'text' ? `$${number}` : `$${number}::BIGINT`),
  decimal: (text) => `${text}::DECIMAL(38, 18)`,
  instant: (us) => `make_timestamp(${us})`,
  traceId: (text) => `${text}::UUID`,
  spanId: (text) => `('0x' || ${text})::UBIGINT`,
  traceHex: (column) => `replace(${column}::VARCHAR, '-', '')`,
  spanHex: (column) => `printf('%016x', ${column})`,
  epochUs: (column) => `epoch_us(${column})`,
  startOf: (grain, us) => `epoch_us(date_trunc('${grain}', make_timestamp(${us})))`,
  quotient: (over, under) => `${over} // ${under}`,
  integer: (value) => `(${value})::BIGINT`,
  huge: (value) => `(${value})::HUGEINT`,
  // The sum of BIGINT is a HUGEINT.
  summable: (value) => value,
  // A decimal has no whole division: its digits without the point are the integer at 10⁻¹⁸.
  atto: (value) => `replace((${value})::VARCHAR, '.', '')::HUGEINT`,
  nothing: (kind) => (kind === 'integer' ? 'NULL::BIGINT' : 'NULL::VARCHAR'),
  mapValue: (map, key) => `${map}[${key}]`,
  mapText: (map) => `to_json(${map})::VARCHAR`,
  eachKey: (map) => `unnest(map_keys(${map}))`,
  jsonText: (column, key) => `json_extract_string(${column}, '$.${key}')`,
  startsWith: (value, text) => `starts_with(${value}, ${text})`,
  endsWith: (value, text) => `ends_with(${value}, ${text})`,
  contains: (value, text) => `contains(lower(${value}), lower(${text}))`,
  quantile: (column, share) => `quantile_disc(${column}, ${share})`,
  firstBy: (value, key) => `arg_min(${value}, ${key})`,
  recursionUnion: 'UNION',
  materialized: 'AS MATERIALIZED',
  hours: 'hours',
  tables: callTables,
  keepsTakenBack: true,
  async readState({ rows }) {
    const [row] = await rows(
      `SELECT epoch_us(rolled_to), epoch_us(calls_from), epoch_us(deleted_at),
         epoch_us(least((SELECT min(started_at) FROM calls), (SELECT min(hour) FROM hours WHERE hour < calls_from)))
       FROM roll_up`,
    );
    const [rolledTo, callsFrom, deleted, dataFrom] = row as [SqlCell, SqlCell, SqlCell, SqlCell];
    return {
      rolledToUs: Number(rolledTo),
      callsFromUs: Number(callsFrom),
      deletedUs: Number(deleted),
      dataFromUs: dataFrom === null ? undefined : Number(dataFrom),
    };
  },
  newestSql: `SELECT epoch_us(greatest(rolled_to, deleted_at, (SELECT max(received_at) FROM calls),
     (SELECT max(superseded_at) FROM superseded), (SELECT max(received_at) FROM context_spans))) FROM roll_up`,
};

export function duckDbReader(connection: Connection): SqlReader {
  return { dialect: duckDbDialect, rows: (sql, params) => connection.rows(sql, params) };
}
