import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AddedCall, BilledCall, BilledChange } from '../billed-change.ts';
import type { PricedCall } from '../ledger.ts';
import { idOf, madeCall } from '../made-call.contract.ts';
import { openDuckDbLedger } from './open-duck-db-ledger.ts';

/** Calls of two traces, some within others, some sent again; in any order and any batches. */
const sent = fc
  .array(
    fc.record({
      n: fc.nat(9),
      trace: fc.nat(1),
      parent: fc.option(fc.nat(9), { nil: undefined }),
      hasUsage: fc.boolean(),
      cost: fc.constantFrom('0.1', '0.25', undefined),
      customer: fc.constantFrom('acme', 'globex'),
    }),
    { maxLength: 24 },
  )
  .map((all) =>
    all.map(({ n, trace, parent, hasUsage, cost, customer }): PricedCall => {
      const made = madeCall({ n, cost, tags: { customer_id: customer, plan: 'pro' } });
      return {
        ...made,
        call: {
          ...made.call,
          traceId: String(trace + 1).padStart(32, '0'),
          ...(parent === undefined ? {} : { parentSpanId: (parent + 1).toString(16).padStart(16, '0') }),
          usage: hasUsage ? made.call.usage : { status: 'unavailable', meters: {} },
        },
      };
    }),
  );

test('what is told after each commit adds up to the calls that are billed', async () => {
  await fc.assert(
    fc.asyncProperty(sent, fc.integer({ min: 1, max: 5 }), async (calls, size) => {
      const counted = new Map<string, BilledCall | AddedCall>();
      const times: number[] = [];
      const onBilled = ({ receivedAtUs, added, takenBack, revived }: BilledChange): void => {
        times.push(receivedAtUs);
        for (const call of added) {
          expect(counted.has(idOf(call))).toBe(false);
          counted.set(idOf(call), call);
        }
        for (const call of takenBack) expect(counted.delete(call.id)).toBe(true);
        for (const call of revived) {
          expect(counted.has(call.id)).toBe(false);
          counted.set(call.id, call);
        }
      };
      const ledger = await openDuckDbLedger({ path: ':memory:', onBilled, rollUpIntervalMs: 0 });
      try {
        for (let at = 0; at < calls.length; at += size) await ledger.append(calls.slice(at, at + size));
        const { calls: billed } = await ledger.calls({ filters: [], limit: 1000 });
        expect([...counted.keys()].sort()).toEqual(billed.map(({ id }) => id).sort());
        expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
      } finally {
        await ledger.close();
      }
    }),
    { numRuns: 12 },
  );
});

test('a call that is taken back is told with all that it was counted by', async () => {
  const changes: BilledChange[] = [];
  const ledger = await openDuckDbLedger({ path: ':memory:', onBilled: (change) => changes.push(change) });
  const outer = madeCall({ n: 1, cost: '0.25', tags: { customer_id: 'acme', plan: 'pro' } });
  const inner = madeCall({ n: 2 });
  await ledger.append([outer]);
  await ledger.append([
    { ...inner, call: { ...inner.call, traceId: outer.call.traceId, parentSpanId: outer.call.spanId } },
  ]);
  await ledger.close();
  expect(changes.map(({ added }) => added.length)).toEqual([1, 1]);
  expect(changes[1]?.takenBack).toEqual([
    {
      id: idOf(outer),
      startedAtUs: outer.call.startedAtUs,
      provider: 'openai',
      model: 'gpt-4o-mini',
      tags: { customer_id: 'acme', plan: 'pro' },
      tokens: 15,
      cost: 250_000_000_000_000_000n,
    },
  ]);
});
