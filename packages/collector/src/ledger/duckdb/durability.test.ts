import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { idOf, madeCall } from '../made-call.contract.ts';
import { everything } from '../usage.contract.ts';
import { crashBatchRows } from './crash-writer.contract.ts';
import { openDatabase } from './database.ts';
import { nodeOf, writeAndKill } from './killed-writer.contract.ts';
import { openDuckDbLedger } from './open-duck-db-ledger.ts';
import { storedSums, withFile } from './stored-sums.contract.ts';

/** A hundred rounds take some minutes. */
const ROUNDS = Number(process.env['COSTSPAN_KILL_ROUNDS'] ?? 20);
const HAS_PRLIMIT = spawnSync('prlimit', ['--version']).status === 0;

const CAN_MOUNT = canMount();

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'costspan-durable-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

test(
  `after kill -9 at random moments, ${ROUNDS} times, every acknowledged call is there once, no batch in part, and the hours with what is not in them yet are the truth`,
  async () => {
    const acknowledged = new Set<number>();
    let newest = 0;
    let rolled = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      // The last seven batches are sent again, as an exporter does that never saw its answer; the eighth is new.
      for (const batch of await writeAndKill('crash-writer.contract.ts', directory, Math.max(0, newest - 6), 8)) {
        acknowledged.add(batch);
        newest = Math.max(newest, batch);
      }
      const ledger = await openDuckDbLedger({ path: directory });
      const { rows, total } = await everything(ledger, { groupBy: ['batch'], limit: 10_000 });
      await ledger.close();
      const kept = new Map(rows.map((row) => [Number(String(row['batch']).slice(1)), Number(row['calls'])]));
      for (const batch of acknowledged) expect([batch, kept.get(batch)]).toEqual([batch, crashBatchRows(batch)]);
      for (const [batch, calls] of kept) expect([batch, calls]).toEqual([batch, crashBatchRows(batch)]);
      const calls = BigInt(Number(total['calls']));
      expect(BigInt(Math.round(Number(total['cost']) * 1e6))).toBe(calls * 255n);
      const sums = Object.values(await storedSums(directory));
      const sum = (name: string) => sums.reduce((all, group) => all + (group[name] ?? 0n), 0n);
      expect([sum('calls'), sum('cost')]).toEqual([calls, calls * 255n * 10n ** 12n]);
      await withFile(directory, async (connection) => {
        const [row] = await connection.rows('SELECT (SELECT coalesce(sum(calls), 0) FROM hours)');
        rolled += Number(row?.[0]);
      });
    }
    expect(acknowledged.size).toBeGreaterThan(ROUNDS);
    expect(rolled).toBeGreaterThan(0);
  },
  20_000 * Math.max(10, ROUNDS),
);

test('a ledger that is closed and opened again has the same totals', async () => {
  const ask = {
    groupBy: ['customer_id', 'plan'],
    metrics: ['calls', 'cost', 'input_tokens', 'images', 'duration_ms_p95'],
  };
  const before = await withLedger(async (ledger) => {
    for (let batch = 0; batch < 30; batch += 1) {
      await ledger.append(
        Array.from({ length: 200 }, (_, n) =>
          madeCall({ n: batch * 200 + n, cost: `0.${1 + n}`, tags: { customer_id: `c${n % 7}`, plan: `p${n % 3}` } }),
        ),
      );
    }
    return everything(ledger, ask);
  });
  const after = await withLedger((ledger) => everything(ledger, ask));
  expect({ ...after, complete_to: '' }).toEqual({ ...before, complete_to: '' });
});

test('a retry is known again after a restart', async () => {
  const batch = [1, 2, 3].map((n) => madeCall({ n }));
  await withLedger((ledger) => ledger.append(batch));
  await withLedger(async (ledger) => {
    expect(await ledger.append([...batch, madeCall({ n: 4 })])).toMatchObject({ inserted: 1, duplicates: 3 });
  });
});

test('the write-ahead log stays small however much is written, while questions are asked all the time', async () => {
  const walBytesMax = 512 * 1024;
  let largest = 0;
  await withLedger(
    async (ledger) => {
      let done = false;
      const asking = (async () => {
        while (!done) await everything(ledger, { groupBy: ['customer_id'] });
      })();
      for (let batch = 0; batch < 40; batch += 1) {
        await ledger.append(Array.from({ length: 500 }, (_, n) => madeCall({ n: batch * 500 + n })));
        largest = Math.max(
          largest,
          statSync(join(directory, 'ledger.duckdb.wal'), { throwIfNoEntry: false })?.size ?? 0,
        );
      }
      done = true;
      await asking;
    },
    { walBytesMax },
  );
  expect(largest).toBeGreaterThan(0);
  // One group may come on top of the bound before it is folded in.
  expect(largest).toBeLessThan(2 * walBytesMax);
});

test('a second opening is refused with who holds the ledger, in this process and in another', async () => {
  await withLedger(async () => {
    await expect(openDuckDbLedger({ path: directory })).rejects.toMatchObject({
      code: 'LEDGER_LOCKED',
      message: expect.stringContaining('is open in this process; a ledger belongs to one process at a time'),
    });
    const other = spawnSync(...nodeOf('crash-writer.contract.ts', [directory, '0']), { encoding: 'utf8' });
    expect(other.status).not.toBe(0);
    expect(other.stderr).toContain(`ledger.duckdb is open in process ${process.pid} `);
    expect(other.stderr).toContain('Stop that one, or choose another data directory');
  });
  await withLedger(async (ledger) => {
    expect(await ledger.append([madeCall({ n: 1 })])).toMatchObject({ inserted: 1, duplicates: 0 });
  });
});

test.skipIf(!HAS_PRLIMIT)(
  'a full disk refuses the batch whole, questions go on, and writing goes on when there is room (needs prlimit of util-linux)',
  async () => {
    const batches = Array.from({ length: 40 }, (_, batch) =>
      Array.from({ length: 500 }, (__, n) => madeCall({ n: batch * 500 + n, tags: { batch: `b${batch}` } })),
    );
    await withLedger(async (ledger) => {
      await ledger.append(batches[0]!);
      limitFileSize('1000000');
      let written = 1;
      try {
        for (const batch of batches.slice(1)) {
          await ledger.append(batch);
          written += 1;
        }
        expect.unreachable('40 batches do not fit into a megabyte of log');
      } catch (error) {
        expect(error).toMatchObject({ name: 'LedgerUnavailableError', code: 'LEDGER_WRITE' });
      } finally {
        limitFileSize('unlimited');
      }
      expect((await everything(ledger)).total['calls']).toBe(written * 500);
      await expect.poll(() => sendAll(ledger, batches), { timeout: 10_000 }).toBe(batches.length * 500);
      expect((await everything(ledger)).total['calls']).toBe(batches.length * 500);
    });
    await withLedger(async (ledger) => {
      const { rows } = await everything(ledger, { groupBy: ['batch'] });
      expect(new Set(rows.map((row) => row['calls']))).toEqual(new Set([500]));
    });
  },
);

test.skipIf(!CAN_MOUNT)(
  'a disk without room for one more byte says so, breaks nothing, and is written again when there is room (needs root and tmpfs)',
  async () => {
    const mounted = join(directory, 'disk');
    mkdirSync(mounted);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', mounted]);
    try {
      const ballast = join(mounted, 'ballast');
      const batches = Array.from({ length: 12 }, (_, batch) =>
        Array.from({ length: 1000 }, (__, n) => madeCall({ n: batch * 1000 + n })),
      );
      const ledger = await openDuckDbLedger({ path: join(mounted, 'data'), groupAgeMaxMs: 0, rollUpIntervalMs: 0 });
      await ledger.append(batches[0]!);
      writeFileSync(ballast, Buffer.alloc(statfsSync(mounted).bavail * statfsSync(mounted).bsize - 256 * 1024));
      const refused = await Promise.allSettled(batches.slice(1).map((batch) => ledger.append(batch)));
      expect(refused.find(({ status }) => status === 'rejected')).toMatchObject({
        reason: { name: 'LedgerUnavailableError', code: 'LEDGER_WRITE' },
      });
      rmSync(ballast);
      await expect.poll(() => sendAll(ledger, batches), { timeout: 10_000 }).toBe(12_000);
      await ledger.rollUp();
      expect((await everything(ledger)).total['calls']).toBe(12_000);
      await ledger.close();
      const sums = Object.values(await storedSums(join(mounted, 'data')));
      expect(sums.reduce((all, { calls = 0n }) => all + calls, 0n)).toBe(12_000n);
    } finally {
      execFileSync('umount', [mounted]);
    }
  },
  30_000,
);

test('a file that is no ledger is refused and left as it was', async () => {
  const file = join(directory, 'ledger.duckdb');
  writeFileSync(file, 'my holiday photographs'.repeat(1000));
  await expect(openDuckDbLedger({ path: directory })).rejects.toMatchObject({
    code: 'LEDGER_OPEN',
    message: expect.stringContaining(`the ledger ${file} cannot be opened: `),
  });
  expect(readFileSync(file, 'utf8')).toBe('my holiday photographs'.repeat(1000));
});

test('a data directory that is a file is refused with its name', async () => {
  const file = join(directory, 'occupied');
  writeFileSync(file, '');
  await expect(openDuckDbLedger({ path: file })).rejects.toMatchObject({
    code: 'LEDGER_OPEN',
    message: expect.stringContaining(file),
  });
});

test('what a killed process spilled is cleared away', async () => {
  mkdirSync(join(directory, 'spill'));
  writeFileSync(join(directory, 'spill', 'left-over.tmp'), 'x');
  await withLedger(async () => expect(existsSync(join(directory, 'spill', 'left-over.tmp'))).toBe(false));
});

test('a question that needs more memory than is allowed is refused, and the next one is answered', async () => {
  const names = 45_000;
  await withLedger(async (ledger) => {
    for (let first = 0; first < names; first += 5000) {
      await ledger.append(
        Array.from({ length: 5000 }, (_, n) =>
          madeCall({ n: first + n, tags: { customer_id: `${first + n}`.padEnd(4000) } }),
        ),
      );
    }
  });
  // 180 MB of names in 128.
  await withLedger(
    async (ledger) => {
      await expect(everything(ledger, { groupBy: ['customer_id'] })).rejects.toMatchObject({ code: 'QUERY_MEMORY' });
      expect((await everything(ledger)).total['calls']).toBe(names);
    },
    { memoryBytesMax: 128 * 1024 ** 2 },
  );
});

test('ids that are not hexadecimal are refused before anything is written', async () => {
  await withLedger(async (ledger) => {
    const good = madeCall({ n: 1 });
    const bad = { ...good, call: { ...good.call, traceId: 'not-an-id' } };
    await expect(ledger.append([good, bad])).rejects.toMatchObject({ code: 'LEDGER_CALL_INVALID' });
    expect((await everything(ledger)).total['calls']).toBe(0);
    expect(await ledger.call(idOf(good))).toBeUndefined();
  });
});

// Ten million rows take a minute on a busy machine; a plain run shows the same law on a tenth.
const COPIES = process.env['COSTSPAN_REQUIRE_ALL'] === '1' ? 10_000_000 : 1_000_000;

test(`${COPIES.toLocaleString('en')} calls at 0.000255 cost exactly ${(COPIES * 255) / 1e6}`, async () => {
  await withLedger((ledger) => ledger.append([madeCall({ n: 1, cost: '0.000255' })]));
  // The other rows are copies under ids of their own, made inside the store to save the time of appending them.
  const database = await openDatabase({ path: directory, threads: 2, memoryBytesMax: 2 ** 31, walBytesMax: 2 ** 24 });
  const connection = await database.connect();
  await connection.run(
    `INSERT INTO calls SELECT calls.* REPLACE (span_id + n::UBIGINT AS span_id) FROM calls, range(1, ${COPIES}) copies(n)`,
  );
  connection.close();
  database.close();
  await withLedger(async (ledger) => {
    expect((await everything(ledger, { groupBy: ['customer_id'] })).rows).toEqual([
      { customer_id: 'acme', calls: COPIES, cost: String((COPIES * 255) / 1e6) },
    ]);
  });
}, 300_000);

type OpenLedger = Awaited<ReturnType<typeof openDuckDbLedger>>;

async function withLedger<T>(
  work: (ledger: OpenLedger) => Promise<T>,
  options: { walBytesMax?: number; memoryBytesMax?: number } = {},
): Promise<T> {
  const ledger = await openDuckDbLedger({ path: directory, groupAgeMaxMs: 0, rollUpIntervalMs: 0, ...options });
  try {
    return await work(ledger);
  } finally {
    await ledger.close();
  }
}

function canMount(): boolean {
  const place = mkdtempSync(join(tmpdir(), 'costspan-mount-'));
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', place]).status === 0;
  if (mounted) execFileSync('umount', [place]);
  rmSync(place, { recursive: true });
  return mounted;
}

/** The limit on the size of a file this process may write: as a full disk, but one that can be made and unmade. */
function limitFileSize(bytes: string): void {
  execFileSync('prlimit', ['--pid', String(process.pid), `--fsize=${bytes}:unlimited`]);
}

async function sendAll(
  ledger: OpenLedger,
  batches: readonly (readonly ReturnType<typeof madeCall>[])[],
): Promise<number> {
  let known = 0;
  for (const batch of batches) {
    const result = await ledger.append(batch).catch(() => ({ inserted: 0, duplicates: 0 }));
    known += result.inserted + result.duplicates;
  }
  return known;
}
