import { expect, test } from 'vitest';
import { StoreFullError } from './memory-counters.ts';
import { MemoryStore } from './memory-store.ts';
import { quotaStoreContract } from './quota-store.contract.ts';
import type { ReserveEntry } from './quota-store.ts';

quotaStoreContract(async () => ({ store: new MemoryStore(), close: async () => {} }));

const NOW = 1_764_000_000_000;
const entry = (bucket: string, more: Partial<ReserveEntry> = {}): ReserveEntry => ({
  group: 'g',
  bucket,
  kind: 'budget',
  sliceMs: 0,
  endsMs: NOW + 1000,
  unit: 'cost',
  amount: { hi: 1, lo: 0 },
  limit: { hi: 10, lo: 0 },
  ceiling: { hi: 10, lo: 0 },
  hard: true,
  graceMs: 0,
  marks: [{ percent: 50, amount: { hi: 5, lo: 0 } }],
  ...more,
});
const reserve = (store: MemoryStore, id: string, entries: readonly ReserveEntry[], nowMs = NOW) =>
  store.reserve({ id, nowMs, leaseMs: 500, entries });

test('a snapshot survives a restart: counters, leases, what was told and what is still to tell', () => {
  const before = new MemoryStore();
  reserve(before, 'a', [entry('k')]);
  reserve(before, 'b', [entry('k'), entry('r', { kind: 'rate', sliceMs: 1000, endsMs: 0 })]);
  before.settle('a', { cost: { hi: 6, lo: 7 } }, NOW);
  const after = MemoryStore.restore(JSON.parse(JSON.stringify(before.snapshot())));
  for (const store of [before, after]) {
    expect(store.read([entry('k'), entry('r', { kind: 'rate', sliceMs: 1000 })], NOW)).toMatchObject([
      { used: { hi: 6, lo: 7 }, reserved: { hi: 1, lo: 0 } },
      { used: { hi: 1, lo: 0 } },
    ]);
    expect(store.settle('a', {}, NOW).kind).toBe('repeated');
    expect(store.settle('b', {}, NOW)).toMatchObject({ kind: 'ended', wasExpired: false });
    expect(store.claimAlerts(10, NOW, 1).map(({ percent }) => percent)).toEqual([50]);
    expect(store.list('g', 10, NOW).total).toBe(1);
  }
});

test('bounds are kept: a full store says so, and alerts that do not fit are counted', () => {
  const store = new MemoryStore({ countersMax: 2, leasesMax: 3, alertsMax: 1 });
  reserve(store, 'a', [entry('k')]);
  reserve(store, 'b', [entry('l')]);
  expect(() => reserve(store, 'c', [entry('m')])).toThrow(StoreFullError);
  reserve(store, 'd', [entry('k')]);
  expect(() => reserve(store, 'e', [entry('k')])).toThrow(StoreFullError);
  store.settle('a', { cost: { hi: 6, lo: 0 } }, NOW);
  store.settle('b', { cost: { hi: 6, lo: 0 } }, NOW);
  expect([store.sizes.alerts, store.alertsDropped]).toEqual([1, 1]);
});

test('ended calls are forgotten in their order when there are too many, and that is counted', () => {
  const store = new MemoryStore({ endedMax: 2, endedKeptMs: 1000 });
  for (const id of ['a', 'b', 'c']) store.record(id, [], NOW);
  expect([store.record('b', [], NOW), store.record('c', [], NOW), store.endedForgotten]).toEqual([
    'repeated',
    'repeated',
    1,
  ]);
  expect(store.record('a', [], NOW)).toBe('recorded');
  store.record('later', [], NOW + 1000);
  expect(store.sizes.ended).toBe(1);
});

test('what is over is forgotten after its time', () => {
  const store = new MemoryStore({ windowKeptMs: 5000, lateSettleMs: 1000, endedKeptMs: 1000 });
  for (let index = 0; index < 50; index += 1) reserve(store, `id-${index}`, [entry(`k-${index}`)]);
  expect(store.sizes).toMatchObject({ counters: 50, leases: 50 });
  for (let index = 0; index < 200; index += 1) {
    reserve(store, `later-${index}`, [entry('other', { hard: false, endsMs: 0 })], NOW + 60_000);
  }
  expect(store.sizes).toMatchObject({ counters: 1, leases: 200 });
});

test('a store that is full counts nothing of a call whose counters do not all fit', () => {
  const store = new MemoryStore({ countersMax: 1 });
  const both = [entry('k'), entry('l')];
  for (let again = 0; again < 3; again += 1) expect(() => store.record('a', both, NOW)).toThrow(StoreFullError);
  expect(store.read([entry('k')], NOW)[0]?.used).toEqual({ hi: 0, lo: 0 });
});

test('a million ended calls are forgotten a part at a time, and none before its time', () => {
  const store = new MemoryStore({ endedMax: 1_000_000, endedKeptMs: 16_000 });
  for (let at = 0; at <= 16_000; at += 100) store.record(`id-${at}`, [], NOW + at);
  expect(store.record('id-100', [], NOW + 16_099)).toBe('repeated');
  store.record('later', [], NOW + 32_000 + 1000);
  expect([store.sizes.ended, store.endedForgotten]).toEqual([1, 0]);
});

test('what was told is not told again after a restart', () => {
  const before = new MemoryStore();
  before.record('a', [entry('k', { amount: { hi: 6, lo: 0 } })], NOW);
  before.confirmAlerts(before.claimAlerts(10, NOW, 1).map(({ id }) => id));
  const after = MemoryStore.restore(JSON.parse(JSON.stringify(before.snapshot())));
  after.record('b', [entry('k', { amount: { hi: 1, lo: 0 } })], NOW);
  expect(after.claimAlerts(10, NOW + 9000, 1)).toEqual([]);
});

test('a call of twenty hours ago is known by its id as long as one of now', () => {
  const store = new MemoryStore();
  const tell = (nowMs: number) => store.record('old', [entry('k')], nowMs, NOW - 20 * 3_600_000);
  expect([tell(NOW), tell(NOW + 1000), tell(NOW + 3_599_000)]).toEqual(['recorded', 'repeated', 'repeated']);
});

test('of several calls that hold one counter each gives back its own, in any order', () => {
  for (const order of [
    ['a', 'b', 'c'],
    ['c', 'a', 'b'],
    ['b', 'c', 'a'],
    ['b', 'a', 'c'],
  ]) {
    const store = new MemoryStore();
    for (const [index, id] of ['a', 'b', 'c'].entries())
      reserve(store, id, [entry('k', { amount: { hi: index + 1, lo: 0 } })]);
    let left = 6;
    for (const id of order) {
      store.release(id, NOW);
      left -= 'abc'.indexOf(id) + 1;
      expect(store.read([entry('k')], NOW)[0]?.reserved.hi).toBe(left);
    }
    expect(store.read([entry('k')], NOW + 10_000)[0]?.reserved.hi).toBe(0);
  }
});
