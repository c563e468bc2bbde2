import { parseMoney } from '@costspan/usage';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import type { Denied } from '../engine/decision.ts';
import { Quota } from '../engine/quota.ts';
import { parseRules } from '../rules/read-rules.ts';
import { MemoryStore } from '../store/memory-store.ts';
import { decisionToJson } from './decision-to-json.ts';
import { rateLimitHeaders } from './rate-limit-headers.ts';
import { refusalOf } from './refusal-of.ts';

const NOW = Temporal.Instant.from('2026-11-23T12:00:00Z').epochMilliseconds;
const RULES = `
format: costspan.quota/1
timezone: Europe/Berlin
rules:
  - { id: day, applies_per: [customer_id], limits: [{ cost: "5.00", per: day }] }
  - { id: minute, limits: [{ requests: 100, per: minute }] }
  - { id: ever, limits: [{ tokens: 1000000, per: lifetime }] }`;

async function denied(): Promise<Denied> {
  const quota = new Quota({ rules: parseRules(RULES, 'test'), store: new MemoryStore() });
  const call = { provider: 'openai', model: 'gpt-4o', tags: { customer_id: 'acme' } };
  await quota.record('used', call, { cost: parseMoney('4.90'), tokens: 10 }, NOW);
  await quota.reserve({ id: 'open', call, hold: { cost: parseMoney('0.06'), tokens: 1 } }, NOW);
  return (await quota.reserve({ id: 'asked', call, hold: { cost: parseMoney('0.10'), tokens: 1 } }, NOW)) as Denied;
}

test('a refusal says which limits, how they stand, and when there is room again', async () => {
  const { status, headers, body } = refusalOf(await denied(), NOW);
  expect(status).toBe(429);
  expect(headers).toEqual({
    'Content-Type': 'application/problem+json',
    'Content-Language': 'en',
    'Retry-After': '39600',
    'RateLimit-Policy':
      '"day;cost/day";q=5000000;w=86400;qu="costspan-micro-usd", "minute;requests/minute";q=100;w=60, "ever;tokens/lifetime";q=1000000;qu="costspan-tokens"',
    RateLimit: '"day;cost/day";r=40000;t=39600, "minute;requests/minute";r=98;t=0, "ever;tokens/lifetime";r=999989',
  });
  expect(body).toEqual({
    type: 'https://iana.org/assignments/http-problem-types#quota-exceeded',
    title: 'Quota exceeded',
    status: 429,
    detail:
      'The limit of 5 USD a day (rule "day", customer_id "acme") has no room for this call: 4.9 USD used, 0.06 USD reserved, 0.1 USD asked for. There is room again at 2026-11-24T00:00:00+01:00 (Europe/Berlin).',
    reason: 'limit',
    rule_id: 'day',
    'violated-policies': ['day;cost/day'],
    exceeded: [
      {
        rule_id: 'day',
        unit: 'cost',
        per: 'day',
        window: 'calendar',
        bucket: { customer_id: 'acme' },
        limit: '5',
        used: '4.9',
        reserved: '0.06',
        requested: '0.1',
        remaining: '0.04',
        resets_at: '2026-11-24T00:00:00+01:00',
        timezone: 'Europe/Berlin',
        window_id: '2026-11-23@Europe/Berlin',
        effect: 'blocks',
        on_exceed: 'block',
      },
    ],
    resets_at: '2026-11-24T00:00:00+01:00',
    retry_after: 39600,
  });
});

test('in Arabic it says the same', async () => {
  const { headers, body } = refusalOf(await denied(), NOW, { locale: 'ar' });
  expect(headers['Content-Language']).toBe('ar');
  expect(body.title).toBe('تم تجاوز الحصة');
  for (const fact of ['5 دولار أمريكي', '4.9', '0.06', '0.1', '"day"', '"acme"', '2026-11-24T00:00:00+01:00']) {
    expect(body.detail).toContain(fact);
  }
});

describe('the status says what kind of refusal it is', () => {
  const plain = { kind: 'deny', id: 'a', ruleId: 'r', exceeded: [], limits: [] } as const;
  test.each([
    ['trial_ended', 402, undefined],
    ['unpriced', 403, undefined],
    ['store_unreachable', 503, '5'],
  ] as const)('%s: %d', (reason, status, retry) => {
    const refusal = refusalOf({ ...plain, reason }, NOW);
    expect([refusal.status, refusal.headers['Retry-After'], refusal.body.type]).toEqual([status, retry, 'about:blank']);
    expect(refusal.body.detail).toContain('"r"');
    expect(refusalOf({ ...plain, reason }, NOW, { locale: 'ar' }).body.detail).toContain('"r"');
  });

  test('a budget may be 402', async () => {
    expect(refusalOf(await denied(), NOW, { budgetStatus: 402 }).status).toBe(402);
  });
});

test('a decision is written as the API answers it, and can be sent', async () => {
  const json = JSON.parse(JSON.stringify(decisionToJson(await denied())));
  expect(json).toMatchObject({
    id: 'asked',
    decision: 'deny',
    reason: 'limit',
    rule_id: 'day',
    retry_at: '2026-11-23T23:00:00Z',
  });
  expect(json.limits).toHaveLength(3);
});

test('a policy’s name can stand in a header, whatever the rule is called', async () => {
  const [first] = (await denied()).limits;
  expect(rateLimitHeaders([{ ...first!, ruleId: 'قاعدة"x' }], NOW)['RateLimit']).toBe(
    '"%D9%82%D8%A7%D8%B9%D8%AF%D8%A9\\"x;cost/day";r=40000;t=39600',
  );
  expect(rateLimitHeaders([], NOW)).toEqual({});
});
