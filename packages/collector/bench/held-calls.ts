import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { openDatabase } from '../src/ledger/duckdb/database.ts';
import { openDuckDbLedger } from '../src/ledger/duckdb/open-duck-db-ledger.ts';

export const FROM_US = Date.UTC(2026, 9, 1) * 1000;
export const MONTH_US = 31 * 86_400_000_000;

/** Spreads `n` over whole numbers, with arithmetic that both stores do exactly in 64 bits. */
const random = (seed: number): string => `((n * 2654435761 + ${seed} * 40503) % 4294967291)`;
/** A few customers make most of the calls. */
const CUSTOMER = `(((${random(1)} % 1200) * (${random(2)} % 1024)) >> 10)`;
/** Each feature uses one model. */
const MODEL = `(${random(5)} % 4)`;
const INPUT = `(200 + ${random(3)} % 4000)`;
const OUTPUT = `(${random(4)} % 900)`;
const STARTED_US = (calls: number): string => `(${FROM_US} + n * ${Math.floor(MONTH_US / calls)})`;
const choose = (index: string, values: readonly string[]): string =>
  `CASE ${index} ${values.map((value, at) => `WHEN ${at} THEN '${value}'`).join(' ')} END`;
const MODEL_NAME = choose(MODEL, ['gpt-4o-mini-2024-07-18', 'gpt-4o-2024-08-06', 'claude-sonnet-4-5', 'embed-3']);
const FEATURE = choose(MODEL, ['support_bot', 'document_search', 'translation', 'chat']);
const PLAN = choose(`(${CUSTOMER} % 3)`, ['free', 'pro', 'enterprise']);
/** Of the amount, as an integer at 10⁻¹²: SQLite has no wider one, and a month of these fits. */
const PICO_USD = `(${INPUT} * 150000 + ${OUTPUT} * 600000)`;

/** Fills an empty ledger with one month of made calls, inside the store: a minute for ten million. */
export async function fillLedger(path: string, calls: number): Promise<void> {
  await (await openDuckDbLedger({ path, rollUpIntervalMs: 0 })).close();
  const database = await openDatabase({ path, threads: 2, memoryBytesMax: 2 ** 32, walBytesMax: 2 ** 28 });
  const connection = await database.connect();
  // One million to a transaction, in the order of time, as they would come.
  for (let first = 0; first < calls; first += 1_000_000) {
    await connection.run(
      `INSERT INTO calls BY NAME
       SELECT gen_random_uuid() AS trace_id, hash(n) AS span_id, hash(n + 1000000007) AS parent_span_id,
         make_timestamp(${STARTED_US(calls)}) AS started_at, make_timestamp(${STARTED_US(calls)} + 5000000) AS received_at,
         200000 + ${random(6)} % 9000000 AS duration_us, 100000 + ${random(7)} % 900000 AS time_to_first_chunk_us,
         CASE ${MODEL} WHEN 2 THEN 'anthropic' ELSE 'openai' END AS provider, 'chat' AS operation,
         ${MODEL_NAME} AS model, ${MODEL_NAME} AS request_model, 'chatcmpl-' || hash(n + 13) AS response_id,
         'storefront' AS service, CASE WHEN ${random(8)} % 100 < 3 THEN 'error' ELSE 'ok' END AS outcome,
         '{"service_tier":"default"}' AS context, 'customer_' || ${CUSTOMER} AS customer_id, ${FEATURE} AS feature_name,
         'production' AS environment, 'user_' || (${random(9)} % 24000) AS "user", 'team_' || (${CUSTOMER} % 12) AS team,
         MAP {'plan': ${PLAN}} AS other_tags, 'reported' AS usage_status, ${INPUT} AS input_tokens,
         ${OUTPUT} AS output_tokens, 64 AS cache_read_tokens, MAP {}::MAP(VARCHAR, BIGINT) AS other_meters,
         ${PICO_USD}::DECIMAL(38, 18) / 1000000000000 AS cost,
         (${INPUT} * 150000)::DECIMAL(38, 18) / 1000000000000 AS input_cost, 0::DECIMAL(38, 18) AS cache_read_cost,
         0::DECIMAL(38, 18) AS cache_write_cost, (${OUTPUT} * 600000)::DECIMAL(38, 18) / 1000000000000 AS output_cost, 'USD' AS currency, 'priced' AS cost_status,
         '{"provider":"openai","model":"gpt-4o","layer":"base","version":"sha256:0d5f3c1a9b7e"}' AS card,
         'alias' AS card_match,
         '[["input_tokens",' || ${INPUT} || ',"0.15",1000000,"' || ${INPUT} * 150000000000 || '"],["output_tokens",' ||
           ${OUTPUT} || ',"0.6",1000000,"' || ${OUTPUT} * 600000000000 || '"]]' AS lines,
         'otel-genai' AS dialect, false AS billable_stated, false AS late
       FROM range(${first}, ${Math.min(calls, first + 1_000_000)}) rows(n)`,
    );
  }
  connection.close();
  database.close();
}

/**
 * The same calls in SQLite, in the shape that suits these questions best: clustered by time, what is summed in an index
 * by customer, the free tags as JSON.
 */
export function fillSqlite(directory: string, calls: number): DatabaseSync {
  const sqlite = new DatabaseSync(join(directory, 'calls.sqlite'));
  sqlite.exec(`
    PRAGMA journal_mode = WAL; PRAGMA synchronous = OFF; PRAGMA cache_size = -524288; PRAGMA mmap_size = 8589934592;
    CREATE TABLE calls (
      started_at INTEGER, span_id INTEGER, provider TEXT, model TEXT, outcome TEXT, duration_us INTEGER, customer_id TEXT,
      feature_name TEXT, team TEXT, user TEXT, tags TEXT, input_tokens INTEGER, output_tokens INTEGER, cost_pico INTEGER,
      PRIMARY KEY (started_at, span_id)
    ) WITHOUT ROWID;
    WITH RECURSIVE rows(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM rows WHERE n < ${calls - 1})
    INSERT INTO calls SELECT ${STARTED_US(calls)}, n, CASE ${MODEL} WHEN 2 THEN 'anthropic' ELSE 'openai' END, ${MODEL_NAME},
      CASE WHEN ${random(8)} % 100 < 3 THEN 'error' ELSE 'ok' END, 200000 + ${random(6)} % 9000000,
      'customer_' || ${CUSTOMER}, ${FEATURE}, 'team_' || (${CUSTOMER} % 12), 'user_' || (${random(9)} % 24000),
      '{"plan":"' || ${PLAN} || '"}', ${INPUT}, ${OUTPUT}, ${PICO_USD}
    FROM rows;
    CREATE INDEX by_customer ON calls (customer_id, started_at, input_tokens, output_tokens, cost_pico);
    ANALYZE;
  `);
  return sqlite;
}
