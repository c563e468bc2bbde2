import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, afterEach, beforeEach, expect, test, vi } from 'vitest';
import { INSTALL_HINT, openTestServer } from '../clickhouse/click-house-server.contract.ts';
import { openClickHouseLedger } from '../clickhouse/open-click-house-ledger.ts';
import { openDuckDbLedger } from '../duckdb/open-duck-db-ledger.ts';
import type { PricedCall } from '../ledger.ts';
import { idOf, madeCall } from '../made-call.contract.ts';
import { traffic, usageQuery } from '../random-calls.contract.ts';
import { type History, history, NOW_US } from '../random-history.contract.ts';
import { everything } from '../usage.contract.ts';
import { copyLedger } from './copy-ledger.ts';

/** An engine with threads of its own beside everything else. */
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });
const server = await openTestServer();
const MISSING = server === undefined;
const AFTER_US = Date.UTC(2026, 10, 23) * 1000;
afterAll(() => server?.close());

let data: string;
let store: string;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'costspan-copy-'));
  store = server?.place() ?? '';
});
afterEach(() => rmSync(data, { recursive: true }));

test.skipIf(MISSING)(
  `a copied ledger answers every question as before, now and as of any instant, and knows its calls again${MISSING ? ` (${INSTALL_HINT})` : ''}`,
  async () => {
    let nowUs = NOW_US;
    const source = await openDuckDbLedger({ path: data, nowUs: () => nowUs, groupAgeMaxMs: 0 });
    const [random] = fc.sample(traffic, { numRuns: 1, seed: 11 });
    const [{ all, steps }] = fc.sample(history, { numRuns: 1, seed: 5 }) as [History];
    const instants: number[] = [];
    await source.append([], random?.contexts);
    for (const batch of random?.batches ?? []) await source.append(batch);
    for (const step of steps) {
      nowUs += 60_000_000;
      instants.push(nowUs);
      if (step.kind === 'append') await source.append(step.indices.map((index) => all[index] as PricedCall));
    }
    nowUs = AFTER_US;
    const queries = fc
      .sample(usageQuery, { numRuns: 8, seed: 3 })
      .flatMap((query) => [query, { ...query, asOfUs: instants[2] as number }]);
    const before = [];
    for (const query of queries) before.push(comparable(await source.query(query)));
    const calls = await source.calls({ filters: [], limit: 1000 });
    await source.close();

    const { copied, differences } = await copyLedger({ data, store, partRows: 7 });
    expect(differences).toEqual([]);
    expect(copied).toBeGreaterThan(10);
    const target = await openClickHouseLedger({ url: store, nowUs: () => AFTER_US, groupAgeMaxMs: 0 });
    for (const [index, query] of queries.entries())
      expect(comparable(await target.query(query))).toEqual(before[index]);
    expect(await target.calls({ filters: [], limit: 1000 })).toEqual(calls);
    expect(await target.append(all)).toMatchObject({ inserted: 0, duplicates: all.length });
    await target.close();
  },
);

test.skipIf(MISSING)(
  'a copy that was cut off goes on where it was, and one that is whole copies nothing again',
  async () => {
    const source = await openDuckDbLedger({ path: data, groupAgeMaxMs: 0 });
    for (let batch = 0; batch < 6; batch += 1) {
      await source.append(
        Array.from({ length: 10 }, (_, n) => madeCall({ n: batch * 10 + n, tags: { customer_id: `c${n}` } })),
      );
    }
    await source.close();
    const cut = copyLedger({
      data,
      store,
      partRows: 10,
      onProgress: ({ rowsDone }) => {
        if (rowsDone === 30) throw new Error('the cable was pulled');
      },
    });
    await expect(cut).rejects.toThrow('the cable was pulled');
    const steps: number[] = [];
    const onProgress = ({ rowsDone }: { readonly rowsDone: number }) => steps.push(rowsDone);
    expect(await copyLedger({ data, store, partRows: 10, onProgress })).toEqual({
      copied: 30,
      earlier: 30,
      compared: 10,
      differences: [],
    });
    expect(steps).toEqual([10, 20, 30, 40, 50, 60]);
    expect(await copyLedger({ data, store, partRows: 10 })).toMatchObject({ copied: 0, earlier: 60, differences: [] });
  },
);

test.skipIf(MISSING)('what is not alike after a copy is told by customer and day', async () => {
  const source = await openDuckDbLedger({ path: data, nowUs: () => NOW_US, groupAgeMaxMs: 0 });
  await source.append([madeCall({ n: 1 }), madeCall({ n: 2, tags: {} })]);
  await source.close();
  // The same call was there with another cost, and it was first.
  const target = await openClickHouseLedger({ url: store, nowUs: () => NOW_US - 3_600_000_000, groupAgeMaxMs: 0 });
  const other = madeCall({ n: 1, cost: '0.5' });
  await target.append([other]);
  const { differences } = await copyLedger({ data, store });
  expect(differences).toEqual(['2026-10-01 "acme": cost 1000000000000000 became 500000000000000000']);
  expect((await target.call(idOf(other)))?.cost).toBe('0.5');
  expect((await everything(target)).total).toMatchObject({ calls: 2 });
  await target.close();
});

test('a folder without a ledger is told', async () => {
  await expect(copyLedger({ data, store: 'clickhouse://nowhere' })).rejects.toThrow(/there is no ledger in/);
});

function comparable({
  complete_to: _,
  source: __,
  next_cursor: ___,
  ...answer
}: object & { complete_to?: unknown; source?: unknown; next_cursor?: unknown }): object {
  return answer;
}
