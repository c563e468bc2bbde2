import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CallSummary } from '../query/calls-query.ts';
import { parseInstantUs } from '../query/instants.ts';
import { type Ledger, LedgerUnavailableError } from './ledger.ts';
import { FIRST_US, idOf, madeCall } from './made-call.contract.ts';
import { batches, pricedCall, usageQuery } from './random-calls.contract.ts';
import { openReferenceLedger } from './reference-ledger.contract.ts';
import { everything, usageContract } from './usage.contract.ts';

const NOW_US = Date.UTC(2026, 10, 23, 12) * 1000;
const NOTHING = { inserted: 0, duplicates: 0, superseded: 0, expired: 0 };

/** What every ledger promises. `open` gives an empty one whose clock stands at the instant it is given; laws are tried `runs` times. */
export function ledgerContract(name: string, open: (nowUs: () => number) => Promise<Ledger>, runs = 40): void {
  describe(`${name}: the ledger contract`, () => {
    let ledger: Ledger;
    beforeEach(async () => {
      ledger = await open(() => NOW_US);
    });
    afterEach(() => ledger.close());

    test('a call comes back as it was given, to the last digit', async () => {
      await fc.assert(
        fc.asyncProperty(pricedCall, async (given) => {
          const reference = openReferenceLedger(() => NOW_US);
          const id = `${given.call.traceId}-${given.call.spanId}`;
          await reference.append([given]);
          await ledger.append([given]);
          // Knowledge time is the ledger's own.
          expect({ ...(await ledger.call(id)), received_at: '' }).toEqual({
            ...(await reference.call(id)),
            received_at: '',
          });
        }),
        { numRuns: 2 * runs },
      );
    });

    test.each([
      ['nothing', ''],
      ['twelve letters', 'twelve bytes'],
      ['thirteen letters', 'thirteen byte'],
      ['a zero byte', 'a\u0000b'],
      ['twelve letters that are not ASCII', 'éééééééééééé'],
      ['Japanese', '日本語の長い名前'],
      ['rockets', '🚀'.repeat(20)],
      ['4,096 letters', 'x'.repeat(4096)],
    ])('a text of %s is kept as it is', async (_, text) => {
      const given = madeCall({ n: 1, tags: { customer_id: text, team: 'the same long name', plan: text, other: 'v' } });
      await ledger.append([madeCall({ n: 2, tags: { team: 'the same long name' } }), given, madeCall({ n: 3 })]);
      expect((await ledger.call(idOf(given)))?.tags).toEqual(given.call.tags);
    });

    test('thousands of texts, short and long, repeated and not, in any script, stand each in its own row', async () => {
      const texts = ['', 'short', 'a name longer than twelve', 'noch längere Namen für Kunden', '短い'];
      const sent = Array.from({ length: 5000 }, (_, n) => {
        const own = `${texts[n % texts.length]} ${n}`;
        // Only some columns and chunks hold other letters than ASCII.
        const ascii = own.replace(/[^ -~]/g, '?');
        return madeCall({
          n,
          tags: {
            customer_id: ascii,
            team: texts[n % 3] || 'none',
            ...(n % 7 === 0 ? {} : { user: n < 2500 ? ascii : own }),
            ...(n % 5 === 0 ? { plan: own } : {}),
          },
        });
      });
      await ledger.append(sent);
      const calls = await allCalls(ledger);
      expect(calls.map(({ tags }) => tags)).toEqual(sent.map(({ call }) => call.tags).reverse());
    });

    test('a retried batch is counted once', async () => {
      const batch = [1, 2, 3].map((n) => madeCall({ n }));
      expect(await ledger.append(batch)).toEqual({ ...NOTHING, inserted: 3 });
      expect(await ledger.append(batch)).toEqual({ ...NOTHING, duplicates: 3 });
      expect(await ledger.append([madeCall({ n: 4 }), ...batch])).toEqual({ ...NOTHING, inserted: 1, duplicates: 3 });
      expect((await everything(ledger)).total['calls']).toBe(4);
    });

    test('a call that stands twice in one batch is counted once, and the first one stays', async () => {
      const first = madeCall({ n: 1, cost: '0.1' });
      const again = madeCall({ n: 1, cost: '0.7', startedAtUs: FIRST_US + 90 * 86_400_000_000 });
      expect(await ledger.append([first, again])).toEqual({ ...NOTHING, inserted: 1, duplicates: 1 });
      expect(await ledger.append([again])).toEqual({ ...NOTHING, duplicates: 1 });
      expect((await everything(ledger)).total).toMatchObject({ calls: 1, cost: '0.1' });
    });

    test('the same batch sent many times at once is counted once', async () => {
      const batch = Array.from({ length: 50 }, (_, n) => madeCall({ n }));
      const results = await Promise.all(Array.from({ length: 8 }, () => ledger.append(batch)));
      expect(results.reduce((sum, { inserted }) => sum + inserted, 0)).toBe(50);
      expect(results.reduce((sum, { duplicates }) => sum + duplicates, 0)).toBe(350);
      expect((await everything(ledger)).total['calls']).toBe(50);
    });

    test('an empty batch changes nothing', async () => {
      expect(await ledger.append([])).toEqual(NOTHING);
    });

    test('what was appended is in the next answer', async () => {
      for (let n = 0; n < 5; n += 1) {
        await ledger.append([madeCall({ n })]);
        expect((await everything(ledger)).total['calls']).toBe(n + 1);
      }
    });

    test('each commit is known later than the one before, also when the clock stands or goes back', async () => {
      let nowUs = NOW_US;
      const moody = await open(() => nowUs);
      const known: string[] = [];
      for (const [n, stepUs] of [0, 0, -5_000_000, 1, 7_000_000, -1].entries()) {
        nowUs += stepUs;
        const given = madeCall({ n });
        await moody.append([given]);
        known.push((await moody.call(idOf(given)))?.received_at.replace(/(\.\d{3})Z/, '$1000Z') ?? '');
      }
      await moody.close();
      expect(new Set(known).size).toBe(6);
      expect(known).toEqual(known.toSorted());
    });

    test('pages hold every call once, newest first, while calls are added', async () => {
      const sent = Array.from({ length: 25 }, (_, n) => madeCall({ n, startedAtUs: FIRST_US + Math.floor(n / 5) }));
      await ledger.append(sent);
      const seen: string[] = [];
      let after: string | null | undefined;
      for (let page = 0; after !== null; page += 1) {
        const cursor = after === undefined ? {} : { after: position(after) };
        const { calls, next_cursor } = await ledger.calls({ filters: [], limit: 4, ...cursor });
        seen.push(...calls.map(({ id }) => id));
        after = next_cursor;
        // Newer calls do not move the pages that follow.
        await ledger.append([madeCall({ n: 100 + page, startedAtUs: FIRST_US + 1000 + page })]);
      }
      expect(seen).toHaveLength(25);
      const order = sent
        .map(({ call }) => `${call.startedAtUs} ${call.traceId}-${call.spanId}`)
        .sort()
        .reverse();
      expect(seen).toEqual(order.map((text) => text.split(' ')[1]));
    });

    test('those that were taken in after a commit are told apart, whenever they started', async () => {
      const at = (n: number) => madeCall({ n, startedAtUs: FIRST_US - n });
      const [known, later] = [at(1), at(2)];
      await ledger.append([at(5)]);
      await ledger.append([known]);
      const receivedAfterUs = parseInstantUs((await ledger.call(idOf(known)))?.received_at ?? '') as number;
      await ledger.append([later]);
      const { calls } = await ledger.calls({ filters: [], limit: 10, receivedAfterUs });
      expect(calls.map(({ id }) => id)).toEqual([idOf(later)]);
      expect((await ledger.calls({ filters: [], limit: 10, receivedAfterUs: receivedAfterUs - 1 })).calls).toHaveLength(
        2,
      );
    });

    test('a list of calls equals that of plain loops', async () => {
      await fc.assert(
        fc.asyncProperty(
          batches,
          usageQuery,
          fc.integer({ min: 1, max: 10 }),
          async (sent, { filters, fromUs, toUs }, limit) => {
            const [tested, reference] = [await open(() => NOW_US), openReferenceLedger(() => NOW_US)];
            try {
              for (const batch of sent) await Promise.all([tested.append(batch), reference.append(batch)]);
              expect(await tested.calls({ filters, fromUs, toUs, limit })).toEqual(
                await reference.calls({ filters, fromUs, toUs, limit }),
              );
            } finally {
              await tested.close();
            }
          },
        ),
        { numRuns: runs },
      );
    });

    test.each(['', 'nonsense', `${'0'.repeat(32)}-${'0'.repeat(16)}`, `${'g'.repeat(32)}-${'0'.repeat(16)}`])(
      'there is no call %j',
      async (id) => {
        await ledger.append([madeCall({ n: 1 })]);
        expect(await ledger.call(id)).toBeUndefined();
      },
    );

    test('a closed ledger says so', async () => {
      await ledger.close();
      await expect(ledger.append([madeCall({ n: 1 })])).rejects.toThrow(LedgerUnavailableError);
      await expect(everything(ledger)).rejects.toThrow(LedgerUnavailableError);
      await expect(ledger.calls({ filters: [], limit: 1 })).rejects.toThrow(LedgerUnavailableError);
      await expect(ledger.call('x')).rejects.toThrow(LedgerUnavailableError);
      await ledger.close();
    });

    test('what was accepted before closing is answered', async () => {
      const pending = Array.from({ length: 10 }, (_, n) => ledger.append([madeCall({ n })]));
      await ledger.close();
      expect((await Promise.all(pending)).every(({ inserted }) => inserted === 1)).toBe(true);
    });
  });
  usageContract(name, open, runs);
}

async function allCalls(ledger: Ledger): Promise<CallSummary[]> {
  const calls: CallSummary[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const after = cursor === undefined ? {} : { after: position(cursor) };
    const page = await ledger.calls({ filters: [], limit: 1000, ...after });
    calls.push(...page.calls);
    cursor = page.next_cursor;
  }
  return calls;
}

function position(cursor: string) {
  const [startedAtUs, traceId, spanId] = cursor.split('-') as [string, string, string];
  return { startedAtUs: Number(startedAtUs), traceId, spanId };
}
