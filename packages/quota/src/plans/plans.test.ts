import { parseMoney } from '@costspan/usage';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import { Quota } from '../engine/quota.ts';
import { quotaStatus } from '../engine/quota-status.ts';
import { parseRules } from '../rules/read-rules.ts';
import { MemoryStore } from '../store/memory-store.ts';
import { parsePlans, readPlans } from './plan-file.ts';
import { withPlans } from './plan-rules.ts';
import { rateOverage } from './rate-overage.ts';

const ms = (text: string): number => Temporal.Instant.from(text).epochMilliseconds;
const PLANS = (more = '') => `
format: costspan.plans/1
timezone: Europe/Berlin
${more}
default: standard
plans:
  standard:
    limits: [{ tokens: 200000, per: month }]
  professional:
    limits: [{ tokens: 1000000, per: month }]
    overage: { price: "0.30", per: 100000, extra: 500000 }
customers:
  acme: [{ plan: standard }, { plan: professional, from: "2026-11-16" }]
  globex: professional`;
const EMPTY = parseRules('format: costspan.quota/1\nrules: []', 'none');

function quotaOf(plans: string): Quota {
  return new Quota({ rules: withPlans(EMPTY, parsePlans(plans, 'plans.yaml')), store: new MemoryStore() });
}
let serial = 0;
async function use(quota: Quota, customer_id: string, tokens: number, at: string): Promise<string> {
  serial += 1;
  const id = `call-${serial}`;
  const call = { provider: 'openai', model: 'gpt-4o', tags: { customer_id } };
  const decision = await quota.reserve({ id, call, hold: { tokens } }, ms(at));
  if (decision.kind === 'allow') await quota.settle(id, { tokens }, ms(at));
  return decision.kind;
}

test('Standard ends at 200,000 tokens a month; a customer who is not listed has the default plan', async () => {
  const quota = quotaOf(PLANS());
  for (const customer of ['acme', 'unlisted']) {
    expect(await use(quota, customer, 200_000, '2026-11-03T00:00:00Z')).toBe('allow');
    expect(await use(quota, customer, 1, '2026-11-03T00:00:00Z')).toBe('deny');
    expect(await use(quota, customer, 1, '2026-12-03T00:00:00Z')).toBe('allow');
  }
});

test('who upgrades in mid-period keeps what was used, neither lost nor doubled', async () => {
  const quota = quotaOf(PLANS());
  await use(quota, 'acme', 180_000, '2026-11-03T00:00:00Z');
  expect(await use(quota, 'acme', 30_000, '2026-11-15T22:59:59Z')).toBe('deny');
  expect(await use(quota, 'acme', 30_000, '2026-11-15T23:00:00Z')).toBe('allow');
  const { budgets } = await quotaStatus(quota, { bucket: { customer_id: ['acme'] } }, ms('2026-11-20T00:00:00Z'));
  expect(budgets.map(({ used, limit, remaining }) => [used, limit, remaining])).toEqual([
    [210_000n, 1_000_000n, 790_000n],
  ]);
});

test('who is moved twice within a second keeps what was used and what is held', async () => {
  const store = new MemoryStore();
  // The file changes; each change is a new engine on the same counters.
  const on = (plan: string) => {
    const text = PLANS().replace(/acme: .*/, `acme: ${plan}`);
    return new Quota({ rules: withPlans(EMPTY, parsePlans(text, 'plans.yaml')), store });
  };
  const standing = async (quota: Quota, at: string) => {
    const { budgets } = await quotaStatus(quota, { bucket: { customer_id: ['acme'] } }, ms(at));
    return budgets.map(({ used, reserved, limit }) => [used, reserved, limit]);
  };
  const call = { provider: 'openai', model: 'gpt-4o', tags: { customer_id: 'acme' } };
  const first = on('standard');
  await use(first, 'acme', 150_000, '2026-11-16T10:00:00.100Z');
  await first.reserve({ id: 'held', call, hold: { tokens: 50_000 } }, ms('2026-11-16T10:00:00.200Z'));
  expect(await use(first, 'acme', 1, '2026-11-16T10:00:00.300Z')).toBe('deny');
  const second = on('professional');
  expect(await standing(second, '2026-11-16T10:00:00.400Z')).toEqual([[150_000n, 50_000n, 1_000_000n]]);
  expect(await use(second, 'acme', 60_000, '2026-11-16T10:00:00.500Z')).toBe('allow');
  const third = on('standard');
  expect(await use(third, 'acme', 1, '2026-11-16T10:00:00.700Z')).toBe('deny');
  expect((await third.settle('held', { tokens: 40_000 }, ms('2026-11-16T10:00:00.900Z'))).kind).toBe('ended');
  expect(await standing(third, '2026-11-16T10:00:01Z')).toEqual([[250_000n, 0n, 200_000n]]);
});

test('a limit prorated by time is each plan’s share of the month, and nothing is granted ahead', async () => {
  const quota = quotaOf(PLANS('proration: by_time'));
  await use(quota, 'acme', 1, '2026-11-03T00:00:00Z');
  const limitAt = async (at: string) =>
    (await quotaStatus(quota, { bucket: { customer_id: ['acme'] } }, ms(at))).budgets[0]?.limit;
  expect(await limitAt('2026-11-10T00:00:00Z')).toBe(200_000n);
  // 15 of 30 days at 200,000 and 15 at 1,000,000.
  expect(await limitAt('2026-11-20T00:00:00Z')).toBe(600_000n);
  await use(quota, 'acme', 1, '2026-12-03T00:00:00Z');
  expect(await limitAt('2026-12-20T00:00:00Z')).toBe(1_000_000n);
});

test('overage is allowed as far as it is sold, and rated', async () => {
  const quota = quotaOf(PLANS());
  const at = '2026-11-20T00:00:00Z';
  expect(await use(quota, 'globex', 1_400_000, at)).toBe('allow');
  expect(await use(quota, 'globex', 100_001, at)).toBe('deny');
  const file = parsePlans(PLANS(), 'plans.yaml');
  const used = { included: 1_000_000n, used: 1_234_567n };
  expect(rateOverage(file, 'globex', used, ms(at))).toEqual({
    plan: 'professional',
    unit: 'tokens',
    ...used,
    overage: 234_567n,
    amount: parseMoney('0.703701'),
  });
  expect(rateOverage(file, 'globex', { included: 10n, used: 9n }, ms(at))?.amount).toBe(0n);
  expect(rateOverage(file, 'acme', used, ms('2026-11-15T22:59:59Z'))).toBeUndefined();
  expect(rateOverage(file, 'acme', used, ms(at))?.plan).toBe('professional');
});

describe('every mistake of a plan file is reported at once, with its place', () => {
  test('names of plans, order of terms, days, units', () => {
    const { findings } = readPlans(`format: costspan.plans/1
default: standrd
plans:
  standard:
    limits: [{ cost: 1, per: month }]
    overage: { price: 1, per: 10 }
customers:
  acme: [{ plan: gold, from: 2026-11-31 }, { plan: standard }]
`);
    expect(findings.map(({ line, code }) => [line, code])).toEqual([
      [2, 'PLAN_UNKNOWN'],
      [8, 'PLAN_UNKNOWN'],
      [8, 'INSTANT_FORMAT'],
      [8, 'TERMS_ORDER'],
      [6, 'OVERAGE_UNIT'],
    ]);
    expect(findings[0]?.message).toContain('did you mean "standard"?');
  });
  test('a text that is no YAML', () => {
    expect(() => parsePlans('plans: [', 'plans.yaml')).toThrow(/plans.yaml: 1 mistake/);
  });
});
