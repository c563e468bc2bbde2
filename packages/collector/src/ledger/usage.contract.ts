import { attoFromInteger, formatMoney, METER_NAMES, parseMoney, sumMoney } from '@costspan/usage';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { METRICS } from '../query/metrics.ts';
import { parseUsageQuery } from '../query/parse-usage-query.ts';
import type { UsageResult } from '../query/usage-query.ts';
import type { Ledger } from './ledger.ts';
import { FIRST_US, idOf, madeCall } from './made-call.contract.ts';
import { batches, TO_US, traffic, usageQuery, ZONES } from './random-calls.contract.ts';
import { openReferenceLedger } from './reference-ledger.contract.ts';

const NOW_US = Date.UTC(2026, 10, 23, 12) * 1000;
/** In the middle of the random calls: some are late, some are history. */
const OPENED_US = Date.UTC(2026, 2, 30, 12) * 1000;

/** What every ledger promises about the answers to usage questions. A part of `ledgerContract`. */
export function usageContract(name: string, open: (nowUs: () => number) => Promise<Ledger>, runs: number): void {
  describe(`${name}: the usage contract`, () => {
    let ledger: Ledger;
    beforeEach(async () => {
      ledger = await open(() => NOW_US);
    });
    afterEach(() => ledger.close());

    test('any calls and any question: the answer equals that of plain loops over BigInt', async () => {
      await fc.assert(
        fc.asyncProperty(traffic, fc.array(usageQuery, { minLength: 3, maxLength: 3 }), async (sent, queries) => {
          let nowUs = OPENED_US;
          const [tested, reference] = [await open(() => nowUs), openReferenceLedger(() => nowUs)];
          nowUs = NOW_US;
          try {
            for (const ledger of [tested, reference]) await ledger.append([], sent.contexts);
            for (const batch of sent.batches) expect(await tested.append(batch)).toEqual(await reference.append(batch));
            for (const query of queries) {
              expect(comparable(await tested.query(query))).toEqual(comparable(await reference.query(query)));
            }
          } finally {
            await tested.close();
          }
        }),
        { numRuns: runs },
      );
    });

    test('rows add up to the total exactly, (untagged) and (other) included', async () => {
      await fc.assert(
        fc.asyncProperty(batches, usageQuery, async (sent, { page: _, ...query }) => {
          const tested = await open(() => NOW_US);
          try {
            for (const batch of sent) await tested.append(batch);
            const { rows, total } = await tested.query({ ...query, metrics: [...SUMS] });
            for (const metric of SUMS) {
              const parts = rows.map((row) => row[metric] ?? 0).map((part) => parseMoney(String(part)));
              expect([metric, formatMoney(sumMoney(parts))]).toEqual([metric, String(total[metric] ?? 0)]);
            }
          } finally {
            await tested.close();
          }
        }),
        { numRuns: runs },
      );
    });

    test('what is beyond the limit folds into one (other)', async () => {
      await ledger.append(
        ['a', 'b', 'c', 'd'].map((customer, n) => madeCall({ n, cost: `0.${n + 1}`, tags: { customer_id: customer } })),
      );
      await ledger.append([madeCall({ n: 9, cost: '0.01', tags: {} })]);
      const { rows, total } = await everything(ledger, { groupBy: ['customer_id'], limit: 2 });
      expect(rows).toEqual([
        { customer_id: 'd', calls: 1, cost: '0.4' },
        { customer_id: 'c', calls: 1, cost: '0.3' },
        { customer_id: '(other)', calls: 3, cost: '0.31' },
      ]);
      expect(total).toEqual({ calls: 5, cost: '1.01' });
      const all = await everything(ledger, { groupBy: ['customer_id'] });
      expect(all.rows.at(-1)).toEqual({ customer_id: '(untagged)', calls: 1, cost: '0.01' });
    });

    test('a group with the limit of members has no (other); one more has', async () => {
      const at = (count: number) => Array.from({ length: count }, (_, n) => madeCall({ n, tags: { team: `t${n}` } }));
      await ledger.append(at(3));
      expect((await everything(ledger, { groupBy: ['team'], limit: 3 })).rows.map((row) => row['team'])).toEqual([
        't0',
        't1',
        't2',
      ]);
      await ledger.append(at(4));
      expect((await everything(ledger, { groupBy: ['team'], limit: 3 })).rows.at(-1)).toMatchObject({
        team: '(other)',
        calls: 1,
      });
    });

    test('unknown is never zero: unpriced calls are counted beside the sum of the known costs', async () => {
      await ledger.append([
        madeCall({ n: 1, cost: undefined, tags: { team: 'unknown' } }),
        madeCall({ n: 2, cost: undefined, tags: { team: 'mixed' } }),
        madeCall({ n: 3, cost: '0.25', tags: { team: 'mixed' } }),
        madeCall({ n: 4, cost: '0', tags: { team: 'free' } }),
      ]);
      const { rows, total, unpriced_calls } = await everything(ledger, {
        groupBy: ['team'],
        metrics: ['cost', 'unpriced_calls', 'web_searches'],
      });
      expect(rows).toEqual([
        { team: 'mixed', cost: '0.25', unpriced_calls: 1, web_searches: null },
        { team: 'free', cost: '0', unpriced_calls: 0, web_searches: null },
        { team: 'unknown', cost: null, unpriced_calls: 1, web_searches: null },
      ]);
      expect(total).toMatchObject({ cost: '0.25', unpriced_calls: 2 });
      expect(unpriced_calls).toBe(2);
    });

    test('an amount in another currency is in no sum, and its call is counted as one without a price', async () => {
      const euros = madeCall({ n: 1, cost: '9', tags: { team: 'mixed' } });
      await ledger.append([
        { ...euros, cost: { ...euros.cost, currency: 'EUR' } },
        madeCall({ n: 2, cost: '0.25', tags: { team: 'mixed' } }),
      ]);
      const answer = await everything(ledger, { groupBy: ['team'], metrics: ['cost', 'list_cost', 'unpriced_calls'] });
      expect(answer.rows).toEqual([{ team: 'mixed', cost: '0.25', list_cost: '0.25', unpriced_calls: 1 }]);
      expect(answer.unpriced_calls).toBe(1);
      expect(await ledger.call(idOf(euros))).toMatchObject({ cost: '9', currency: 'EUR' });
    });

    test('a converted amount is in every sum, and the native one stays on its call', async () => {
      const yuan = madeCall({ n: 1, cost: '0.281' });
      const native = { currency: 'CNY', total: attoFromInteger(2n * 10n ** 18n) };
      const known = { ...native, fxRate: '0.1405', fxFromUs: FIRST_US };
      const unknown = madeCall({ n: 2, cost: undefined });
      await ledger.append([
        { ...yuan, cost: { ...yuan.cost, native: known } },
        { ...unknown, cost: { ...unknown.cost, reason: 'fx_missing:CNY', native } },
      ]);
      expect((await everything(ledger)).total).toMatchObject({ cost: '0.281', calls: 2 });
      expect((await everything(ledger)).unpriced_calls).toBe(1);
      expect(await ledger.call(idOf(yuan))).toMatchObject({
        cost: '0.281',
        currency: 'USD',
        native: { currency: 'CNY', cost: '2', fx_rate: '0.1405', fx_from: '2026-10-01T00:00:00.000Z' },
      });
      expect(await ledger.call(idOf(unknown))).toMatchObject({
        cost: null,
        reason: 'fx_missing:CNY',
        native: { currency: 'CNY', cost: '2', fx_rate: null, fx_from: null },
      });
    });

    test('the list price is summed beside the contracted one, which is the cost', async () => {
      const under = madeCall({ n: 1, cost: '0.08' });
      const beside = {
        list: attoFromInteger(10n ** 17n),
        contracted: under.cost.total,
        resale: attoFromInteger(2n * 10n ** 17n),
      };
      await ledger.append([{ ...under, cost: { ...under.cost, ...beside } }, madeCall({ n: 2, cost: '0.5' })]);
      const answer = await everything(ledger, { metrics: ['cost', 'list_cost'] });
      expect(answer.total).toEqual({ cost: '0.58', list_cost: '0.6' });
      expect(await ledger.call(idOf(under))).toMatchObject({
        cost: '0.08',
        list_cost: '0.1',
        contracted_cost: '0.08',
        resale_cost: '0.2',
      });
    });

    test('nothing asked about is zero, not unknown', async () => {
      expect(await everything(ledger, { groupBy: ['team'], metrics: ['calls', 'cost', 'input_tokens'] })).toMatchObject(
        {
          rows: [],
          total: { calls: 0, cost: '0', input_tokens: 0 },
          unpriced_calls: 0,
        },
      );
    });

    test('counts beyond 2^53 stay exact, as texts', async () => {
      const most = Number.MAX_SAFE_INTEGER;
      await ledger.append([madeCall({ n: 1, meters: { input_tokens: most, images: most } })]);
      expect((await everything(ledger, { metrics: ['input_tokens', 'images'] })).total).toEqual({
        input_tokens: most,
        images: most,
      });
      await ledger.append([madeCall({ n: 2, meters: { input_tokens: 2, images: 2 } })]);
      const exact = (BigInt(most) + 2n).toString();
      expect((await everything(ledger, { metrics: ['input_tokens', 'images'] })).total).toEqual({
        input_tokens: exact,
        images: exact,
      });
    });

    test('one atto among billions is not lost', async () => {
      await ledger.append([
        madeCall({ n: 1, cost: '9999999999.999999999999999999' }),
        madeCall({ n: 2, cost: '0.000000000000000001' }),
        madeCall({ n: 3, cost: '-10000000000' }),
      ]);
      expect((await everything(ledger)).total['cost']).toBe('0');
    });

    test('an amount that no sum could hold is unknown with a reason, and its batch is kept', async () => {
      const absurd = madeCall({ n: 1, cost: '1000000000000' });
      const large = madeCall({ n: 2, cost: '999999999999.999999999999999999' });
      await ledger.append([absurd, large, madeCall({ n: 3, cost: `-${'9'.repeat(40)}` })]);
      expect(await ledger.call(idOf(absurd))).toMatchObject({
        cost: null,
        cost_status: 'inconsistent',
        reason: 'amount_too_large',
      });
      expect(await everything(ledger)).toMatchObject({
        total: { calls: 3, cost: '999999999999.999999999999999999' },
        unpriced_calls: 2,
      });
    });

    test('every meter can be summed', async () => {
      await ledger.append([
        madeCall({ n: 1, meters: Object.fromEntries(METER_NAMES.map((meter, index) => [meter, index + 1])) }),
      ]);
      const { total } = await everything(ledger, { metrics: [...METER_NAMES] });
      expect(total).toEqual(Object.fromEntries(METER_NAMES.map((meter, index) => [meter, index + 1])));
    });

    test('the hour that the clock repeats is two buckets, and its day has 25 hours', async () => {
      const hours = Array.from({ length: 30 }, (_, hour) =>
        madeCall({ n: hour, startedAtUs: Date.UTC(2026, 9, 24, 22 + hour) * 1000 }),
      );
      await ledger.append(hours);
      const ask = (grain: string) => everything(ledger, { grain, timezone: 'Europe/Berlin', metrics: ['calls'] });
      const byHour = (await ask('hour')).rows;
      expect(byHour).toHaveLength(30);
      expect(byHour.slice(2, 4)).toEqual([
        { time: '2026-10-25T00:00:00.000Z', calls: 1 },
        { time: '2026-10-25T01:00:00.000Z', calls: 1 },
      ]);
      expect((await ask('day')).rows).toEqual([
        { time: '2026-10-24T22:00:00.000Z', calls: 25 },
        { time: '2026-10-25T23:00:00.000Z', calls: 5 },
      ]);
    });

    test('a day whose midnight the clock skips begins at the jump', async () => {
      // Chile, 6 September 2026: 24:00 becomes 01:00.
      const noon = Date.UTC(2026, 8, 6, 15) * 1000;
      await ledger.append([madeCall({ n: 1, startedAtUs: noon })]);
      const { rows } = await everything(ledger, { grain: 'day', timezone: 'America/Santiago', metrics: ['calls'] });
      expect(rows).toEqual([{ time: '2026-09-06T04:00:00.000Z', calls: 1 }]);
    });

    test('weeks begin on Monday, months on their first, in the zone of the question', async () => {
      await ledger.append([madeCall({ n: 1, startedAtUs: Date.UTC(2026, 10, 1, 20) * 1000 })]);
      const ask = async (grain: string, timezone: string) =>
        (await everything(ledger, { grain, timezone })).rows[0]?.['time'];
      // 20:00 UTC on Sunday 1 November is Monday 2 November in Tokyo.
      expect(await ask('week', 'UTC')).toBe('2026-10-26T00:00:00.000Z');
      expect(await ask('week', 'Asia/Tokyo')).toBe('2026-11-01T15:00:00.000Z');
      expect(await ask('month', 'Asia/Tokyo')).toBe('2026-10-31T15:00:00.000Z');
      expect(await ask('month', 'UTC')).toBe('2026-11-01T00:00:00.000Z');
    });

    test('from is inclusive and to is exclusive, to the microsecond', async () => {
      const at = Date.UTC(2026, 10, 1) * 1000;
      await ledger.append([
        madeCall({ n: 1, startedAtUs: at - 1 }),
        madeCall({ n: 2, startedAtUs: at }),
        madeCall({ n: 3, startedAtUs: at + 1 }),
      ]);
      const count = async (from: string, to: string) => (await everything(ledger, { from, to })).total['calls'];
      expect(await count('2026-11-01T00:00:00Z', '2026-11-01T00:00:00.000001Z')).toBe(1);
      expect(await count('2026-10-31T23:59:59.999999Z', '2026-11-01T00:00:00Z')).toBe(1);
      expect(await count('2026-11-01T00:00:00.000001Z', '2026-11-02T00:00:00Z')).toBe(1);
    });

    test('a filter and its opposite part the calls in two', async () => {
      await ledger.append([
        madeCall({ n: 1, tags: { plan: 'pro' } }),
        madeCall({ n: 2, tags: { plan: 'free' } }),
        madeCall({ n: 3, tags: {} }),
      ]);
      const count = async (filter: object) =>
        (await everything(ledger, { filters: [{ field: 'plan', ...filter }] })).total['calls'];
      expect(await count({ op: 'eq', value: 'pro' })).toBe(1);
      expect(await count({ op: 'neq', value: 'pro' })).toBe(2);
      expect(await count({ op: 'in', value: ['pro', 'free'] })).toBe(2);
      expect(await count({ op: 'not_in', value: ['pro', 'free'] })).toBe(1);
      expect(await count({ op: 'exists' })).toBe(2);
      expect(await count({ op: 'not_exists' })).toBe(1);
      expect(await count({ op: 'eq', value: '(untagged)' })).toBe(1);
      expect(await count({ op: 'neq', value: '(untagged)' })).toBe(2);
    });

    test.each(["x' OR '1'='1", '"; DROP TABLE calls; --', '$1', "')) UNION SELECT 1 --"])(
      'the text %j is a value and never a command',
      async (text) => {
        await ledger.append([madeCall({ n: 1, tags: { customer_id: text, plan: text } }), madeCall({ n: 2 })]);
        for (const field of ['customer_id', 'plan']) {
          const { rows } = await everything(ledger, { groupBy: [field], filters: [{ field, op: 'eq', value: text }] });
          expect(rows).toEqual([{ [field]: text, calls: 1, cost: '0.001' }]);
        }
      },
    );

    test('every metric can order the answer', async () => {
      await ledger.append([1, 2, 3].map((n) => madeCall({ n, tags: { team: `t${n}` } })));
      for (const field of METRICS) {
        for (const direction of ['asc', 'desc']) {
          const { rows } = await everything(ledger, { groupBy: ['team'], orderBy: { field, direction }, limit: 2 });
          expect(rows).toHaveLength(3);
        }
      }
    });

    test('an answer is complete to an instant at which it was asked', async () => {
      await ledger.append([madeCall({ n: 1 })]);
      expect((await everything(ledger)).complete_to).toBe('2026-11-23T12:00:00.000Z');
    });

    test('every time zone gives the same total', async () => {
      await ledger.append(
        Array.from({ length: 40 }, (_, n) => madeCall({ n, startedAtUs: TO_US - n * 40_000_000_000 })),
      );
      for (const timezone of ZONES) {
        for (const grain of ['minute', 'hour', 'day', 'week', 'month']) {
          const { rows, total } = await everything(ledger, { timezone, grain, metrics: ['calls'] });
          expect(rows.reduce((sum, row) => sum + Number(row['calls']), 0)).toBe(40);
          expect(total['calls']).toBe(40);
        }
      }
    });
  });
}

const SUMS = [
  'calls',
  'cost',
  'margin',
  'errors',
  'unpriced_calls',
  'late_calls',
  'tokens',
  'images',
  'seconds',
] as const;

/** Where it was added up from and the ledger's own clock are not a part of the answer. */
function comparable({ source: _, next_cursor, ...answer }: UsageResult): object {
  return { ...answer, next_cursor: next_cursor?.replace(/\.\d+\./, '.') };
}

/** All calls from 2026 on, by calls and cost unless asked otherwise. */
export function everything(ledger: Ledger, asked: object = {}): Promise<UsageResult> {
  return ledger.query(
    parseUsageQuery({ from: '2026-01-01T00:00:00Z', to: '2027-06-01T00:00:00Z', metrics: ['calls', 'cost'], ...asked }),
  );
}
