import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { quotaStatus } from '@costspan/quota';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { openDuckDbLedger } from '../ledger/duckdb/open-duck-db-ledger.ts';
import { madeCall } from '../ledger/made-call.contract.ts';
import { openReferenceLedger } from '../ledger/reference-ledger.contract.ts';
import { SelfMetrics } from '../self-metrics.ts';
import { LedgerFeed } from './ledger-feed.ts';
import type { QuotaService } from './open-quota.ts';
import { callId, eventually, type QuotaHttp, startQuotaHttp } from './quota-http.contract.ts';
import { REDIS_HINT, REDIS_PROGRAM, startRedisProcess } from './redis-server.contract.ts';
import { openTestQuota, scratch } from './test-quota.contract.ts';
import { openToldAlerts } from './told-alerts.ts';

const NOON = Date.parse('2026-11-23T12:00:00Z');
const HOUR_MS = 3_600_000;

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  vi.useRealTimers();
});

async function start(...args: Parameters<typeof startQuotaHttp>): Promise<QuotaHttp> {
  const http = await startQuotaHttp(...args);
  cleanups.push(http.collector.close);
  return http;
}

const RULES = `timezone: Asia/Kathmandu
rules:
  - id: money
    applies_per: [customer_id]
    unpriced: { estimate: "0.5" }
    limits: [{ cost: "100", per: day }, { cost: "1000", per: month }]
    overrides: [{ for: { customer_id: acme }, timezone: America/New_York, limits: [{ cost: "7", per: day }] }]
  - id: pair
    when: { metadata: { plan: pro }, models: ["openai/gpt-*"] }
    applies_per: [team, model]
    limits: [{ tokens: 5000, per: week }]
  - { id: hour, applies_per: [customer_id], limits: [{ requests: 100, per: hour }] }
  - { id: slide, limits: [{ tokens: 100000, per: day, window: sliding }] }`;

/** Calls of the last days, by three customers, priced or not. */
const calls = fc
  .array(
    fc.record({
      agoMs: fc.oneof(fc.nat(40 * 24 * HOUR_MS), fc.nat(30 * HOUR_MS), fc.nat(2 * HOUR_MS)),
      cost: fc.constantFrom('0.1', '0.000000000000000001', undefined),
      customer: fc.constantFrom('acme', 'globex', undefined),
      plan: fc.constantFrom('pro', 'free'),
      team: fc.constantFrom('blue', 'red|green'),
      input: fc.nat(3000),
    }),
    { maxLength: 40 },
  )
  .map((all) =>
    all.map(({ agoMs, cost, customer, plan, team, input }, n) =>
      madeCall({
        n,
        cost,
        startedAtUs: (NOON - agoMs) * 1000,
        tags: { plan, team, ...(customer === undefined ? {} : { customer_id: customer }) },
        meters: { input_tokens: input, output_tokens: 5 },
      }),
    ),
  );

async function countersOf({ desk }: QuotaService): Promise<Record<string, unknown>> {
  const { budgets } = await quotaStatus(desk.quota, { max: 1000 }, NOON);
  const probe = { id: 'probe', call: { provider: 'openai', model: 'gpt-4o-mini', tags: { customer_id: 'acme' } } };
  const sliding = await desk.quota.store.read(desk.quota.plan(probe, NOON).entries, NOON);
  return {
    ...Object.fromEntries(
      budgets
        .filter(({ used }) => used > 0n)
        .map(({ ruleId, limitId, bucket, used }) => [`${ruleId} ${limitId} ${Object.values(bucket)}`, used])
        .sort(),
    ),
    sliding: sliding
      .filter((_, index) => desk.quota.plan(probe, NOON).entries[index]?.kind === 'rate')
      .map(({ used }) => used.hi),
  };
}

test('counters made from the ledger are those that following it call by call would have made', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: NOON });
  await fc.assert(
    fc.asyncProperty(calls, async (made) => {
      const ledger = openReferenceLedger(() => NOON * 1000);
      const followed = await openTestQuota(ledger, RULES);
      followed.feed.onBilled({ receivedAtUs: NOON * 1000 + 1, added: made, takenBack: [], revived: [] });
      await followed.feed.hold();
      await ledger.append(made);
      const counted = await openTestQuota(ledger, RULES);
      const [expected, actual] = [await countersOf(followed), await countersOf(counted)];
      await Promise.all([followed.close(), counted.close()]);
      expect(actual).toEqual(expected);
    }),
    { numRuns: 30 },
  );
});

test('a queue that has overflowed is mended from the ledger, and that is counted', async () => {
  const metrics = new SelfMetrics();
  const ledger = openReferenceLedger(() => Date.now() * 1000);
  const { desk, close } = await openTestQuota(ledger, RULES);
  cleanups.push(close);
  const recounts: number[] = [];
  const feed = new LedgerFeed(desk, metrics, 10, async (asOfUs) => {
    recounts.push(asOfUs);
  });
  const change = (receivedAtUs: number, from: number, count: number) => ({
    receivedAtUs,
    added: Array.from({ length: count }, (_, n) => madeCall({ n: from + n, startedAtUs: Date.now() * 1000 })),
    takenBack: [],
    revived: [],
  });
  feed.onBilled(change(1, 0, 50));
  feed.onBilled(change(2, 50, 5));
  expect([feed.waiting, metrics.get('quotaFeedDropped')]).toEqual([50, 5]);
  feed.release(0);
  await feed.close();
  expect([feed.waiting, feed.countedToUs, recounts]).toEqual([0, 2, [2]]);
});

test('what is committed while counters are made anew waits, and is counted once', async () => {
  let follow: (change: Parameters<QuotaService['feed']['onBilled']>[0]) => void = () => {};
  const ledger = await openDuckDbLedger({ path: ':memory:', onBilled: (change) => follow(change) });
  cleanups.push(ledger.close);
  const { desk, feed, close } = await openTestQuota(
    ledger,
    'rules: [{ id: all, limits: [{ requests: 1000, per: month }] }]',
  );
  cleanups.push(close);
  follow = feed.onBilled;
  const now = Date.now() * 1000;
  const used = async () => (await quotaStatus(desk.quota, {}, Date.now())).budgets[0]?.used;
  await ledger.append([madeCall({ n: 1, startedAtUs: now })]);
  await eventually(async () => expect(await used()).toBe(1n));
  await feed.hold();
  await ledger.append([madeCall({ n: 2, startedAtUs: now })]);
  expect(await used()).toBe(1n);
  feed.release(feed.countedToUs);
  feed.askForRecount();
  await eventually(async () => expect([await used(), feed.waiting]).toEqual([2n, 0]));
});

describe('after a restart', () => {
  test('counters in memory are what the ledger says, reservations are gone, sliding windows included', async () => {
    const data = scratch();
    const rules = `rules:
  - { id: day, applies_per: [customer_id], limits: [{ cost: "5", per: day }] }
  - { id: slide, applies_per: [customer_id], limits: [{ requests: 4, per: day, window: sliding }] }`;
    const first = await start(rules, {}, { data });
    const tags = { customer_id: 'acme' };
    await first.decide({ id: callId(1), tags, hold: { cost: '3' } });
    await first.decide({ id: callId(2), tags, hold: { cost: '1' } });
    for (const n of [1, 3, 4]) await first.span({ id: callId(n), tags });
    await eventually(async () => expect(await first.standing()).toEqual({ 'day acme': '0.0105 1 5' }));
    await cleanups.pop()?.();
    const second = await start(rules, {}, { data });
    expect(await second.standing()).toEqual({ 'day acme': '0.0105 0 5' });
    // Whoever still runs settles a reservation that nobody knows; its span counts.
    const late = await second.post(`/api/v1/quota/decisions/${callId(2)}/settle`, { cost: '1' });
    expect(late.body.outcome).toBe('unknown');
    const asked = [await second.decide({ tags }), await second.decide({ tags })];
    expect(asked.map(({ status }) => status)).toEqual([200, 429]);
  });

  test.skipIf(REDIS_PROGRAM === undefined)(
    `counters in Redis get what a killed collector left out, once (${REDIS_PROGRAM ?? REDIS_HINT})`,
    async () => {
      const redis = await startRedisProcess();
      cleanups.push(redis.remove);
      const data = scratch();
      const rules = 'rules: [{ id: day, applies_per: [customer_id], limits: [{ cost: "5", per: day }] }]';
      const section = { store: redis.url, storeTimeoutMs: 10_000 };
      const tags = { customer_id: 'acme' };
      const first = await start(rules, section, { data });
      await first.span({ id: callId(1), tags });
      await eventually(async () => expect(await first.standing()).toEqual({ 'day acme': '0.0035 0 5' }));
      await cleanups.pop()?.();
      // Commits that nobody counted, as if the process had died between the two.
      const ledger = await openDuckDbLedger({ path: data });
      await ledger.append([madeCall({ n: 9, cost: '1', startedAtUs: Date.now() * 1000, tags })]);
      await ledger.close();
      for (let run = 0; run < 2; run += 1) {
        const again = await start(rules, section, { data });
        await eventually(async () => expect(await again.standing()).toEqual({ 'day acme': '1.0035 0 5' }));
        await cleanups.pop()?.();
      }
    },
  );
});

test('told alerts outlive the process; a line that a crash has cut is left out', async () => {
  const file = join(scratch(), 'deep', 'told.ndjson');
  const told = await openToldAlerts(file);
  await told.add(['a\n75\n1:0', 'b']);
  writeFileSync(file, `${readFileSync(file, 'utf8')}"half`);
  const again = await openToldAlerts(file);
  expect([again.has('a\n75\n1:0'), again.has('b'), again.has('half')]).toEqual([true, true, false]);
  await again.add(['c']);
  expect(readFileSync(file, 'utf8')).toBe('"a\\n75\\n1:0"\n"b"\n"c"\n');
});
