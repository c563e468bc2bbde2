import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { billedCalls } from '../billed-calls.ts';
import type { PricedCall } from '../ledger.ts';
import { madeCall } from '../made-call.contract.ts';
import { pricedCall } from '../random-calls.contract.ts';
import { history, NOW_US, spanId } from '../random-history.contract.ts';
import { type DuckDbLedger, type DuckDbLedgerOptions, openDuckDbLedger } from './open-duck-db-ledger.ts';
import { billedIds, storedSums, sumsOf, withFile } from './stored-sums.contract.ts';

const HOUR_US = 3_600_000_000;
const OPENED_US = NOW_US - 4 * HOUR_US;
/** Each opens and closes some files; the suite that misses nothing takes its time. */
const RUNS = process.env['COSTSPAN_REQUIRE_ALL'] === '1' ? 15 : 3;

let root: string;
let made = 0;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'costspan-history-'));
});
afterEach(() => rmSync(root, { recursive: true }));

test('whatever order, batches, repetitions, restarts and roll-ups the same spans come in: the same calls are billed, to the last digit', async () => {
  await fc.assert(
    fc.asyncProperty(history, async ({ all, steps }) => {
      const path = await newPath();
      let grown = 0;
      let ledger = await open(path);
      for (const step of steps) {
        if (step.kind === 'append') {
          const { inserted, superseded } = await ledger.append(step.indices.map((index) => all[index] as PricedCall));
          grown += inserted - superseded;
        } else if (step.kind === 'roll up') await ledger.rollUp();
        else {
          await ledger.close();
          ledger = await open(path);
        }
      }
      await ledger.close();
      const billed = billedOf(all);
      expect(await billedIds(path)).toEqual(billed.map(idOf).sort());
      expect(grown).toBe(billed.length);
      const truth = sumsOf(billed.map((priced) => ({ priced, late: isLate(priced) })));
      expect(await storedSums(path)).toEqual(truth);
      const rolled = await open(path);
      await rolled.rollUp();
      await rolled.close();
      expect(await storedSums(path)).toEqual(truth);
      await withFile(path, async (connection) => {
        const [row] = await connection.rows('SELECT count(*) FROM calls, roll_up WHERE received_at > rolled_to');
        expect(row).toEqual([0n]);
        const contexts = await connection.rows("SELECT printf('%016x', span_id) FROM contexts");
        expect(contexts).toHaveLength(all.length - billed.length);
      });
    }),
    { numRuns: 4 * RUNS },
  );
}, 300_000);

test('a failed attempt that its parent stood for is a call again once an attempt with usage comes, rolled up or not', async () => {
  const madeOf = (n: number, parent: number | undefined, hasUsage: boolean): PricedCall => {
    const { call, cost } = madeCall({ n, startedAtUs: NOW_US - HOUR_US - n });
    const usage = hasUsage ? call.usage : ({ status: 'unavailable', meters: {} } as const);
    return {
      call: {
        ...call,
        traceId: 'ab'.repeat(16),
        ...(parent === undefined ? {} : { parentSpanId: spanId(parent) }),
        usage,
      },
      cost: hasUsage ? cost : { status: 'usage_missing', total: undefined, currency: 'USD', lines: [] },
    };
  };
  const [outer, failed, worked] = [madeOf(0, undefined, true), madeOf(1, 0, false), madeOf(2, 0, true)];
  const path = await newPath();
  const ledger = await open(path);
  expect(await ledger.append([failed])).toMatchObject({ inserted: 1, superseded: 0 });
  await ledger.rollUp();
  expect(await ledger.append([outer])).toMatchObject({ inserted: 1, superseded: 1 });
  await ledger.rollUp();
  expect(await ledger.append([worked])).toMatchObject({ inserted: 1, superseded: 0 });
  expect(await ledger.append([failed, outer, worked])).toMatchObject({ inserted: 0, duplicates: 3, superseded: 0 });
  await ledger.rollUp();
  await ledger.close();
  expect(await billedIds(path)).toEqual([failed, worked].map(idOf));
  expect(await storedSums(path)).toEqual(sumsOf([failed, worked].map((priced) => ({ priced, late: isLate(priced) }))));
});

test('an hour that was added to again and again is merged once it is over, and its sums stay', async () => {
  const hour = Math.floor(NOW_US / HOUR_US) * HOUR_US - 3 * HOUR_US;
  const all = Array.from({ length: 40 }, (_, n) => {
    const meters = { input_tokens: n, images: n, seconds: 0.25, pixels: 7 };
    const tags = { customer_id: `c${n % 3}` };
    return madeCall({ n, startedAtUs: hour + n, cost: n % 5 === 0 ? undefined : `0.${n}`, meters, tags });
  });
  const path = await newPath();
  const ledger = await open(path);
  for (let first = 0; first < all.length; first += 4) {
    await ledger.append(all.slice(first, first + 4));
    await ledger.rollUp();
  }
  await ledger.close();
  expect(await storedSums(path)).toEqual(sumsOf(all.map((priced) => ({ priced, late: true }))));
  await withFile(path, async (connection) => {
    // Three customers, priced or not, each with two other meters; merged at the tenth roll-up.
    expect(await connection.rows('SELECT count(*), sum(calls) FROM hours')).toEqual([[18n, 40n]]);
  });
});

test('counts as large as a sender may claim are summed to the last digit too', async () => {
  const huge = Number.MAX_SAFE_INTEGER;
  const all = Array.from({ length: 1500 }, (_, n) =>
    madeCall({ n, startedAtUs: NOW_US - 3 * HOUR_US, cost: '1', meters: { input_tokens: huge, images: huge } }),
  );
  const path = await newPath();
  const ledger = await open(path);
  for (let first = 0; first < all.length; first += 300) {
    await ledger.append(all.slice(first, first + 300));
    await ledger.rollUp();
  }
  await ledger.close();
  expect(await storedSums(path)).toEqual(sumsOf(all.map((priced) => ({ priced, late: true }))));
});

test('a context span is kept once and is never billed', async () => {
  const { call } = madeCall({ n: 1 });
  const context = {
    traceId: call.traceId,
    spanId: spanId(77),
    startedAtUs: call.startedAtUs,
    durationUs: 5_000_000,
    kind: 'agent',
    operation: 'invoke_agent',
    name: 'planner',
    dialect: 'otel-genai',
    outcome: 'ok',
  } as const;
  const path = await newPath();
  let ledger = await open(path);
  expect(await ledger.append([], [context, context])).toEqual({
    inserted: 0,
    duplicates: 0,
    superseded: 0,
    expired: 0,
  });
  await ledger.append([{ call: { ...call, parentSpanId: context.spanId }, cost: madeCall({ n: 1 }).cost }], [context]);
  await ledger.close();
  ledger = await open(path);
  await ledger.append([], [context]);
  await ledger.close();
  expect(await billedIds(path)).toHaveLength(1);
  await withFile(path, async (connection) => {
    const rows = await connection.rows("SELECT printf('%016x', span_id), kind, name FROM contexts");
    expect(rows).toEqual([[context.spanId, 'agent', 'planner']]);
  });
});

test('deleting old calls changes no sum, and a retry of a deleted call is counted once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(pricedCall, fc.nat(40), fc.boolean()), { minLength: 1, maxLength: 20 }),
      async (given) => {
        // One call in each trace, up to forty hours old.
        const all = given.map(([{ call, cost }, hours, kept], index) => ({
          priced: {
            cost,
            call: {
              ...call,
              traceId: (index + 1).toString(16).padStart(32, '0'),
              startedAtUs: NOW_US - hours * HOUR_US - 1,
              provider: 'openai',
              requestModel: 'gpt-4o',
              responseModel: 'gpt-4o',
            },
          },
          kept,
        }));
        const path = await newPath();
        let ledger = await open(path);
        await ledger.append(all.map(({ priced }) => priced));
        await ledger.rollUp();
        await ledger.close();
        const truth = await storedSums(path);
        ledger = await open(path, { retention: { callsDays: 1, contextDays: 1, hoursDays: 0 } });
        await ledger.rollUp();
        const again = all.filter(({ kept }) => kept).map(({ priced }) => priced);
        const answer = await ledger.append(again);
        expect(answer.duplicates + answer.expired).toBe(again.length);
        expect(answer.expired).toBe(again.filter(({ call }) => call.startedAtUs < NOW_US - 24 * HOUR_US).length);
        await ledger.close();
        expect(await storedSums(path)).toEqual(truth);
        expect(await billedIds(path)).toHaveLength(
          all.filter(({ priced }) => priced.call.startedAtUs >= NOW_US - 24 * HOUR_US).length,
        );
      },
    ),
    { numRuns: RUNS },
  );
}, 300_000);

/** Of a ledger that was made some hours ago. */
async function newPath(): Promise<string> {
  made += 1;
  const path = join(root, String(made));
  await (await open(path, { nowUs: () => OPENED_US })).close();
  return path;
}

function open(path: string, options: Partial<DuckDbLedgerOptions> = {}): Promise<DuckDbLedger> {
  return openDuckDbLedger({ path, nowUs: () => NOW_US, groupAgeMaxMs: 0, rollUpIntervalMs: 0, ...options });
}

function idOf({ call }: PricedCall): string {
  return `${call.traceId}-${call.spanId}`;
}

function isLate({ call }: PricedCall): boolean {
  // Appends of one run are known some microseconds after each other; no call of this history ends that near to the bounds.
  const endedAtUs = call.startedAtUs + call.durationUs;
  return NOW_US + 1000 > endedAtUs + HOUR_US && endedAtUs >= OPENED_US;
}

function billedOf(all: readonly PricedCall[]): PricedCall[] {
  const traces = Map.groupBy(all, ({ call }) => call.traceId);
  return [...traces.values()].flatMap((ofTrace) => {
    const nodes = ofTrace.map((priced) => ({
      priced,
      spanId: priced.call.spanId,
      parentSpanId: priced.call.parentSpanId,
      responseId: priced.call.responseId,
      startedAtUs: priced.call.startedAtUs,
      durationUs: priced.call.durationUs,
      operation: priced.call.operation,
      dialect: priced.call.dialect,
      hasUsage: priced.call.usage.status !== 'unavailable',
      isStated: priced.call.billableStated === true,
    }));
    return [...billedCalls(nodes)].map(({ priced }) => priced);
  });
}
