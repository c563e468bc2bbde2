import {
  MemoryStore,
  parseRules,
  Quota,
  quotaMetrics,
  quotaStatus,
  rebuildCounters,
  rebuildFrom,
} from '@costspan/quota';
import { type Atto, parseMoney } from '@costspan/usage';
import { expect, test } from 'vitest';
import { QUOTA_MONITORS } from './quotas.ts';

// What the quota monitors compare: the gauge that the collector sends, over a month that no calendar window of Datadog can say.

const ZONE = 'America/New_York';
const HOUR_MS = 3_600_000;
/** Two anchors on the 17th, and an hour of both sides around each of them; the clocks change in between. */
const FROM = Date.parse('2026-10-16T00:00:00Z');
const TO = Date.parse('2026-11-20T00:00:00Z');
const ANCHORS = ['2026-10-17T04:00:00Z', '2026-11-17T05:00:00Z'].map((instant) => Date.parse(instant));

const rules = (limit: string) =>
  parseRules(
    `
format: costspan.quota/1
timezone: ${ZONE}
month_day: 17
rules:
  - id: customer-month
    applies_per: [customer_id]
    limits: [{ cost: "${limit}", per: month }]
`,
    'quota.yaml',
  );

interface Call {
  readonly id: string;
  readonly atMs: number;
  readonly cost: Atto;
}

/** One call each 37 minutes, each of another price: no amount is a round number. */
const CALLS: readonly Call[] = Array.from({ length: Math.floor((TO - FROM) / (37 * 60_000)) }, (_, index) => ({
  id: `call-${index}`,
  atMs: FROM + index * 37 * 60_000,
  cost: parseMoney(`0.${String(1_000_003 + index * 7919).padStart(9, '0')}`),
}));
const CALL = { provider: 'openai', model: 'gpt-4o', tags: { customer_id: 'acme' } };

/** What the ledger says of the period of an instant: exact integers, by the anchors written above. */
function ledgerUse(nowMs: number): bigint {
  const since = Math.max(0, ...ANCHORS.filter((anchor) => anchor <= nowMs));
  return CALLS.filter(({ atMs }) => atMs >= since && atMs <= nowMs).reduce((sum, { cost }) => sum + cost, 0n);
}

async function gaugeAt(quota: Quota, nowMs: number) {
  const { budgets } = await quotaStatus(quota, {}, nowMs);
  const [status] = budgets;
  if (status === undefined) return undefined;
  const ratio = quotaMetrics(status, { rates: [] } as unknown as Parameters<typeof quotaMetrics>[1]).find(
    ({ name }) => name === 'costspan_quota_used_ratio',
  );
  return { used: status.used as bigint, limit: status.limit as bigint, ratio: ratio?.value ?? Number.NaN };
}

test('over a month with a zone, an anchor on the 17th, a new limit and restarts, the gauge is the ledger, and resets once', async () => {
  let store = new MemoryStore();
  let quota = new Quota({ rules: rules('100.00'), store });
  const changes = {
    limit: Date.parse('2026-10-29T12:00:00Z'),
    restart: Date.parse('2026-11-03T09:00:00Z'),
    lost: Date.parse('2026-11-10T18:00:00Z'),
  };
  const done = new Set<string>();
  const once = (name: keyof typeof changes, nowMs: number): boolean => {
    if (done.has(name) || nowMs < changes[name]) return false;
    done.add(name);
    return true;
  };
  let before = 0n;
  const resets: number[] = [];
  for (const { id, atMs, cost } of CALLS) {
    if (once('limit', atMs)) quota = new Quota({ rules: rules('250.00'), store });
    if (once('restart', atMs)) {
      store = MemoryStore.restore(JSON.parse(JSON.stringify(store.snapshot())));
      quota = new Quota({ rules: rules('250.00'), store });
    }
    if (once('lost', atMs)) {
      // Counters are gone altogether: they are counted again from the ledger.
      store = new MemoryStore();
      quota = new Quota({ rules: rules('250.00'), store });
      const since = rebuildFrom(quota, atMs);
      const known = CALLS.filter((call) => call.atMs >= since && call.atMs < atMs);
      await rebuildCounters(
        quota,
        'again',
        known.map((call) => ({ ...call, call: CALL })),
        atMs,
      );
    }
    await quota.record(id, CALL, { requests: 1, cost }, atMs);
    const gauge = await gaugeAt(quota, atMs);
    expect(gauge?.used).toBe(ledgerUse(atMs));
    expect(gauge?.limit).toBe(parseMoney(atMs >= changes.limit ? '250.00' : '100.00'));
    expect(gauge?.ratio).toBeCloseTo(Number(ledgerUse(atMs)) / Number(gauge?.limit), 12);
    if ((gauge?.used ?? 0n) < before) resets.push(atMs);
    before = gauge?.used ?? 0n;
  }
  expect(done.size).toBe(3);
  // Once at each anchor, at midnight of the zone, summer time and winter time alike, and never at the start of a month.
  expect(resets).toHaveLength(ANCHORS.length);
  for (const [index, anchor] of ANCHORS.entries()) {
    expect(resets[index]).toBeGreaterThanOrEqual(anchor);
    expect(resets[index]).toBeLessThan(anchor + HOUR_MS);
  }
});

test('what the monitors compare is that gauge, whole and not summed', () => {
  const used = QUOTA_MONITORS.filter(({ key }) => key.startsWith('quota-used'));
  expect(used).toHaveLength(2);
  for (const { query } of used) {
    expect(query({} as Parameters<typeof query>[0])).toMatch(/^max\(last_15m\):max:costspan_quota_used_ratio\{/);
  }
});
