import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { everything } from '../usage.contract.ts';
import { callsOf, INNER_PRICE, OUTER_PRICE, unitsOf } from './crash-history.contract.ts';
import { writeAndKill } from './killed-writer.contract.ts';
import { openDuckDbLedger } from './open-duck-db-ledger.ts';
import { storedSums, withFile } from './stored-sums.contract.ts';

/** A hundred rounds take some minutes. */
const ROUNDS = Number(process.env['COSTSPAN_KILL_ROUNDS'] ?? 12);
const HOUR_US = 3_600_000_000;

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'costspan-crash-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

test(
  `after kill -9 between sums, merges, superseding and deletion, ${ROUNDS} times, every provider call is billed once in its hour`,
  async () => {
    const kept = new Set<number>();
    let newest = 0;
    let deletedBefore = 0;
    let mostSuperseded = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      // Four hours to twelve, so that days go by whatever the machine is busy with.
      const words = 16 + Math.floor(Math.random() * 32);
      for (const batch of await writeAndKill('crash-history.contract.ts', directory, Math.max(0, newest - 6), words)) {
        kept.add(batch);
        newest = Math.max(newest, batch);
      }
      const stored = await storedBatches();
      for (const [batch, spans] of stored.batches) expect([batch, spans]).toEqual([batch, callsOf(batch).length]);
      // Those of the last hours are all there; what died on its way to the ledger may be too, whole.
      for (const batch of kept)
        if (batch > newest - 56) expect([batch, stored.batches.has(batch)]).toEqual([batch, true]);
      for (const batch of stored.batches.keys()) kept.add(batch);
      deletedBefore = stored.callsFromUs;
      mostSuperseded = Math.max(mostSuperseded, stored.superseded);

      const truth = billedByHour(kept);
      expect(await storedByHour()).toEqual(truth);
      const ledger = await openDuckDbLedger({ path: directory, rollUpIntervalMs: 0, nowUs: () => 0 });
      const { total } = await everything(ledger, { from: '2026-01-01T00:00:00Z' });
      await ledger.rollUp();
      expect((await everything(ledger, { from: '2026-01-01T00:00:00Z' })).total).toEqual(total);
      await ledger.close();
      const all = [...truth.values()];
      expect(total['calls']).toBe(all.reduce((sum, [calls]) => sum + calls, 0));
      expect(await storedByHour()).toEqual(truth);
    }
    expect(mostSuperseded).toBeGreaterThan(0);
    if (ROUNDS >= 12) expect(deletedBefore).toBeGreaterThan(0);
  },
  20_000 * Math.max(10, ROUNDS),
);

type ByHour = Map<number, [calls: number, microUsd: number]>;

/** The truth: of each unit the provider call, else the call of the library around it. */
function billedByHour(kept: ReadonlySet<number>): ByHour {
  const hours: ByHour = new Map();
  for (let batch = 0; batch <= Math.max(...kept); batch += 1) {
    for (const { outerBatch, innerBatch, startedAtUs } of unitsOf(batch)) {
      if (!kept.has(outerBatch) && !kept.has(innerBatch)) continue;
      const hour = Math.floor(startedAtUs / HOUR_US) * HOUR_US;
      const [calls, cost] = hours.get(hour) ?? [0, 0];
      hours.set(hour, [calls + 1, cost + (kept.has(innerBatch) ? INNER_PRICE : OUTER_PRICE)]);
    }
  }
  return hours;
}

async function storedByHour(): Promise<ByHour> {
  const hours: ByHour = new Map();
  for (const [key, sums] of Object.entries(await storedSums(directory))) {
    const calls = Number(sums['calls'] ?? 0n);
    if (calls === 0) continue;
    const hour = (JSON.parse(key) as [number])[0];
    const [before, cost] = hours.get(hour) ?? [0, 0];
    hours.set(hour, [before + calls, cost + Number((sums['cost'] ?? 0n) / 10n ** 12n)]);
  }
  return new Map([...hours].sort(([a], [b]) => a - b));
}

async function storedBatches() {
  const batches = new Map<number, number>();
  let [superseded, callsFromUs] = [0, 0];
  await withFile(directory, async (connection) => {
    const found = await connection.rows(
      `SELECT other_tags['batch'], count(*) FROM (SELECT other_tags, started_at FROM calls UNION ALL SELECT other_tags, started_at FROM superseded)
       GROUP BY ALL HAVING min(started_at) >= (SELECT calls_from + INTERVAL 4 HOURS FROM roll_up)`,
    );
    for (const [batch, spans] of found) batches.set(Number(String(batch).slice(1)), Number(spans));
    const [row] = await connection.rows('SELECT count(*), (SELECT epoch_us(calls_from) FROM roll_up) FROM superseded');
    [superseded, callsFromUs] = [Number(row?.[0]), Number(row?.[1])];
  });
  return { batches, superseded, callsFromUs };
}
