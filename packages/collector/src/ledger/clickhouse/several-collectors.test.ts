import fc from 'fast-check';
import { afterAll, expect, test, vi } from 'vitest';
import { billedCalls } from '../billed-calls.ts';
import type { Ledger, PricedCall } from '../ledger.ts';
import { idOf, madeCall } from '../made-call.contract.ts';
import { history, NOW_US } from '../random-history.contract.ts';
import { everything } from '../usage.contract.ts';
import { INSTALL_HINT, openTestServer } from './click-house-server.contract.ts';
import { openClickHouseLedger } from './open-click-house-ledger.ts';

/** An engine with threads of its own beside everything else. */
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });
const server = await openTestServer();
const MISSING = server === undefined;
afterAll(() => server?.close());

const DAY_US = 86_400_000_000;

function placeOf(): string {
  if (server === undefined) throw new Error(INSTALL_HINT);
  return server.place();
}

function open(url: string): Promise<Ledger> {
  return openClickHouseLedger({ url, nowUs: () => NOW_US, groupAgeMaxMs: 0 });
}

test.skipIf(MISSING)(
  `calls that two collectors are sent at once, some by both, are counted once${MISSING ? ` (${INSTALL_HINT})` : ''}`,
  async () => {
    const url = placeOf();
    const both = await Promise.all([open(url), open(url)]);
    const sent = Array.from({ length: 300 }, (_, n) => madeCall({ n, startedAtUs: NOW_US - n }));
    const batches = Array.from({ length: 10 }, (_, at) => sent.slice(at * 30, at * 30 + 45));
    // Every batch goes to one of them, and every third also to the other.
    await Promise.all(
      batches.flatMap((batch, at) =>
        both.filter((_, which) => which === at % 2 || at % 3 === 0).map((ledger) => ledger.append(batch)),
      ),
    );
    for (const ledger of both) {
      expect((await everything(ledger, { from: '2026-04-01T00:00:00Z' })).total).toMatchObject({
        calls: 300,
        cost: '0.3',
      });
      await ledger.close();
    }
  },
);

test.skipIf(MISSING)(
  'whichever collectors the spans of a trace come to, and however often: the same calls are billed',
  async () => {
    await fc.assert(
      fc.asyncProperty(history, fc.infiniteStream(fc.nat(2)), async ({ all, steps }, which) => {
        const url = placeOf();
        const three = [await open(url), await open(url), await open(url)];
        const batches = steps.flatMap((step) => (step.kind === 'append' ? [step.indices] : []));
        // All at once: nobody waits for what another one has written.
        await Promise.all(
          batches.map((indices) => {
            const ledger = three[which.next().value as number] as Ledger;
            return ledger.append(indices.map((index) => all[index] as PricedCall));
          }),
        );
        const billed = billedOf(all);
        const [first] = three as [Ledger];
        const { calls } = await first.calls({ filters: [], limit: 100, fromUs: NOW_US - DAY_US });
        expect(calls.map(({ id }) => id).sort()).toEqual(billed.map(idOf).sort());
        for (const traceId of new Set(all.map(({ call }) => call.traceId))) {
          const ofTrace = all.filter(({ call }) => call.traceId === traceId);
          const found = await first.trace(traceId);
          expect((found?.calls.length ?? 0) + (found?.contexts.length ?? 0)).toBe(ofTrace.length);
        }
        for (const ledger of three) await ledger.close();
      }),
      { numRuns: Number(process.env['COSTSPAN_CLICKHOUSE_RUNS'] ?? 4) },
    );
  },
);

/** What is billed of all these spans, whatever the order. */
function billedOf(all: readonly PricedCall[]): PricedCall[] {
  const nodes = all.map((priced) => {
    const { call } = priced;
    return {
      priced,
      traceId: call.traceId,
      spanId: call.spanId,
      parentSpanId: call.parentSpanId,
      responseId: call.responseId,
      startedAtUs: call.startedAtUs,
      durationUs: call.durationUs,
      operation: call.operation,
      dialect: call.dialect,
      hasUsage: call.usage.status !== 'unavailable',
      isStated: call.billableStated === true,
    };
  });
  const byTrace = Map.groupBy(nodes, ({ traceId }) => traceId);
  return [...byTrace.values()].flatMap((ofTrace) => [...billedCalls(ofTrace)].map(({ priced }) => priced));
}
