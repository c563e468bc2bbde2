import { setTimeout as wait } from 'node:timers/promises';
import { ClickHouseError, type ClickHouseSettings, createClient } from '@clickhouse/client';
import { LedgerUnavailableError, QueryTooLargeError } from '../ledger.ts';
import type { SqlCell, SqlParam } from '../sql/dialect.ts';
import type { ClickHousePlace } from './click-house-url.ts';
import { readTable } from './read-table.ts';

/** Names of columns and the rows of an insert; a cell is as JSON has it. */
export interface InsertRows {
  readonly table: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
  /** The same token within the window of the table is the same insert, and is kept once. */
  readonly token: string;
}

/** A ClickHouse server, through the one library that speaks to it. What cannot be reached for a moment is tried again. */
export interface ClickHouse {
  readonly rows: (sql: string, params?: readonly SqlParam[]) => Promise<SqlCell[][]>;
  readonly run: (sql: string, token?: string) => Promise<void>;
  readonly insert: (rows: InsertRows) => Promise<void>;
  readonly close: () => Promise<void>;
}

const ATTEMPTS = 4;
const RETRY_DELAY_MS = 100;

/** What the statements rely on, whatever the server's own defaults are. */
const SETTINGS = {
  join_use_nulls: 1,
  prefer_column_name_to_alias: 1,
  cast_keep_nullable: 1,
  count_distinct_implementation: 'uniqExact',
  group_by_use_nulls: 0,
  aggregate_functions_null_for_empty: 0,
  // Calls of one id are in one month: see migrations/0001-calls.ts.
  do_not_merge_across_partitions_select_final: 1,
  output_format_json_quote_64bit_integers: 0,
} as const satisfies ClickHouseSettings;

/** An insert is answered when it is on the disk of the server, and of a majority of replicas where there are some. */
const INSERT_SETTINGS: ClickHouseSettings = {
  async_insert: 0,
  wait_end_of_query: 1,
  // History may come from more months than the default allows in one insert.
  max_partitions_per_insert_block: '0',
};

export function connectClickHouse(place: ClickHousePlace, queryTimeoutMs: number): ClickHouse {
  const client = createClient({
    url: place.url,
    username: place.username,
    password: place.password,
    database: place.database,
    application: 'costspan',
    request_timeout: queryTimeoutMs + 15_000,
    // A call is some 1,000 bytes of JSON; packing it costs both sides more than a network between them.
    compression: { request: false, response: false },
    clickhouse_settings: {
      ...SETTINGS,
      ...(place.cluster !== undefined && {
        insert_quorum: 'auto',
        insert_quorum_parallel: 0,
        select_sequential_consistency: '1',
        distributed_foreground_insert: 1,
        // A trace is on one shard, so what is joined stands beside it.
        distributed_product_mode: 'local',
      }),
    },
    // What fails is told by whoever asked.
    log: { level: 127 },
  });
  return {
    rows: (sql, params = []) =>
      attempt('LEDGER_READ', 'the ledger could not be read', async () => {
        const result = await client.query({
          query: sql,
          format: 'TabSeparatedWithNamesAndTypes',
          query_params: Object.fromEntries(params.map((value, index) => [`p${index + 1}`, value])),
          clickhouse_settings: { max_execution_time: Math.ceil(queryTimeoutMs / 1000) },
        });
        return readTable(await result.text());
      }),
    run: (sql, token) =>
      attempt('LEDGER_WRITE', 'the calls could not be written', async () => {
        const settings = token === undefined ? {} : { ...INSERT_SETTINGS, insert_deduplication_token: token };
        await client.command({ query: sql, clickhouse_settings: settings });
      }),
    insert: ({ table, columns, rows, token }) =>
      attempt('LEDGER_WRITE', 'the calls could not be written', async () => {
        await client.insert({
          table,
          values: rows as unknown[],
          columns: columns as [string, ...string[]],
          format: 'JSONCompactEachRow',
          clickhouse_settings: { ...INSERT_SETTINGS, insert_deduplication_token: token },
        });
      }),
    close: () => client.close(),
  };
}

/**
 * Everything here may be done twice: questions change nothing, inserts carry a token, and the rows of a call replace each other.
 * @throws QueryTooLargeError when the server gave the question up; LedgerUnavailableError for anything else.
 */
async function attempt<T>(code: string, what: string, work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      const known = error instanceof ClickHouseError ? Number(error.code) : undefined;
      if (code === 'LEDGER_READ' && known !== undefined && TOO_LARGE.has(known)) {
        throw new QueryTooLargeError(
          'QUERY_TOO_LARGE',
          'the question takes more time or memory than it may; ask for less time or fewer groups',
          { cause: error },
        );
      }
      if (tries === ATTEMPTS || (known !== undefined && !PASSING.has(known))) {
        const message = error instanceof Error ? error.message || error.name : String(error);
        throw new LedgerUnavailableError(code, `${what}: ${message}`, { cause: error });
      }
      await wait(RETRY_DELAY_MS * 2 ** tries);
    }
  }
}

/** TIMEOUT_EXCEEDED, TOO_MANY_ROWS, MEMORY_LIMIT_EXCEEDED, TOO_MANY_ROWS_OR_BYTES. */
const TOO_LARGE: ReadonlySet<number> = new Set([159, 158, 241, 396]);
/** Too many queries, network, read-only while Keeper is away, too many parts, unknown status of an insert, Keeper. */
const PASSING: ReadonlySet<number> = new Set([202, 209, 210, 242, 252, 319, 225, 285, 286, 425, 999]);
