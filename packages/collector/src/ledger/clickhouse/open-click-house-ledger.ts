import type { BilledChange } from '../billed-change.ts';
import { GroupCommit } from '../group-commit.ts';
import { type AppendResult, type Ledger, LedgerUnavailableError } from '../ledger.ts';
import { readCall, readCalls, readTagKeys, readTrace } from '../sql/calls-sql.ts';
import { readUsage } from '../sql/usage-sql.ts';
import { CallCommitter, type CommitBatch } from './call-committer.ts';
import { instantText } from './call-rows.ts';
import { checkIds } from './check-ids.ts';
import { type ClickHouse, connectClickHouse } from './click-house.ts';
import { clickHouseDialect } from './click-house-dialect.ts';
import { type ClickHousePlace, parseClickHouseUrl } from './click-house-url.ts';
import { migrate } from './migrate.ts';

export interface ClickHouseLedgerOptions {
  /** `clickhouse://user:password@host:8123/database?cluster=NAME`. */
  readonly url: string;
  /** Knowledge time, microseconds since 1970 UTC. */
  readonly nowUs?: () => number;
  /** Calls that one commit holds (8,192). */
  readonly groupRowsMax?: number;
  /** How long the first batch of a commit waits for others (20 ms). */
  readonly groupAgeMaxMs?: number;
  /** Calls and context spans that may wait for a commit (65,536); beyond them `append` is refused at once. */
  readonly waitingRowsMax?: number;
  /** Longest time for one question (15 s). */
  readonly queryTimeoutMs?: number;
  /** A call that is received this long after it ended is late (1 h). */
  readonly lateAfterMs?: number;
  /** Told after every commit that changed which calls are billed, before its senders are answered. It must not throw or wait. */
  readonly onBilled?: ((change: BilledChange) => void) | undefined;
}

/**
 * Opens (or makes) a ledger in ClickHouse. Any number of collectors may write to it at once.
 * @throws CostspanError `STORE_URL`; LedgerUnavailableError `LEDGER_READ`, `LEDGER_WRITE` when the server cannot be reached or
 *   refuses, `LEDGER_SCHEMA_NEWER`.
 */
export async function openClickHouseLedger(options: ClickHouseLedgerOptions): Promise<Ledger> {
  const place = parseClickHouseUrl(options.url);
  const house = connectClickHouse(place, options.queryTimeoutMs ?? 15_000);
  try {
    return await open(house, place, options);
  } catch (error) {
    await house.close();
    throw error;
  }
}

async function open(house: ClickHouse, place: ClickHousePlace, options: ClickHouseLedgerOptions): Promise<Ledger> {
  const nowUs = options.nowUs ?? (() => Date.now() * 1000);
  await makeDatabase(place, options);
  await migrate(house, place, nowUs());
  const reader = { dialect: clickHouseDialect, rows: house.rows };
  const committer = new CallCommitter(house, {
    lateAfterUs: (options.lateAfterMs ?? 3_600_000) * 1000,
    openedUs: await openedUs(house, nowUs()),
    newestUs: Number((await house.rows(clickHouseDialect.newestSql))[0]?.[0] ?? 0),
    onBilled: options.onBilled,
  });
  const commits = new GroupCommit<CommitBatch, AppendResult>({
    rowsOf: ({ calls, contexts }) => calls.length + contexts.length,
    groupRowsMax: options.groupRowsMax ?? 8192,
    groupAgeMaxMs: options.groupAgeMaxMs ?? 20,
    waitingRowsMax: options.waitingRowsMax ?? 65_536,
    commit: (batches) => committer.commit(batches, nowUs()),
  });
  let closing: Promise<void> | undefined;
  const read = async <T>(work: () => Promise<T>): Promise<T> => {
    if (closing !== undefined) throw new LedgerUnavailableError('LEDGER_CLOSED', 'the ledger is closed');
    return work();
  };
  return {
    async append(calls, contexts = []) {
      checkIds(calls, contexts);
      return calls.length + contexts.length === 0 ? NOTHING : commits.add({ calls, contexts });
    },
    query(query) {
      const askedAtUs = nowUs();
      return read(() => readUsage(reader, query, askedAtUs));
    },
    calls: (query) => read(() => readCalls(reader, query)),
    call: (id) => read(() => readCall(reader, id)),
    trace: (traceId) => read(() => readTrace(reader, traceId)),
    tagKeys: (query) => read(() => readTagKeys(reader, query)),
    close() {
      closing ??= commits.close().then(() => house.close());
      return closing;
    },
  };
}

/** The server refuses a connection that names a database which is not there. */
async function makeDatabase(place: ClickHousePlace, options: ClickHouseLedgerOptions): Promise<void> {
  const server = connectClickHouse({ ...place, database: 'default' }, options.queryTimeoutMs ?? 15_000);
  const onCluster = place.cluster === undefined ? '' : ` ON CLUSTER ${place.cluster}`;
  try {
    await server.run(`CREATE DATABASE IF NOT EXISTS ${place.database}${onCluster}`);
  } finally {
    await server.close();
  }
}

/** The earliest there is, since several collectors may make a ledger at once. */
async function openedUs({ rows, insert }: ClickHouse, nowUs: number): Promise<number> {
  const ask = async () =>
    (await rows('SELECT toUnixTimestamp64Micro(min(opened_at)) FROM ledger HAVING count() > 0'))[0]?.[0];
  const found = await ask();
  if (found !== undefined) return Number(found);
  await insert({ table: 'ledger', columns: ['opened_at'], rows: [[instantText(nowUs)]], token: 'opened' });
  return Number(await ask());
}

const NOTHING: AppendResult = { inserted: 0, duplicates: 0, superseded: 0, expired: 0 };
