import type { ExportSource } from '../../exports/export-source.ts';
import type { BilledChange } from '../billed-change.ts';
import { GroupCommit } from '../group-commit.ts';
import type { AppendResult, Ledger, Packing } from '../ledger.ts';
import { readCall, readCalls, readTagKeys, readTrace } from '../sql/calls-sql.ts';
import { readUsage } from '../sql/usage-sql.ts';
import { type Batch, bytesOf, packBatch, readBatch } from './batch.ts';
import { checkpoint, isCheckpointDue } from './checkpoint.ts';
import { duckDbReader } from './duck-db-dialect.ts';
import { duckDbExports } from './exports/duck-db-exports.ts';
import { checkRetention, KEEP_ALL, type Retention } from './retention.ts';
import { Roller } from './roller.ts';
import { Sessions } from './sessions.ts';

export interface DuckDbLedgerOptions {
  /** A directory (the file becomes `ledger.duckdb` in it), a `.duckdb` file, or `:memory:`. */
  readonly path: string;
  /** Knowledge time, microseconds since 1970 UTC. */
  readonly nowUs?: () => number;
  /** Calls that one commit holds (4,096). More would save 3 % of the time and double the wait of each. */
  readonly groupRowsMax?: number;
  /** How long the first batch of a commit waits for others (5 ms). */
  readonly groupAgeMaxMs?: number;
  /** Calls and context spans that may wait for a commit (65,536); beyond them `append` is refused at once. */
  readonly waitingRowsMax?: number;
  /** Longest time for one question (15 s). */
  readonly queryTimeoutMs?: number;
  /** Memory DuckDB may use beside the process's own. */
  readonly memoryBytesMax?: number;
  /** The write-ahead log is folded into the file when it grows past this (32 MiB), and whenever calls have filled a row group. */
  readonly walBytesMax?: number;
  /** A call that is received this long after it ended is late (1 h). */
  readonly lateAfterMs?: number;
  /** How often calls are added to the hours in the background (60 s); 0 leaves it to `rollUp`. */
  readonly rollUpIntervalMs?: number;
  /** How long rows are kept (for ever). */
  readonly retention?: Retention;
  /** Told after every commit that changed which calls are billed, before its senders are answered. It must not throw or wait. */
  readonly onBilled?: ((change: BilledChange) => void) | undefined;
}

export interface DuckDbLedger extends Ledger {
  readonly exports: ExportSource;
  readonly packing: Packing<Batch>;
  readonly keptFromUs: () => number;
  /** Adds what was committed to the hours and deletes what is too old. It is done in the background all the time. */
  rollUp(): Promise<void>;
}

/**
 * Opens (or makes) a ledger in DuckDB. One process at a time.
 *
 * When a write fails the file is closed and opened anew: what was committed is replayed from the write-ahead log, what
 * was not is gone, questions are answered again at once and writes as soon as the cause is over.
 * @throws LedgerUnavailableError `LEDGER_LOCKED`, `LEDGER_OPEN`, `LEDGER_SCHEMA_NEWER`; CostspanError `LEDGER_RETENTION`.
 */
export async function openDuckDbLedger(options: DuckDbLedgerOptions): Promise<DuckDbLedger> {
  const retention = options.retention ?? KEEP_ALL;
  checkRetention(retention);
  const nowUs = options.nowUs ?? (() => Date.now() * 1000);
  const sessions = new Sessions(options, nowUs);
  await sessions.current();
  const commits = new GroupCommit<readonly Batch[], AppendResult>({
    rowsOf: (batches) => batches.reduce((sum, { rows }) => sum + rows, 0),
    groupRowsMax: options.groupRowsMax ?? 4096,
    groupAgeMaxMs: options.groupAgeMaxMs ?? 5,
    waitingRowsMax: options.waitingRowsMax ?? 65_536,
    commit: (lists) =>
      sessions.write(async ({ writer, state }) => {
        const answers = await writer.commit(lists, nowUs());
        if (isCheckpointDue(state)) foldLog(sessions);
        return answers;
      }),
  });
  const roller = new Roller({ sessions, retention, nowUs, intervalMs: options.rollUpIntervalMs ?? 60_000 });
  return {
    async append(calls, contexts = []) {
      return calls.length + contexts.length === 0 ? NOTHING : commits.add([packBatch(calls, contexts)]);
    },
    keptFromUs: () => sessions.keptFromUs,
    packing: {
      pack: packBatch,
      bytesOf,
      read: readBatch,
      append: async (batches) => (batches.some(({ rows }) => rows > 0) ? commits.add(batches) : NOTHING),
    },
    query(query) {
      const askedAtUs = nowUs();
      return sessions.read((connection) => readUsage(duckDbReader(connection), query, askedAtUs));
    },
    calls: (query) => sessions.read((connection) => readCalls(duckDbReader(connection), query)),
    call: (id) => sessions.read((connection) => readCall(duckDbReader(connection), id)),
    trace: (traceId) => sessions.read((connection) => readTrace(duckDbReader(connection), traceId)),
    tagKeys: (query) => sessions.read((connection) => readTagKeys(duckDbReader(connection), query)),
    exports: duckDbExports(sessions),
    rollUp: () => roller.run(),
    async close() {
      await commits.close();
      await roller.close();
      await sessions.close();
    },
  };
}

/** Between this commit, which is answered before, and the next. */
function foldLog(sessions: Sessions): void {
  sessions
    .maintain(({ connection, state }) => checkpoint(connection, state))
    .catch(() => {
      // The log is folded when it has grown enough; what keeps it from that keeps the appends from it too.
    });
}

const NOTHING: AppendResult = { inserted: 0, duplicates: 0, superseded: 0, expired: 0 };
