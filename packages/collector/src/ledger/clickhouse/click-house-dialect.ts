import type { Dialect } from '../sql/dialect.ts';
import type { CallTables } from '../sql/field-sql.ts';
import type { SqlParams } from '../sql/sql-params.ts';

/** How the compiler of questions speaks to ClickHouse. */
export const clickHouseDialect: Dialect = {
  param: (number, kind) => `{p${number}:${kind === 'text' ? 'String' : 'Int64'}}`,
  decimal: (text) => `toDecimal256(${text}, 18)`,
  instant: (us) => `fromUnixTimestamp64Micro(${us}, 'UTC')`,
  traceId: (text) => `toFixedString(${text}, 32)`,
  spanId: (text) => `toFixedString(${text}, 16)`,
  traceHex: (column) => `toString(${column})`,
  spanHex: (column) => `toString(${column})`,
  epochUs: (column) => `toUnixTimestamp64Micro(${column})`,
  startOf: (grain, us) =>
    `toUnixTimestamp64Micro(toDateTime64(${STARTS[grain]}(fromUnixTimestamp64Micro(${us}, 'UTC')), 6, 'UTC'))`,
  quotient: (over, under) => `intDiv(${over}, ${under})`,
  integer: (value) => `toInt64(${value})`,
  huge: (value) => `toInt256(${value})`,
  // A sum of Int64 would begin again at the lowest number when it overflows.
  summable: (value) => `toInt128(${value})`,
  atto: (value) => `toInt256(toDecimal256(${value}, 18) * toInt256('1000000000000000000'))`,
  nothing: (kind) => (kind === 'integer' ? 'CAST(NULL AS Nullable(Int64))' : 'CAST(NULL AS Nullable(String))'),
  mapValue: (map, key) => `if(mapContains(${map}, ${key}), ${map}[${key}], NULL)`,
  mapText: (map) => `toJSONString(${map})`,
  eachKey: (map) => `arrayJoin(mapKeys(${map}))`,
  jsonText: (column, key) => `JSONExtract(CAST(${column} AS Nullable(String)), '${key}', 'Nullable(String)')`,
  startsWith: (value, text) => `startsWith(${value}, ${text})`,
  endsWith: (value, text) => `endsWith(${value}, ${text})`,
  contains: (value, text) => `(position(lowerUTF8(${value}), lowerUTF8(${text})) > 0)`,
  quantile: (column, share) => `quantileExactWeightedOrNull(${share})(${column}, 1)`,
  firstBy: (value, key) => `argMin(${value}, ${key})`,
  // There is no plain UNION in a recursion. Each span has one parent, so a path has one row for each step at most.
  recursionUnion: 'UNION ALL',
  materialized: 'AS',
  hours: 'hours',
  tables,
  keepsTakenBack: false,
  async readState({ rows }) {
    const [row] = await rows('SELECT count(), toUnixTimestamp64Micro(min(started_at)) FROM calls');
    return {
      rolledToUs: 0,
      callsFromUs: 0,
      deletedUs: 0,
      dataFromUs: Number(row?.[0]) === 0 ? undefined : Number(row?.[1]),
    };
  },
  newestSql: `SELECT toUnixTimestamp64Micro(greatest((SELECT max(received_at) FROM calls), (SELECT max(received_at) FROM flips),
     (SELECT max(received_at) FROM context_spans)))`,
};

const STARTS = { month: 'toStartOfMonth', quarter: 'toStartOfQuarter', year: 'toStartOfYear' } as const;

const CONTEXT_COLUMNS =
  'trace_id, span_id, parent_span_id, started_at, received_at, duration_us, kind, operation, name, dialect, outcome, service, conversation_id';
const AS_CONTEXT = `trace_id, span_id, parent_span_id, started_at, received_at, duration_us, 'framework' AS kind, operation,
  model AS name, coalesce(dialect, '') AS dialect, outcome, service, conversation_id`;

function tables(asOfUs: number | undefined, _isTakenBack: boolean, params: SqlParams): CallTables {
  if (asOfUs === undefined) {
    return {
      calls: '(SELECT * FROM calls FINAL WHERE billed) AS calls',
      contexts: () => contexts('FINAL', 'FINAL WHERE NOT billed'),
    };
  }
  const at = params.instant(asOfUs);
  const others = `(trace_id, span_id) IN (SELECT trace_id, span_id FROM flips WHERE received_at <= ${at}
    GROUP BY trace_id, span_id HAVING NOT argMax(billed, version))`;
  return {
    calls: `(SELECT * FROM calls FINAL WHERE received_at <= ${at} AND NOT (${others})) AS calls`,
    contexts: () => contexts(`FINAL WHERE received_at <= ${at}`, `FINAL WHERE received_at <= ${at} AND ${others}`),
  };
}

/** The spans around calls, and the calls that another span stands for. */
function contexts(ofSpans: string, ofCalls: string): string {
  return `(SELECT ${CONTEXT_COLUMNS} FROM context_spans ${ofSpans} UNION ALL SELECT ${AS_CONTEXT} FROM calls ${ofCalls})`;
}
