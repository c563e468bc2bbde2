import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { formatInstantUs } from '../../query/instants.ts';
import { parseUsageQuery } from '../../query/parse-usage-query.ts';
import type { UsageResult } from '../../query/usage-query.ts';
import { madeCall } from '../made-call.contract.ts';
import { type History, history, NOW_US } from '../random-history.contract.ts';
import { type DuckDbLedger, openDuckDbLedger } from './open-duck-db-ledger.ts';

const HOUR_US = 3_600_000_000;
const DAY_US = 24 * HOUR_US;
/** Each opens and closes some files; the suite that misses nothing takes its time. */
const RUNS = process.env['COSTSPAN_REQUIRE_ALL'] === '1' ? 12 : 3;

let root: string;
let made = 0;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'costspan-past-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const PERIOD = { from: formatInstantUs(NOW_US - 2 * DAY_US), to: formatInstantUs(NOW_US + HOUR_US) };
const QUESTIONS = [
  { metrics: ['calls', 'cost', 'tokens', 'late_calls', 'unpriced_calls', 'duration_ms_p50'] },
  { metrics: ['calls', 'cost', 'input_tokens'], groupBy: ['model'], grain: 'hour' },
  { metrics: ['calls', 'cost'], groupBy: ['customer_id'], compare: 'previous_period' },
  { metrics: ['calls', 'users', 'duration_ms_p95'], groupBy: ['user', 'dialect'], limit: 2 },
  { metrics: ['calls', 'cost'], groupBy: ['workflow', 'agent'] },
] as const;

async function answers(ledger: DuckDbLedger, asOf?: string): Promise<unknown[]> {
  const told: unknown[] = [];
  for (const question of QUESTIONS) {
    const { rows, total, unpriced_calls, late_calls, as_of_from } = await ledger.query(
      parseUsageQuery({ ...PERIOD, ...question, ...(asOf === undefined ? {} : { asOf }) }),
    );
    told.push({ rows, total, unpriced_calls, late_calls, as_of_from });
  }
  return told;
}

/** Lets a history happen, a second after each other, and tells what was answered after each step. */
async function live({ all, steps }: History, options: { readonly callsDays: number; readonly daysOn: number }) {
  made += 1;
  const path = join(root, String(made));
  let nowUs = NOW_US - 4 * HOUR_US;
  const retention = { callsDays: options.callsDays, contextDays: 0, hoursDays: 0 };
  const open = () => openDuckDbLedger({ path, nowUs: () => nowUs, groupAgeMaxMs: 0, rollUpIntervalMs: 0, retention });
  let ledger = await open();
  nowUs = NOW_US;
  const past: { readonly asOf: string; readonly told: unknown[] }[] = [];
  for (const step of steps) {
    nowUs += 1_000_000;
    if (step.kind === 'append') await ledger.append(step.indices.map((index) => all[index] as never));
    else if (step.kind === 'roll up') await ledger.rollUp();
    else {
      await ledger.close();
      ledger = await open();
    }
    past.push({ asOf: formatInstantUs(nowUs), told: await answers(ledger) });
  }
  nowUs += options.daysOn * DAY_US;
  await ledger.rollUp();
  return { ledger, past };
}

test('an answer as of a past instant is what was answered then, whatever was superseded, revived, rolled up or reopened since', async () => {
  await fc.assert(
    fc.asyncProperty(history, async (given) => {
      const { ledger, past } = await live(given, { callsDays: 0, daysOn: 0 });
      for (const { asOf, told } of past) expect(await answers(ledger, asOf)).toEqual(told);
      await ledger.close();
    }),
    { numRuns: RUNS },
  );
}, 300_000);

test('where calls are deleted since, an answer as of before says from which instant on it is as of then, and from there it is', async () => {
  let deleted = 0;
  await fc.assert(
    fc.asyncProperty(history, async (given) => {
      // Half of the six hours of this history are deleted; a twin keeps all.
      const { ledger, past } = await live(given, { callsDays: 1, daysOn: 21 / 24 });
      const twin = await live(given, { callsDays: 0, daysOn: 21 / 24 });
      for (const { asOf } of past) {
        const ask = async (of: DuckDbLedger, asked: object) => {
          const answer = await of.query(parseUsageQuery({ ...PERIOD, ...QUESTIONS[0], ...asked }));
          return { rows: answer.rows, total: answer.total, as_of_from: answer.as_of_from };
        };
        const { as_of_from } = await ask(ledger, { asOf });
        if (as_of_from === undefined) continue;
        deleted += 1;
        const kept = { asOf, from: as_of_from };
        expect(await ask(ledger, kept)).toEqual(await ask(twin.ledger, kept));
      }
      const now = formatInstantUs(NOW_US + 30 * DAY_US);
      for (const answer of await answers(ledger, now)) expect(answer).toMatchObject({ as_of_from: undefined });
      expect(await answers(ledger, now)).toEqual(await answers(ledger));
      await ledger.close();
      await twin.ledger.close();
    }),
    { numRuns: RUNS },
  );
  expect(deleted).toBeGreaterThan(0);
}, 300_000);

const fiveUsers = [1, 2, 3, 4, 5].map((n) =>
  madeCall({ n, cost: `0.${n}`, startedAtUs: NOW_US - 3 * HOUR_US + n, tags: { user: `u${n}` } }),
);

test.each([undefined, '2100-01-01T00:00:00Z'])(
  'pages (as of %s) are of the instant of the first one: what comes or is superseded between them changes none',
  async (asOf) => {
    let nowUs = NOW_US;
    const ledger = await openDuckDbLedger({
      path: ':memory:',
      nowUs: () => nowUs,
      groupAgeMaxMs: 0,
      rollUpIntervalMs: 0,
    });
    await ledger.append(fiveUsers);
    const whole = await page(ledger, undefined, 10, asOf);
    const seen: unknown[] = [];
    let cursor: string | null | undefined;
    for (let turn = 0; cursor !== null; turn += 1) {
      const answer: UsageResult = await page(ledger, cursor, 2, asOf);
      seen.push(...answer.rows);
      expect(answer.total).toEqual(whole.total);
      cursor = answer.next_cursor;
      nowUs += 1_000_000;
      // A dearer user appears, and a provider call inside one that was billed takes its place.
      const outer = fiveUsers[turn] as (typeof fiveUsers)[number];
      const { call, cost } = madeCall({
        n: 100 + turn,
        cost: '0.9',
        startedAtUs: outer.call.startedAtUs + 1,
        tags: { user: 'new' },
      });
      await ledger.append([
        { cost, call: { ...call, traceId: outer.call.traceId, parentSpanId: outer.call.spanId, durationUs: 1 } },
      ]);
      await ledger.rollUp();
    }
    expect(seen).toEqual(whole.rows);
    expect((await page(ledger, undefined, 10)).rows[0]).toMatchObject({ user: 'new', calls: 3 });
    await ledger.close();
  },
);

test('a page after calls of its time were deleted is refused with what to do, and the first page works again', async () => {
  let nowUs = NOW_US;
  const retention = { callsDays: 1, contextDays: 0, hoursDays: 0 };
  const ledger = await openDuckDbLedger({ path: ':memory:', nowUs: () => nowUs, rollUpIntervalMs: 0, retention });
  await ledger.append(fiveUsers);
  const { next_cursor } = await page(ledger, undefined, 2);
  nowUs += 2 * DAY_US;
  await ledger.rollUp();
  await expect(page(ledger, next_cursor, 2)).rejects.toMatchObject({
    code: 'CURSOR_EXPIRED',
    message: expect.stringContaining('ask for the first page again'),
  });
  expect(await page(ledger, undefined, 2)).toMatchObject({
    rows: [{ user: '(expired)', calls: 5 }],
    next_cursor: null,
  });
  await ledger.close();
});

function page(
  ledger: DuckDbLedger,
  cursor: string | null | undefined,
  limit: number,
  asOf?: string,
): Promise<UsageResult> {
  const question = {
    ...PERIOD,
    metrics: ['calls', 'cost'],
    groupBy: ['user'],
    fold: false,
    limit,
    ...(asOf === undefined ? {} : { asOf }),
  };
  return ledger.query(parseUsageQuery({ ...question, ...(cursor ? { cursor } : {}) }));
}
