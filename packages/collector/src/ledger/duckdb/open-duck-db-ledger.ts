import { GroupCommit } from '../group-commit.ts';
import type { AppendResult, Ledger } from '../ledger.ts';
import { type Batch, readBatch } from './call-writer.ts';
import { readCall, readCalls } from './calls-sql.ts';
import { Sessions } from './sessions.ts';
import { readUsage } from './usage-sql.ts';

export interface DuckDbLedgerOptions {
  /** A directory (the file becomes `ledger.duckdb` in it), a `.duckdb` file, or `:memory:`. */
  readonly path: string;
  /** Knowledge time, microseconds since 1970 UTC. */
  readonly nowUs?: () => number;
  /** Calls that one commit holds (4,096). More would save 3 % of the time and double the wait of each. */
  readonly groupRowsMax?: number;
  /** How long the first batch of a commit waits for others (5 ms). */
  readonly groupAgeMaxMs?: number;
  /** Calls that may wait for a commit (65,536); beyond them `append` is refused at once. */
  readonly waitingRowsMax?: number;
  /** Longest time for one question (15 s). */
  readonly queryTimeoutMs?: number;
  /** Memory DuckDB may use beside the process's own. */
  readonly memoryBytesMax?: number;
  /** The write-ahead log is folded into the file when it grows past this. */
  readonly walBytesMax?: number;
}

/**
 * Opens (or makes) a ledger in DuckDB. One process at a time.
 *
 * When a write fails the file is closed and opened anew: what was committed is replayed from the write-ahead log, what
 * was not is gone, questions are answered again at once and writes as soon as the cause is over.
 * @throws LedgerUnavailableError `LEDGER_LOCKED`, `LEDGER_OPEN`, `LEDGER_SCHEMA_NEWER`.
 */
export async function openDuckDbLedger(options: DuckDbLedgerOptions): Promise<Ledger> {
  const nowUs = options.nowUs ?? (() => Date.now() * 1000);
  const sessions = new Sessions(options, nowUs);
  await sessions.current();
  const commits = new GroupCommit<Batch, AppendResult>({
    rowsOf: (batch) => batch.calls.length,
    groupRowsMax: options.groupRowsMax ?? 4096,
    groupAgeMaxMs: options.groupAgeMaxMs ?? 5,
    waitingRowsMax: options.waitingRowsMax ?? 65_536,
    commit: (batches) => sessions.write((writer) => writer.commit(batches, nowUs())),
  });
  return {
    async append(calls) {
      return calls.length === 0 ? { inserted: 0, duplicates: 0 } : commits.add(readBatch(calls));
    },
    query(query) {
      const askedAtUs = nowUs();
      return sessions.read((connection) => readUsage(connection, query, askedAtUs));
    },
    calls: (query) => sessions.read((connection) => readCalls(connection, query)),
    call: (id) => sessions.read((connection) => readCall(connection, id)),
    async close() {
      await commits.close();
      await sessions.close();
    },
  };
}
