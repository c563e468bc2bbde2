import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Amount, joinAmount, splitAmount } from '../split-amount.ts';
import type { CounterRef, Mark, QuotaStore, RecordEntry, ReserveEntry } from './quota-store.ts';

const CENT = 10n ** 16n;
const NOW = 1_764_000_000_000;
const ENDS = NOW + 86_400_000;
const LEASE = 60_000;

let serial = 0;
/** Keys are new in each test: the stores of one suite are one store. */
function fresh(name: string): string {
  serial += 1;
  return `${name}-${serial}`;
}

function ref(key: string): CounterRef {
  return { group: 'group', bucket: key, kind: 'budget', sliceMs: 0, endsMs: ENDS };
}

function entry(key: string, amount: Amount, limit: Amount, more: Partial<ReserveEntry> = {}): ReserveEntry {
  const bound = splitAmount('cost', limit);
  return {
    ...ref(key),
    unit: 'cost',
    amount: splitAmount('cost', amount),
    limit: bound,
    ceiling: bound,
    hard: true,
    graceMs: 0,
    marks: [],
    ...more,
  };
}

function rateEntry(key: string, amount: number, limit: number): ReserveEntry {
  const bound = { hi: limit, lo: 0 };
  return {
    ...entry(key, 0n, 0n),
    kind: 'rate',
    unit: 'tokens',
    sliceMs: 1000,
    endsMs: 0,
    amount: { hi: amount, lo: 0 },
    limit: bound,
    ceiling: bound,
  };
}

/** What every store promises. `open` gives a store and may be asked once. */
export function quotaStoreContract(open: () => Promise<{ readonly store: QuotaStore; close(): Promise<void> }>): void {
  let store: QuotaStore;
  let close: () => Promise<void>;
  beforeAll(async () => {
    ({ store, close } = await open());
  });
  afterAll(() => close());

  async function counts(key: string, nowMs = NOW): Promise<{ used: Amount; reserved: Amount }> {
    const [state] = await store.read([ref(key)], nowMs);
    return { used: joinAmount('cost', state!.used), reserved: joinAmount('cost', state!.reserved) };
  }
  const reserve = (id: string, entries: readonly ReserveEntry[], nowMs = NOW) =>
    store.reserve({ id, nowMs, leaseMs: LEASE, entries });
  const cost = (amount: Amount) => ({ cost: splitAmount('cost', amount) });

  test('counters keep the first name that they were given', async () => {
    const name = await store.identify('first');
    expect(await store.identify('second')).toBe(name);
  });

  describe('a reservation', () => {
    test('is admitted up to the limit and not one 10⁻¹⁸ above', async () => {
      const key = fresh('edge');
      expect(await reserve(fresh('id'), [entry(key, 500n * CENT - 1n, 500n * CENT)])).toMatchObject({ kind: 'held' });
      expect(await reserve(fresh('id'), [entry(key, 2n, 500n * CENT)])).toMatchObject({ kind: 'refused' });
      expect(await reserve(fresh('id'), [entry(key, 1n, 500n * CENT)])).toMatchObject({ kind: 'held' });
      expect(await counts(key)).toEqual({ used: 0n, reserved: 500n * CENT });
    });

    test('holds every amount or none', async () => {
      const [wide, narrow] = [fresh('wide'), fresh('narrow')];
      const answer = await reserve(fresh('id'), [entry(wide, 10n, 1000n), entry(narrow, 10n, 9n)]);
      expect(answer.kind).toBe('refused');
      expect([await counts(wide), await counts(narrow)]).toEqual([
        { used: 0n, reserved: 0n },
        { used: 0n, reserved: 0n },
      ]);
    });

    test('of a soft entry is never refused', async () => {
      const key = fresh('soft');
      expect(await reserve(fresh('id'), [entry(key, 10n, 9n, { hard: false })])).toMatchObject({ kind: 'held' });
      expect(await counts(key)).toEqual({ used: 0n, reserved: 10n });
    });

    test('sent twice holds once', async () => {
      const [key, id] = [fresh('twice'), fresh('id')];
      await reserve(id, [entry(key, 10n, 15n)]);
      expect(await reserve(id, [entry(key, 10n, 15n)])).toMatchObject({ kind: 'repeated' });
      expect(await counts(key)).toEqual({ used: 0n, reserved: 10n });
    });

    test('tells the counters as they were before', async () => {
      const key = fresh('before');
      await reserve(fresh('id'), [entry(key, 10n, 15n)]);
      const { states } = await reserve(fresh('id'), [entry(key, 10n, 15n)]);
      expect(states).toEqual([{ used: { hi: 0, lo: 0 }, reserved: { hi: 0, lo: 10 }, exceededAtMs: 0, retryAtMs: 0 }]);
    });

    test.each([
      ['nothing', ''],
      ['separators', 'a|b\\|c~/*:{x}'],
      ['lines', 'a\nb\r\n\u0000\u2028'],
      ['quotes', '"\'`$(x)%s'],
      ['Arabic and emoji', 'عميل 👩🏽‍🚀'],
      ['half a surrogate pair', 'x\ud800y'],
      ['ten thousand letters', 'x'.repeat(10_000)],
    ])('any text names a bucket and a call: %s', async (_what, odd) => {
      const [key, id] = [`${fresh('odd')}${odd}`, `${fresh('id')}${odd}`];
      expect((await reserve(id, [entry(key, 10n, 15n)])).kind).toBe('held');
      expect((await reserve(id, [entry(key, 10n, 15n)])).kind).toBe('repeated');
      expect(await counts(key)).toEqual({ used: 0n, reserved: 10n });
      expect((await reserve(fresh('id'), [entry(`${key}x`, 10n, 15n)])).kind).toBe('held');
      expect(await store.settle(id, cost(7n), NOW)).toMatchObject({ kind: 'ended' });
      expect(await counts(key)).toEqual({ used: 7n, reserved: 0n });
    });

    test('after the clock went back holds no more than the limit', async () => {
      const [key, rate] = [fresh('back'), fresh('back-rate')];
      const both = (amount: number) => [entry(key, BigInt(amount), 10n), rateEntry(rate, amount, 10)];
      const [early, late] = [fresh('id'), fresh('id')];
      expect((await reserve(late, both(6), NOW)).kind).toBe('held');
      expect((await reserve(early, both(4), NOW - 30_000)).kind).toBe('held');
      expect((await reserve(fresh('id'), both(1), NOW - 30_000)).kind).toBe('refused');
      expect((await reserve(fresh('id'), both(1), NOW)).kind).toBe('refused');
      await store.settle(late, { cost: splitAmount('cost', 6n), tokens: { hi: 6, lo: 0 } }, NOW - 30_000);
      await store.settle(early, { cost: splitAmount('cost', 4n), tokens: { hi: 4, lo: 0 } }, NOW);
      expect(await counts(key)).toEqual({ used: 10n, reserved: 0n });
      expect((await reserve(fresh('id'), both(1), NOW)).kind).toBe('refused');
    });

    test('is counted exactly at amounts that a double cannot hold', async () => {
      const key = fresh('large');
      const large = 8_123_456_789n * 100n * CENT + 123_456_789_012_345_678n;
      await reserve('large-1', [entry(key, large, large + 1n)]);
      expect(await counts(key)).toEqual({ used: 0n, reserved: large });
      await store.settle('large-1', cost(large + 1n), NOW);
      expect(await counts(key)).toEqual({ used: large + 1n, reserved: 0n });
    });

    test('with a grace in time passes until the grace is over', async () => {
      const key = fresh('grace');
      const asked = entry(key, 10n, 15n, { graceMs: 5000 });
      expect((await reserve(fresh('id'), [asked])).kind).toBe('held');
      expect((await reserve(fresh('id'), [asked], NOW + 1)).kind).toBe('held');
      expect((await reserve(fresh('id'), [asked], NOW + 5000)).kind).toBe('held');
      expect((await reserve(fresh('id'), [asked], NOW + 5001)).kind).toBe('refused');
    });
  });

  describe('settling', () => {
    test('twice counts once', async () => {
      const [key, id] = [fresh('settle'), fresh('id')];
      await reserve(id, [entry(key, 10n, 15n)]);
      expect(await store.settle(id, cost(7n), NOW)).toMatchObject({ kind: 'ended', wasExpired: false });
      expect(await store.settle(id, cost(7n), NOW)).toMatchObject({ kind: 'repeated', wasExpired: false });
      expect(await store.release(id, NOW)).toMatchObject({ kind: 'repeated', wasExpired: false });
      expect(await counts(key)).toEqual({ used: 7n, reserved: 0n });
    });

    test('more than was held is a debt', async () => {
      const [key, id] = [fresh('debt'), fresh('id')];
      await reserve(id, [entry(key, 10n, 15n)]);
      const { overshoot } = await store.settle(id, cost(40n), NOW);
      expect(overshoot).toEqual(cost(30n));
      expect(await counts(key)).toEqual({ used: 40n, reserved: 0n });
      expect(await reserve(fresh('id'), [entry(key, 0n, 15n)])).toMatchObject({ kind: 'refused' });
    });

    test('an unknown amount counts what was held', async () => {
      const [key, id] = [fresh('unknown'), fresh('id')];
      await reserve(id, [entry(key, 10n, 15n)]);
      await store.settle(id, {}, NOW);
      expect(await counts(key)).toEqual({ used: 10n, reserved: 0n });
    });

    test('after the window has ended counts in the window of the reservation', async () => {
      const [key, id] = [fresh('late'), fresh('id')];
      await reserve(id, [entry(key, 10n, 15n)], ENDS - 1000);
      expect(await store.settle(id, cost(12n), ENDS + 600_000)).toMatchObject({ kind: 'ended', wasExpired: true });
      expect(await counts(key, ENDS + 600_000)).toEqual({ used: 12n, reserved: 0n });
    });

    test('what was never reserved is unknown', async () => {
      expect(await store.settle(fresh('nobody'), cost(1n), NOW)).toMatchObject({ kind: 'unknown', wasExpired: false });
    });

    test('a call that was never made gives everything back', async () => {
      const [key, id] = [fresh('release'), fresh('id')];
      await reserve(id, [entry(key, 10n, 15n)]);
      expect(await store.release(id, NOW)).toMatchObject({ kind: 'ended', wasExpired: false });
      expect(await counts(key)).toEqual({ used: 0n, reserved: 0n });
    });
  });

  describe('a lease', () => {
    test('that runs out gives back what it held', async () => {
      const [key, id] = [fresh('lease'), fresh('id')];
      await reserve(id, [entry(key, 10n, 15n)]);
      expect((await reserve(fresh('id'), [entry(key, 10n, 15n)], NOW + LEASE - 1)).kind).toBe('refused');
      expect((await reserve(fresh('id'), [entry(key, 10n, 15n)], NOW + LEASE)).kind).toBe('held');
      await store.settle(id, cost(10n), NOW + LEASE + 1);
      expect(await counts(key, NOW + LEASE + 1)).toEqual({ used: 10n, reserved: 10n });
    });

    test('lasts as long as it is extended', async () => {
      const [key, id] = [fresh('beat'), fresh('id')];
      await reserve(id, [entry(key, 10n, 15n)]);
      expect(await store.extend(id, NOW + 50_000, LEASE)).toBe('held');
      expect(await counts(key, NOW + 100_000)).toEqual({ used: 0n, reserved: 10n });
      expect(await counts(key, NOW + 110_000)).toEqual({ used: 0n, reserved: 0n });
    });

    test('that ran out and is heard of again holds again', async () => {
      const [key, id] = [fresh('again'), fresh('id')];
      await reserve(id, [entry(key, 10n, 15n)]);
      expect(await counts(key, NOW + LEASE)).toEqual({ used: 0n, reserved: 0n });
      expect(await store.extend(id, NOW + LEASE, LEASE)).toBe('held');
      expect(await counts(key, NOW + LEASE)).toEqual({ used: 0n, reserved: 10n });
      await store.settle(id, cost(1n), NOW + LEASE);
      expect(await store.extend(id, NOW + LEASE, LEASE)).toBe('ended');
      expect(await store.extend(fresh('nobody'), NOW, LEASE)).toBe('unknown');
    });
  });

  describe('a rate', () => {
    test('never holds more than its limit in any window, and says when there is room', async () => {
      const key = fresh('rate');
      const at = 1_764_000_000_500;
      expect((await reserve(fresh('id'), [rateEntry(key, 60, 100)], at)).kind).toBe('held');
      expect((await reserve(fresh('id'), [rateEntry(key, 40, 100)], at + 30_000)).kind).toBe('held');
      const refused = await reserve(fresh('id'), [rateEntry(key, 1, 100)], at + 59_999);
      expect(refused).toMatchObject({ kind: 'refused', states: [{ used: { hi: 100 }, retryAtMs: at - 500 + 61_000 }] });
      expect((await reserve(fresh('id'), [rateEntry(key, 60, 100)], at - 500 + 61_000)).kind).toBe('held');
      expect((await reserve(fresh('id'), [rateEntry(key, 200, 100)], at + 61_000)).states[0]?.retryAtMs).toBe(0);
    });

    test('counts what was used in place of what was held, and nothing for a call never made', async () => {
      const [key, first, second] = [fresh('rate'), fresh('id'), fresh('id')];
      await reserve(first, [rateEntry(key, 60, 100)]);
      await reserve(second, [rateEntry(key, 40, 100)]);
      await store.settle(first, { tokens: { hi: 10, lo: 0 } }, NOW + 2000);
      await store.release(second, NOW + 2000);
      const [state] = await store.read([rateEntry(key, 0, 0)], NOW + 2000);
      expect(state?.used).toEqual({ hi: 10, lo: 0 });
      const [later] = await store.read([rateEntry(key, 0, 0)], NOW + 61_000);
      expect(later?.used).toEqual({ hi: 0, lo: 0 });
    });

    test('of any traffic is within the limit in every window', async () => {
      const traffic = fc.array(
        fc.record({ waitMs: fc.integer({ min: 0, max: 20_000 }), amount: fc.integer({ min: 1, max: 9 }) }),
        { minLength: 20, maxLength: 60 },
      );
      await fc.assert(
        fc.asyncProperty(traffic, async (calls) => {
          const key = fresh('traffic');
          const admitted: { at: number; amount: number }[] = [];
          let at = NOW;
          for (const { waitMs, amount } of calls) {
            at += waitMs;
            const { kind } = await reserve(fresh('id'), [rateEntry(key, amount, 20)], at);
            if (kind === 'held') admitted.push({ at, amount });
          }
          const inWindow = (end: number) =>
            admitted
              .filter((call) => call.at > end - 60_000 && call.at <= end)
              .reduce((sum, call) => sum + call.amount, 0);
          expect(Math.max(...admitted.map((call) => inWindow(call.at)))).toBeLessThanOrEqual(20);
        }),
        { numRuns: 25 },
      );
    });
  });

  describe('use without a reservation', () => {
    const recorded = (key: string, amount: Amount, marks: readonly Mark[] = []): RecordEntry => ({
      ...ref(key),
      amount: splitAmount('cost', amount),
      limit: splitAmount('cost', 1000n),
      marks,
    });

    test('is counted once, and a refund takes it away', async () => {
      const [key, id] = [fresh('record'), fresh('id')];
      expect(await store.record(id, [recorded(key, 700n)], NOW)).toBe('recorded');
      expect(await store.record(id, [recorded(key, 700n)], NOW)).toBe('repeated');
      await store.record(fresh('id'), [recorded(key, -900n)], NOW);
      expect(await counts(key)).toEqual({ used: -200n, reserved: 0n });
    });

    test('a threshold is told once, however often it is crossed', async () => {
      const key = fresh('alerts');
      const marks = [75, 90, 100].map((percent) => ({ percent, amount: splitAmount('cost', BigInt(percent * 10)) }));
      for (const step of [749n, 1n, -10n, 11n]) await store.record(fresh('id'), [recorded(key, step, marks)], NOW);
      const [first, ...others] = (await store.claimAlerts(1000, NOW, 1000)).filter(
        (alert) => alert.key === `group|${key}`,
      );
      expect(first).toMatchObject({
        key: `group|${key}`,
        percent: 75,
        used: { hi: 0, lo: 750 },
        limit: { hi: 0, lo: 1000 },
        atMs: NOW,
      });
      expect(others).toEqual([]);
      await store.record(fresh('id'), [recorded(key, 400n, marks)], NOW);
      const both = (await store.claimAlerts(1000, NOW, 1000)).filter((alert) => alert.key === `group|${key}`);
      expect(both.map(({ percent }) => percent).sort()).toEqual([100, 90]);
      const again = (await store.claimAlerts(1000, NOW + 1000, 1000)).filter((alert) => alert.key === `group|${key}`);
      expect(again).toHaveLength(3);
      await store.confirmAlerts(again.map(({ id }) => id));
      expect((await store.claimAlerts(1000, NOW + 9000, 1000)).filter((alert) => alert.key === `group|${key}`)).toEqual(
        [],
      );
    });

    test('a new limit has thresholds of its own', async () => {
      const key = fresh('upgrade');
      const at = (limit: bigint): RecordEntry => ({
        ...recorded(key, 80n),
        limit: splitAmount('cost', limit),
        marks: [{ percent: 75, amount: splitAmount('cost', (limit * 75n) / 100n) }],
      });
      await store.record(fresh('id'), [at(100n)], NOW);
      for (let step = 0; step < 9; step += 1) await store.record(fresh('id'), [at(1000n)], NOW);
      const told = (await store.claimAlerts(1000, NOW, 1000)).filter((alert) => alert.key === `group|${key}`);
      expect(told.map(({ limit }) => limit.lo).sort()).toEqual([100, 1000]);
    });
  });

  describe('a call of which nobody knows whether it asked', () => {
    const recorded = (key: string, amount: Amount): RecordEntry => ({
      ...ref(key),
      amount: splitAmount('cost', amount),
      limit: splitAmount('cost', 1000n),
      marks: [],
    });

    test('is settled where it was reserved and counted where it was not, once either way', async () => {
      const [key, asked, silent] = [fresh('either'), fresh('id'), fresh('id')];
      const use = (id: string) => store.settleOrRecord(id, cost(7n), [recorded(key, 7n)], NOW);
      await reserve(asked, [entry(key, 10n, 15n)]);
      expect(await use(asked)).toMatchObject({ kind: 'ended', wasExpired: false });
      expect(await use(silent)).toMatchObject({ kind: 'recorded', wasExpired: false, overshoot: {} });
      for (const id of [asked, silent]) {
        expect(await use(id)).toMatchObject({ kind: 'repeated' });
        expect(await store.record(id, [recorded(key, 7n)], NOW)).toBe('repeated');
        expect((await reserve(id, [entry(key, 1n, 15n)])).kind).toBe('repeated');
      }
      expect(await counts(key)).toEqual({ used: 14n, reserved: 0n });
    });

    test('is not counted again when its reservation was given back', async () => {
      const [key, id] = [fresh('given-back'), fresh('id')];
      await reserve(id, [entry(key, 10n, 15n)]);
      await store.release(id, NOW);
      expect(await store.settleOrRecord(id, cost(7n), [recorded(key, 7n)], NOW)).toMatchObject({ kind: 'repeated' });
      expect(await counts(key)).toEqual({ used: 0n, reserved: 0n });
    });

    test('and was made long ago is known by its id for as long as any other', async () => {
      const [key, id] = [fresh('old-call'), fresh('id')];
      const longAgo = NOW - 20 * 3_600_000;
      await store.record(id, [recorded(key, 7n)], NOW, longAgo);
      await store.record(fresh('id'), [recorded(key, 1n)], NOW + 1000);
      expect(await store.record(id, [recorded(key, 7n)], NOW + 1000, longAgo)).toBe('repeated');
      expect(await store.settleOrRecord(id, cost(7n), [recorded(key, 7n)], NOW + 1000, longAgo)).toMatchObject({
        kind: 'repeated',
      });
      expect(await counts(key)).toEqual({ used: 8n, reserved: 0n });
    });

    test('lies in the slice of a sliding window in which it was made', async () => {
      const key = fresh('slice');
      const rate = rateEntry(key, 4, 10);
      await store.record(fresh('id'), [rate], NOW, NOW - 50_000);
      await store.settleOrRecord(fresh('id'), {}, [rate], NOW, NOW - 20_000);
      const used = async (nowMs: number) => (await store.read([rate], nowMs))[0]?.used.hi;
      expect([await used(NOW), await used(NOW + 20_000), await used(NOW + 50_000)]).toEqual([8, 4, 0]);
    });
  });

  test('a group lists the counters that used most', async () => {
    const group = fresh('group');
    for (const [index, dollars] of [3n, 9n, 1n, 5n].entries()) {
      const one: RecordEntry = {
        ...ref(`${index}`),
        group,
        amount: splitAmount('cost', dollars * 100n * CENT),
        limit: { hi: 0, lo: 0 },
        marks: [],
      };
      await store.record(fresh('id'), [one], NOW);
    }
    const { counters, total } = await store.list(group, 2, NOW);
    expect(total).toBe(4);
    expect(counters.map(({ key, used }) => [key, used.hi])).toEqual([
      [`${group}|1`, 9_000_000],
      [`${group}|3`, 5_000_000],
    ]);
  });

  test('counters are those of a ledger kept by hand, whatever happens in whatever order', async () => {
    const keys = fc.uniqueArray(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 3 });
    const amount = fc.oneof(fc.bigInt({ min: 0n, max: 40n }), fc.bigInt({ min: 0n, max: 3n * 10n ** 18n }));
    const id = fc.integer({ min: 0, max: 8 });
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ op: fc.constant('reserve' as const), id, keys, amount }) },
      { weight: 3, arbitrary: fc.record({ op: fc.constant('settle' as const), id, amount }) },
      fc.record({ op: fc.constant('release' as const), id }),
      fc.record({ op: fc.constant('extend' as const), id }),
      fc.record({ op: fc.constant('wait' as const), waitMs: fc.integer({ min: 1, max: 50_000 }) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 40 }), async (steps) => {
        const run = fresh('run');
        const model = new HandLedger(6n * 10n ** 18n);
        let now = NOW;
        for (const next of steps) {
          if (next.op === 'wait') now += next.waitMs;
          else if (next.op === 'reserve') {
            const entries = next.keys.map((key) => entry(`${run}|${key}`, next.amount, model.limit));
            const { kind } = await reserve(`${run}|${next.id}`, entries, now);
            expect(kind).toBe(model.reserve(next.id, next.keys, next.amount, now));
          } else if (next.op === 'settle') {
            const answer = await store.settle(`${run}|${next.id}`, cost(next.amount), now);
            expect(answer.kind).toBe(model.end(next.id, next.amount, now));
          } else if (next.op === 'release') {
            expect((await store.release(`${run}|${next.id}`, now)).kind).toBe(model.end(next.id, 0n, now));
          } else expect(await store.extend(`${run}|${next.id}`, now, LEASE)).toBe(model.extend(next.id, now));
          for (const key of [0, 1, 2]) expect(await counts(`${run}|${key}`, now)).toEqual(model.counts(key, now));
        }
      }),
      { numRuns: 60 },
    );
  });
}

/** The same rules in plain words: no running totals, everything is summed from a list. */
class HandLedger {
  readonly limit: Amount;
  readonly #calls = new Map<number, { keys: number[]; amount: Amount; expiresMs: number; ended?: Amount }>();

  constructor(limit: Amount) {
    this.limit = limit;
  }

  counts(key: number, now: number): { used: Amount; reserved: Amount } {
    let [used, reserved] = [0n, 0n];
    for (const call of this.#calls.values()) {
      if (!call.keys.includes(key)) continue;
      if (call.ended !== undefined) used += call.ended;
      else if (call.expiresMs > now) reserved += call.amount;
    }
    return { used, reserved };
  }

  reserve(id: number, keys: number[], amount: Amount, now: number): string {
    if (this.#calls.has(id)) return 'repeated';
    for (const key of keys) {
      const { used, reserved } = this.counts(key, now);
      if (used + reserved + amount > this.limit) return 'refused';
    }
    this.#calls.set(id, { keys, amount, expiresMs: now + LEASE });
    return 'held';
  }

  end(id: number, used: Amount, _now: number): string {
    const call = this.#calls.get(id);
    if (call === undefined) return 'unknown';
    if (call.ended !== undefined) return 'repeated';
    call.ended = used;
    return 'ended';
  }

  extend(id: number, now: number): string {
    const call = this.#calls.get(id);
    if (call === undefined) return 'unknown';
    if (call.ended !== undefined) return 'ended';
    call.expiresMs = now + LEASE;
    return 'held';
  }
}
