import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { madeCall } from '../made-call.contract.ts';
import { packCalls } from './call-columns.ts';
import { openDatabase } from './database.ts';
import { ID_WORDS } from './ids.ts';
import { openDuckDbLedger } from './open-duck-db-ledger.ts';
import { SpanLoader } from './span-loader.ts';
import { billedIds, storedSums, withFile } from './stored-sums.contract.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'costspan-loader-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const open = () => openDuckDbLedger({ path: directory, groupAgeMaxMs: 0, rollUpIntervalMs: 0 });
const calls = Array.from({ length: 20_000 }, (_, n) => madeCall({ n, cost: '0.01' }));

test('everything is suspected until what is stored has been read, and nothing new afterwards', async () => {
  const ledger = await open();
  await ledger.append(calls);
  await ledger.close();
  const database = await openDatabase({ path: directory, threads: 1, memoryBytesMax: 2 ** 29, walBytesMax: 2 ** 24 });
  const connection = await database.connect();
  const loader = await SpanLoader.start(database, connection);
  const { ids: callIds } = packCalls([madeCall({ n: 50_000 }), madeCall({ n: 50_001 }), calls[7]!]);
  expect([loader.known.addCall(callIds, 0), loader.known.isLinked(callIds, 0)]).toEqual([true, true]);
  await loader.done;
  expect([loader.known.addCall(callIds, ID_WORDS), loader.known.isLinked(callIds, ID_WORDS)]).toEqual([false, false]);
  expect(loader.known.addCall(callIds, 2 * ID_WORDS)).toBe(true);
  connection.close();
  database.close();
});

test('calls that come while what is stored is being read are counted once, and so are links to it', async () => {
  const first = await open();
  await first.append(calls);
  await first.close();
  const again = await open();
  const inner = madeCall({ n: 30_000 });
  const { traceId, spanId } = calls[11]!.call;
  const linked = { ...inner, call: { ...inner.call, traceId, parentSpanId: spanId } };
  expect(await again.append([...calls.slice(0, 500), madeCall({ n: 20_000 }), linked])).toEqual({
    inserted: 2,
    duplicates: 500,
    superseded: 1,
    expired: 0,
  });
  await again.close();
  expect(await billedIds(directory)).toHaveLength(20_001);
});

test('a ledger that is closed while what is stored is being read is whole when it is opened again', async () => {
  const first = await open();
  await first.append(calls);
  await first.close();
  for (let n = 0; n < 6; n += 1) {
    const ledger = await open();
    await ledger.append([madeCall({ n: 40_000 + n, cost: '0.01' })]);
    await Promise.all([ledger.rollUp().catch(() => {}), ledger.close()]);
  }
  const sums = Object.values(await storedSums(directory));
  const sum = (name: string) => sums.reduce((all, group) => all + (group[name] ?? 0n), 0n);
  expect([sum('calls'), sum('cost')]).toEqual([20_006n, 20_006n * 10n ** 16n]);
  await withFile(directory, async (connection) => {
    expect(await connection.rows('SELECT count(*), count(DISTINCT (trace_id, span_id)) FROM calls')).toEqual([
      [20_006n, 20_006n],
    ]);
  });
});
