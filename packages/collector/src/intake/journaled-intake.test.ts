import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serialize } from 'node:v8';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { FakeLedger } from '../fake-ledger.contract.ts';
import { BusyError } from '../inflight.ts';
import { openDuckDbLedger } from '../ledger/duckdb/open-duck-db-ledger.ts';
import { type AppendResult, LedgerUnavailableError, type PricedCall } from '../ledger/ledger.ts';
import { madeCall } from '../ledger/made-call.contract.ts';
import { Notices } from '../notices.ts';
import { parseUsageQuery } from '../query/parse-usage-query.ts';
import { flushedLedger } from './flushed-ledger.ts';
import { Journal } from './journal.ts';
import { JournaledIntake } from './journaled-intake.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'costspan-intake-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const said: string[] = [];
const NEVER_MS = 3_600_000;
const full = () => new LedgerUnavailableError('LEDGER_WRITE', 'no space left on device');

interface Watched {
  readonly stored: AppendResult[];
  readonly failed: boolean[];
  setAside: number;
}

async function open(ledger: FakeLedger, { commitIntervalMs = NEVER_MS, waitingRowsMax = 1000 } = {}) {
  const watched: Watched = { stored: [], failed: [], setAside: 0 };
  const intake = await JournaledIntake.open(ledger.asLedger(), {
    path: join(folder, 'journal'),
    commitIntervalMs,
    waitingRowsMax,
    watch: {
      stored: (result) => watched.stored.push(result),
      failed: (_, isKept) => watched.failed.push(isKept),
      setAside: () => {
        watched.setAside += 1;
      },
    },
    notices: new Notices((message) => said.push(message)),
    retryAfterMs: 0,
  });
  return { intake, watched };
}

const calls = (...ns: readonly number[]): PricedCall[] => ns.map((n) => madeCall({ n }));
const idsOf = (ledger: FakeLedger) => [...ledger.kept.values()].map(({ call }) => call.spanId).sort();
const wanted = (...ns: readonly number[]) =>
  calls(...ns)
    .map(({ call }) => call.spanId)
    .sort();

test('calls are acknowledged before the ledger has them, and are there when it is asked', async () => {
  const ledger = new FakeLedger();
  const { intake, watched } = await open(ledger);
  await Promise.all([intake.accept(calls(1, 2), []), intake.accept(calls(3), [])]);
  expect(ledger.kept.size).toBe(0);
  await intake.flush();
  expect(idsOf(ledger)).toEqual(wanted(1, 2, 3));
  expect(watched.stored).toMatchObject([{ inserted: 3 }]);
  await intake.close();
});

test('what was acknowledged reaches the ledger by itself after the interval', async () => {
  const ledger = new FakeLedger();
  const { intake } = await open(ledger, { commitIntervalMs: 5 });
  await intake.accept(calls(1), []);
  await expect.poll(() => ledger.kept.size, { timeout: 20_000 }).toBe(1);
  await intake.close();
});

test('a process that ends without a word leaves what it acknowledged to the next, exact to the last digit', async () => {
  const first = await open(new FakeLedger());
  const [given] = calls(1);
  await first.intake.accept([given as PricedCall], []);
  // Nothing is closed: this is how kill -9 leaves the folder.
  const ledger = new FakeLedger();
  const { intake, watched } = await open(ledger);
  expect([...ledger.kept.values()]).toEqual([given]);
  expect(watched.stored).toMatchObject([{ inserted: 1 }]);
  await intake.close();
  await first.intake.close();
});

test('a call that was committed before the process ended is not counted again', async () => {
  const path = join(folder, 'ledger');
  const store = await openDuckDbLedger({ path });
  const options = {
    path: join(folder, 'journal'),
    commitIntervalMs: NEVER_MS,
    waitingRowsMax: 1000,
    notices: new Notices(() => {}),
  };
  const results: AppendResult[] = [];
  const watch = { stored: (result: AppendResult) => results.push(result), failed: () => {}, setAside: () => {} };
  const intake = await JournaledIntake.open(store, { ...options, watch });
  const ledger = flushedLedger(store, () => intake.flush());
  await intake.accept(calls(1, 2), []);
  const query = parseUsageQuery({ from: '2000-01-01T00:00:00Z', to: '2100-01-01T00:00:00Z', metrics: ['calls'] });
  expect((await ledger.query(query)).total).toMatchObject({ calls: 2 });
  // The file of the journal is still there, as little as it holds.
  expect(readdirSync(options.path)).toHaveLength(1);
  const again = await JournaledIntake.open(store, { ...options, watch });
  expect(results).toMatchObject([{ inserted: 2 }, { inserted: 0, duplicates: 2 }]);
  expect((await ledger.query(query)).total).toMatchObject({ calls: 2 });
  await again.close();
  await intake.close();
  await store.close();
});

test('a journal that an earlier version wrote is put into the ledger', async () => {
  const journal = await Journal.open(join(folder, 'journal'), async () => true, { damaged() {}, refused() {} });
  await journal.write(serialize({ calls: calls(1, 2), contexts: [] }));
  await journal.close();
  const store = await openDuckDbLedger({ path: ':memory:' });
  const results: AppendResult[] = [];
  const intake = await JournaledIntake.open(store, {
    path: join(folder, 'journal'),
    commitIntervalMs: NEVER_MS,
    waitingRowsMax: 1000,
    watch: { stored: (result) => results.push(result), failed() {}, setAside() {} },
    notices: new Notices(() => {}),
  });
  expect(results).toMatchObject([{ inserted: 2 }]);
  await intake.close();
  await store.close();
});

test.each([
  ['is of no version that is known', async () => Buffer.from('not a batch'), new FakeLedger()],
  [
    'holds a call that the ledger never takes',
    async () => serialize({ calls: calls(1), contexts: [] }),
    neverTaking(1),
  ],
])('a record that %s is kept aside, counted and told, and the rest is in the ledger', async (_, poison, ledger) => {
  const journal = await Journal.open(join(folder, 'journal'), async () => true, { damaged() {}, refused() {} });
  const bodies = [
    serialize({ calls: calls(2), contexts: [] }),
    await poison(),
    serialize({ calls: calls(3), contexts: [] }),
  ];
  for (const body of bodies) await journal.write(body);
  await journal.close();
  said.length = 0;
  const { intake, watched } = await open(ledger);
  expect(idsOf(ledger)).toEqual(wanted(2, 3));
  expect(watched.setAside).toBe(1);
  expect(said).toEqual([expect.stringContaining('000000000001.journal.refused')]);
  expect(readdirSync(join(folder, 'journal'))).toEqual(['000000000001.journal.refused']);
  await intake.close();
});

/** A ledger that cannot write one call, whenever it is tried. */
function neverTaking(n: number): FakeLedger {
  const ledger = new FakeLedger();
  ledger.write = async (batch) => {
    if (batch.some(({ call }) => call.spanId === madeCall({ n }).call.spanId)) throw full();
    return ledger.keep(batch);
  };
  return ledger;
}

test('while the ledger cannot be written calls are acknowledged up to the bound, and are there when it can be', async () => {
  const ledger = new FakeLedger();
  const { intake, watched } = await open(ledger, { waitingRowsMax: 3 });
  ledger.write = async () => {
    throw full();
  };
  await intake.accept(calls(1, 2), []);
  await intake.flush();
  expect(watched.failed).toEqual([true]);
  await intake.accept(calls(3), []);
  await expect(intake.accept(calls(4), [])).rejects.toThrow(BusyError);
  ledger.write = async (batch) => ledger.keep(batch);
  await expect.poll(() => ledger.kept.size, { timeout: 20_000 }).toBe(3);
  await intake.accept(calls(4), []);
  await intake.close();
  expect(idsOf(ledger)).toEqual(wanted(1, 2, 3, 4));
});

test('a batch that the ledger never takes holds up no other', async () => {
  const ledger = new FakeLedger();
  const { intake } = await open(ledger);
  const poison = calls(1)[0] as PricedCall;
  ledger.write = async (batch) => {
    if (batch.some(({ call }) => call.spanId === poison.call.spanId)) throw full();
    return ledger.keep(batch);
  };
  await intake.accept([poison], []);
  await intake.accept(calls(2), []);
  await intake.accept(calls(3), []);
  await intake.flush();
  await expect.poll(() => ledger.kept.size, { timeout: 20_000 }).toBe(2);
  await intake.accept(calls(4), []);
  await intake.flush();
  expect(idsOf(ledger)).toEqual(wanted(2, 3, 4));
  await intake.close();
});

test('when neither journal nor ledger can be written the sender is refused and nothing is kept', async () => {
  const ledger = new FakeLedger();
  const { intake, watched } = await open(ledger, { commitIntervalMs: 5, waitingRowsMax: 2 });
  rmSync(join(folder, 'journal'), { recursive: true });
  ledger.write = async () => {
    throw full();
  };
  await expect(intake.accept(calls(1, 2), [])).rejects.toMatchObject({ code: 'LEDGER_WRITE' });
  expect(watched.failed).toEqual([false]);
  ledger.write = async (batch) => ledger.keep(batch);
  await intake.accept(calls(3), []);
  await intake.close();
  expect(idsOf(ledger)).toEqual(wanted(3));
});

test('a journal that cannot be written leaves the acknowledgement to the commit', async () => {
  const ledger = new FakeLedger();
  const { intake, watched } = await open(ledger, { commitIntervalMs: 5 });
  rmSync(join(folder, 'journal'), { recursive: true });
  await intake.accept(calls(1), []);
  expect(watched.stored).toMatchObject([{ inserted: 1 }]);
  await intake.close();
});

test('a closed intake has put everything into the ledger, leaves an empty folder and takes nothing more', async () => {
  const ledger = new FakeLedger();
  const { intake } = await open(ledger);
  await intake.accept(calls(1, 2), []);
  await intake.close();
  expect(idsOf(ledger)).toEqual(wanted(1, 2));
  expect(readdirSync(join(folder, 'journal'))).toEqual([]);
  await expect(intake.accept(calls(3), [])).rejects.toMatchObject({ code: 'LEDGER_CLOSED' });
});

test('whatever fails and wherever the process ends, each acknowledged call is in the ledger once', async () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('accept' as const), count: fc.integer({ min: 1, max: 5 }) }),
    fc.record({ kind: fc.constantFrom('flush' as const, 'break' as const, 'mend' as const, 'kill' as const) }),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      rmSync(join(folder, 'journal'), { recursive: true, force: true });
      const ledger = new FakeLedger();
      const left: JournaledIntake[] = [];
      let { intake } = await open(ledger);
      const acknowledged: string[] = [];
      let n = 0;
      for (const { kind, ...rest } of steps) {
        if (kind === 'accept') {
          const batch = calls(...Array.from({ length: 'count' in rest ? rest.count : 0 }, () => (n += 1)));
          await intake.accept(batch, []);
          acknowledged.push(...batch.map(({ call }) => call.spanId));
        } else if (kind === 'flush') await intake.flush();
        else if (kind === 'break') ledger.write = () => Promise.reject(full());
        else ledger.write = async (batch) => ledger.keep(batch);
        if (kind !== 'kill') continue;
        left.push(intake);
        ({ intake } = await open(ledger));
      }
      ledger.write = async (batch) => ledger.keep(batch);
      await intake.close();
      expect(idsOf(ledger)).toEqual(acknowledged.toSorted());
      for (const dead of left) await dead.close();
    }),
    { numRuns: 60 },
  );
});
