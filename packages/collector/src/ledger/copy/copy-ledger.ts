import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CostspanError } from '@costspan/usage';
import { JournaledIntake } from '../../intake/journaled-intake.ts';
import { Notices, type Say } from '../../notices.ts';
import { type ClickHouse, connectClickHouse } from '../clickhouse/click-house.ts';
import { parseClickHouseUrl } from '../clickhouse/click-house-url.ts';
import { openClickHouseLedger } from '../clickhouse/open-click-house-ledger.ts';
import { type Connection, openDatabase } from '../duckdb/database.ts';
import { openDuckDbLedger } from '../duckdb/open-duck-db-ledger.ts';
import { copiedRows, SOURCES, type Source } from './copied-rows.ts';
import {
  type Checksums,
  CLICKHOUSE_CHECKSUMS,
  DUCKDB_CHECKSUMS,
  differences,
  readChecksums,
} from './ledger-checksums.ts';

export interface CopyLedgerOptions {
  /** The data directory of a collector that is stopped. */
  readonly data: string;
  /** `clickhouse://user:password@host:8123/database`. */
  readonly store: string;
  /** Rows of one part (20,000). */
  readonly partRows?: number;
  readonly onProgress?: (progress: CopyProgress) => void;
  readonly say?: Say;
}

export interface CopyProgress {
  readonly rowsDone: number;
  readonly rowsTotal: number;
}

export interface CopySummary {
  /** Rows that were copied, and those that an earlier run had copied. */
  readonly copied: number;
  readonly earlier: number;
  /** Customers and days that were compared. */
  readonly compared: number;
  /** What is not alike on both sides; empty when all is well. */
  readonly differences: readonly string[];
}

/** Rows of the source with `received_at` from one instant to another, both inclusive. */
interface Part {
  readonly source: Source;
  readonly fromUs: bigint;
  readonly toUs: bigint;
  readonly rows: number;
}

/**
 * Copies a ledger from DuckDB into ClickHouse and compares both, customer by customer and day by day. A run that was cut off is
 * taken up by the next one after the last part that is there; a part that is written twice changes nothing. The source
 * stays as it is. Collectors may write to the target meanwhile.
 * @throws CostspanError `COPY_NOTHING` without a ledger, `COPY_EXPIRED` where calls were deleted; LedgerUnavailableError.
 */
export async function copyLedger(options: CopyLedgerOptions): Promise<CopySummary> {
  const place = parseClickHouseUrl(options.store);
  await settleSource(options);
  await (await openClickHouseLedger({ url: options.store })).close();
  const database = await openDatabase({
    path: options.data,
    threads: 2,
    memoryBytesMax: 2 ** 30,
    walBytesMax: 2 ** 25,
  });
  const house = connectClickHouse(place, 600_000);
  try {
    const connection = await database.connect();
    try {
      return await copy(connection, house, options);
    } finally {
      connection.close();
    }
  } finally {
    database.close();
    await house.close();
  }
}

/** Brings the schema forward and puts what was acknowledged into the ledger. */
async function settleSource({ data, say = () => {} }: CopyLedgerOptions): Promise<void> {
  const isFile = data.endsWith('.duckdb');
  if (!existsSync(isFile ? data : join(data, 'ledger.duckdb'))) {
    throw new CostspanError('COPY_NOTHING', `there is no ledger in ${data}; name the data directory of the collector`);
  }
  const ledger = await openDuckDbLedger({ path: data });
  try {
    const path = isFile ? `${data}.journal` : join(data, 'journal');
    if (!existsSync(path)) return;
    const watch = { stored: () => {}, failed: () => {}, setAside: () => {} };
    const options = { path, commitIntervalMs: 1, waitingRowsMax: 1, watch, notices: new Notices(say) };
    await (await JournaledIntake.open(ledger, options)).close();
  } finally {
    await ledger.close();
  }
}

async function copy(connection: Connection, house: ClickHouse, options: CopyLedgerOptions): Promise<CopySummary> {
  const [state] = await connection.rows('SELECT epoch_us(calls_from), epoch_us(opened_at) FROM roll_up');
  const [callsFromUs, openedUs] = state as [bigint, bigint];
  if (callsFromUs > 0n) {
    const day = new Date(Number(callsFromUs) / 1000).toISOString();
    throw new CostspanError(
      'COPY_EXPIRED',
      `the calls before ${day} are deleted and live on in sums by hour, which only DuckDB keeps; go on with this ledger beside the new one`,
    );
  }
  const parts = await partsOf(connection, options.partRows ?? 20_000);
  const rowsTotal = parts.reduce((sum, { rows }) => sum + rows, 0);
  const done = await Progress.open(house, openedUs);
  let [copied, earlier] = [0, 0];
  for (const part of parts) {
    if (done.has(part)) earlier += part.rows;
    else {
      await copyPart(connection, house, part, openedUs);
      await done.add(part);
      copied += part.rows;
    }
    options.onProgress?.({ rowsDone: copied + earlier, rowsTotal });
  }
  await takeOverOpening(house, openedUs);
  const [before, after] = await checksums(connection, house);
  return { copied, earlier, compared: before.size, differences: differences(before, after) };
}

/** In the order of knowledge time, so that a part is the same again when more has come to the source since. */
async function partsOf(connection: Connection, partRows: number): Promise<Part[]> {
  const parts: Part[] = [];
  for (const source of SOURCES) {
    const commits = await connection.rows(
      `SELECT epoch_us(received_at), count(*) FROM ${source} GROUP BY received_at ORDER BY received_at`,
    );
    let rows = 0;
    let fromUs: bigint | undefined;
    for (const [index, [receivedAt, count]] of commits.entries()) {
      const toUs = receivedAt as bigint;
      fromUs ??= toUs;
      rows += Number(count);
      if (rows < partRows && index < commits.length - 1) continue;
      parts.push({ source, fromUs, toUs, rows });
      [fromUs, rows] = [undefined, 0];
    }
  }
  return parts;
}

async function copyPart(connection: Connection, house: ClickHouse, part: Part, openedUs: bigint): Promise<void> {
  for (const [index, { table, columns, sql }] of copiedRows(part.source).entries()) {
    const rows = (await connection.rows(sql, [part.fromUs, part.toUs])).map(
      ([text]) => JSON.parse(String(text)) as unknown[],
    );
    // A part can be longer than asked for where one commit is.
    await house.insert({ table, columns, rows, token: `copy-${openedUs}-${nameOf(part)}-${index}` });
  }
}

function nameOf({ source, fromUs, toUs, rows }: Part): string {
  return `${source}-${fromUs}-${toUs}-${rows}`;
}

/** Which parts of a source are in the target; kept there, under the instant at which the source was made. */
class Progress {
  readonly #house: ClickHouse;
  readonly #openedUs: bigint;
  readonly #done: ReadonlySet<string>;

  private constructor(house: ClickHouse, openedUs: bigint, done: ReadonlySet<string>) {
    this.#house = house;
    this.#openedUs = openedUs;
    this.#done = done;
  }

  static async open(house: ClickHouse, openedUs: bigint): Promise<Progress> {
    const found = await house.rows('SELECT part FROM copied WHERE source = {p1:String}', [openedUs.toString()]);
    return new Progress(house, openedUs, new Set(found.map(([part]) => String(part))));
  }

  has(part: Part): boolean {
    return this.#done.has(nameOf(part));
  }

  async add(part: Part): Promise<void> {
    const rows = [[this.#openedUs.toString(), nameOf(part)]];
    const token = `copied-${this.#openedUs}-${nameOf(part)}`;
    await this.#house.insert({ table: 'copied', columns: ['source', 'part'], rows, token });
  }
}

/** Late is what came after the first of both was made. */
async function takeOverOpening(house: ClickHouse, openedUs: bigint): Promise<void> {
  await house.run(
    `INSERT INTO ledger (opened_at) SELECT fromUnixTimestamp64Micro(toInt64(${openedUs}), 'UTC')`,
    `opened-${openedUs}`,
  );
}

async function checksums(connection: Connection, house: ClickHouse): Promise<[Checksums, Checksums]> {
  const [newest] = await connection.rows(
    `SELECT greatest(coalesce(epoch_us((SELECT max(received_at) FROM calls)), 0), coalesce(epoch_us((SELECT max(superseded_at) FROM superseded)), 0))`,
  );
  const [before, after] = [
    await connection.rows(DUCKDB_CHECKSUMS),
    await house.rows(CLICKHOUSE_CHECKSUMS, [newest?.[0] as bigint]),
  ];
  return [readChecksums(before), readChecksums(after)];
}
