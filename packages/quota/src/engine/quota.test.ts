import { parseMoney } from '@costspan/usage';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test, vi } from 'vitest';
import type { QuotaCall } from '../rules/match.ts';
import { parseRules } from '../rules/read-rules.ts';
import { MemoryStore } from '../store/memory-store.ts';
import type { QuotaStore } from '../store/quota-store.ts';
import type { Allowed, Denied } from './decision.ts';
import { explainDecision } from './explain.ts';
import { Quota, type QuotaOptions } from './quota.ts';
import { quotaStatus } from './quota-status.ts';
import { rebuildCounters, rebuildFrom, rulesToRebuild } from './rebuild.ts';
import { simulateRules } from './simulate-rules.ts';

const ms = (text: string): number => Temporal.Instant.from(text).epochMilliseconds;
const NOW = ms('2026-11-23T12:00:00Z');
const rulesOf = (rules: string, head = '') => parseRules(`format: costspan.quota/1\n${head}\nrules:\n${rules}`, 'test');
const quotaOf = (rules: string, more: Partial<QuotaOptions> & { head?: string } = {}): Quota =>
  new Quota({ rules: rulesOf(rules, more.head), store: new MemoryStore(), ...more });
const callOf = (tags: QuotaCall['tags'] = {}, model = 'gpt-4o'): QuotaCall => ({ provider: 'openai', model, tags });
const usd = parseMoney;

let serial = 0;
function nextId(): string {
  serial += 1;
  return `call-${serial}`;
}
const ask = (quota: Quota, cost: string, call = callOf(), nowMs = NOW) =>
  quota.reserve({ id: nextId(), call, hold: { cost: usd(cost), tokens: 100 } }, nowMs);

/** A store that is away. */
const away: QuotaStore = new Proxy({} as QuotaStore, {
  get: () => () => {
    throw new Error('ECONNREFUSED');
  },
});

test('calls without a price that are taken back take their estimates with them', async () => {
  const quota = quotaOf('  - { id: r, unpriced: { estimate: "0.5" }, limits: [{ cost: "9", per: day }] }');
  for (const [index, requests] of [1, 3, -2].entries()) await quota.record(`c-${index}`, callOf(), { requests }, NOW);
  expect((await quotaStatus(quota, {}, NOW)).budgets.map(({ used }) => used)).toEqual([usd('1')]);
});

describe('a budget', () => {
  test('of $5.00 admits exactly 50 of 1,000 parallel calls of $0.10', async () => {
    const quota = quotaOf('  - { id: five, limits: [{ cost: "5.00", per: day }] }');
    const decisions = await Promise.all(Array.from({ length: 1000 }, () => ask(quota, '0.10')));
    expect(decisions.filter(({ kind }) => kind === 'allow')).toHaveLength(50);
  });

  test.each([
    ['user', 1000],
    ['team', 5000],
    ['virtual_account', 1500],
  ])('per %s and day accepts %d requests and no more', async (dimension, limit) => {
    const quota = quotaOf(`  - { id: r, applies_per: [${dimension}], limits: [{ requests: ${limit}, per: day }] }`);
    for (let index = 0; index < limit; index += 1) await ask(quota, '0', callOf({ [dimension]: 'a' }));
    expect((await ask(quota, '0', callOf({ [dimension]: 'a' }))).kind).toBe('deny');
    expect((await ask(quota, '0', callOf({ [dimension]: 'b' }))).kind).toBe('allow');
  });

  test('per two dimensions has a counter for each pair', async () => {
    const quota = quotaOf('  - { id: r, applies_per: [customer_id, model], limits: [{ requests: 1, per: day }] }');
    const pairs = ['a|b', 'a', '', 'a\\'].flatMap((customer_id) =>
      ['gpt-4o', 'b|gpt'].map((model) => callOf({ customer_id }, model)),
    );
    for (const call of pairs) expect((await ask(quota, '0', call)).kind).toBe('allow');
    for (const call of pairs) expect((await ask(quota, '0', call)).kind).toBe('deny');
  });

  test('of calls without the tag is one budget: nobody passes for want of a name', async () => {
    const quota = quotaOf('  - { id: r, applies_per: [user], limits: [{ requests: 1, per: day }] }');
    expect((await ask(quota, '0')).kind).toBe('allow');
    const denied = (await ask(quota, '0')) as Denied;
    expect(denied.exceeded[0]?.bucket).toEqual({ user: '(untagged)' });
  });

  test('starts anew with its window, in its zone', async () => {
    const quota = quotaOf('  - { id: r, limits: [{ requests: 1, per: day }] }', { head: 'timezone: Asia/Kathmandu' });
    expect((await ask(quota, '0', callOf(), ms('2026-11-23T18:14:59.999Z'))).kind).toBe('allow');
    const denied = (await ask(quota, '0', callOf(), ms('2026-11-23T18:14:59.999Z'))) as Denied;
    expect(denied.retryAtMs).toBe(ms('2026-11-23T18:15:00Z'));
    expect((await ask(quota, '0', callOf(), ms('2026-11-23T18:15:00Z'))).kind).toBe('allow');
  });

  test('never ends above its limit by more than what calls used above what they held', async () => {
    const call = fc.record({
      held: fc.bigInt({ min: 0n, max: 30n }),
      used: fc.bigInt({ min: 0n, max: 60n }),
      first: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(call, { maxLength: 40 }), async (calls) => {
        const quota = quotaOf('  - { id: r, limits: [{ cost: "0.0000000000000001", per: day }] }');
        const open: [string, (typeof calls)[number]][] = [];
        let [overshoot, used] = [0n, 0n];
        const settle = async ([id, one]: (typeof open)[number]) => {
          await quota.settle(id, { cost: one.used as never }, NOW);
          used += one.used;
          overshoot += one.used > one.held ? one.used - one.held : 0n;
        };
        for (const one of calls) {
          const id = nextId();
          const { kind } = await quota.reserve({ id, call: callOf(), hold: { cost: one.held as never } }, NOW);
          if (kind === 'allow') open.push([id, one]);
          if (one.first && open.length > 0) await settle(open.shift()!);
        }
        for (const one of open) await settle(one);
        expect(used).toBeLessThanOrEqual(100n + overshoot);
        expect(quota.figures.overshootCost).toBe(overshoot);
      }),
      { numRuns: 100 },
    );
  });
});

describe('the order of rules', () => {
  const RULES = `
  - { id: generous, limits: [{ requests: 100, per: day }] }
  - { id: narrow, limits: [{ requests: 2, per: day }] }
  - { id: narrower, limits: [{ requests: 1, per: day }] }`;
  const run = async (evaluation: string) => {
    const quota = quotaOf(RULES, { head: `evaluation: ${evaluation}` });
    const decisions = [await ask(quota, '0'), await ask(quota, '0'), await ask(quota, '0')];
    return { quota, decisions };
  };

  test('all matching rules are considered, and every exceeded id is returned, the least remaining first', async () => {
    const { decisions } = await run('all');
    expect(decisions.map(({ kind }) => kind)).toEqual(['allow', 'deny', 'deny']);
    expect(decisions[1]).toMatchObject({ ruleId: 'narrower', reason: 'limit' });
    const quota = quotaOf(RULES);
    for (let index = 0; index < 3; index += 1) await quota.record(nextId(), callOf(), {}, NOW);
    const denied = (await ask(quota, '0')) as Denied;
    expect(denied.exceeded.map(({ ruleId }) => ruleId)).toEqual(['narrower', 'narrow']);
  });

  test('first: the first applicable rule decides, and the others count', async () => {
    const { quota, decisions } = await run('first');
    expect(decisions.map(({ kind }) => kind)).toEqual(['allow', 'allow', 'allow']);
    expect(decisions[2]?.exceeded.map(({ ruleId, effect }) => [ruleId, effect])).toEqual([
      ['narrower', 'warns'],
      ['narrow', 'warns'],
    ]);
    const { budgets } = await quotaStatus(quota, {}, NOW);
    expect(budgets.map(({ ruleId, reserved }) => [ruleId, reserved])).toEqual([
      ['generous', 3n],
      ['narrow', 3n],
      ['narrower', 3n],
    ]);
  });

  test('explain shows both, with the counters before and after', async () => {
    const { quota } = await run('first');
    const explained = await explainDecision(quota, { id: 'x', call: callOf() }, NOW);
    expect(explained).toMatchObject({
      evaluation: 'first',
      differs: true,
      decisions: { all: { kind: 'deny' }, first: { kind: 'allow' } },
    });
    expect(explained.rules[2]?.limits[0]).toMatchObject({ used: 0n, reserved: 3n, requested: 1n, after: 4n });
  });

  test('a rule that blocks stands before one that warns', async () => {
    const quota = quotaOf(`
  - { id: warns, on_exceed: warn, limits: [{ requests: 1, per: day }] }
  - { id: audits, mode: audit, limits: [{ requests: 1, per: day }] }
  - { id: blocks, limits: [{ requests: 2, per: day }] }`);
    await ask(quota, '0');
    const allowed = (await ask(quota, '0')) as Allowed;
    expect(allowed.exceeded.map(({ ruleId, effect }) => [ruleId, effect])).toEqual([
      ['audits', 'audits'],
      ['warns', 'warns'],
    ]);
    const denied = (await ask(quota, '0')) as Denied;
    expect(denied.ruleId).toBe('blocks');
    expect(denied.exceeded.map(({ ruleId }) => ruleId)).toEqual(['blocks', 'audits', 'warns']);
  });
});

describe('what happens above a limit', () => {
  const three = async (onExceed: string, limit = 1) => {
    const quota = quotaOf(
      `  - { id: r, on_exceed: ${onExceed}, lease_seconds: 3600, limits: [{ requests: ${limit}, per: day }] }`,
    );
    return { quota, decisions: [await ask(quota, '0'), await ask(quota, '0'), await ask(quota, '0')] };
  };

  test('warn lets it pass and says so', async () => {
    const { decisions } = await three('warn');
    expect(decisions.map(({ kind, exceeded }) => [kind, exceeded.length])).toEqual([
      ['allow', 0],
      ['allow', 1],
      ['allow', 1],
    ]);
  });

  test('downgrade names another model', async () => {
    const { decisions } = await three('{ downgrade: gpt-4o-mini }');
    expect(decisions.map((decision) => (decision as Allowed).downgradeTo)).toEqual([
      undefined,
      'gpt-4o-mini',
      'gpt-4o-mini',
    ]);
  });

  test('grace by percent blocks that much later', async () => {
    const { decisions } = await three('{ grace: { percent: 100 } }');
    expect(decisions.map(({ kind }) => kind)).toEqual(['allow', 'allow', 'deny']);
  });

  test('grace by time blocks that long after the limit was first exceeded', async () => {
    const { quota, decisions } = await three('{ grace: { minutes: 10 } }');
    expect(decisions.map(({ kind }) => kind)).toEqual(['allow', 'allow', 'allow']);
    expect((await ask(quota, '0', callOf(), NOW + 600_000)).kind).toBe('deny');
  });

  test('throttle passes its share of the calls, and always the same ones', async () => {
    const rules = '  - { id: r, on_exceed: { throttle: 30 }, limits: [{ requests: 0, per: day }] }';
    const passed = async () => {
      const quota = quotaOf(rules);
      const decisions = await Promise.all(
        Array.from({ length: 2000 }, (_, index) => quota.reserve({ id: `t-${index}`, call: callOf() }, NOW)),
      );
      return decisions.filter(({ kind }) => kind === 'allow').map(({ id }) => id);
    };
    const first = await passed();
    expect(first.length).toBeGreaterThan(540);
    expect(first.length).toBeLessThan(660);
    expect(await passed()).toEqual(first);
  });

  test('a trial ends at its instant in its zone, and an override may end it later', async () => {
    const quota = quotaOf(`
  - id: trial
    timezone: Asia/Kathmandu
    applies_per: [customer_id]
    trial_ends: "2026-12-01"
    limits: [{ requests: 9, per: day }]
    overrides: [{ for: { customer_id: longer }, trial_ends: "2027-01-01" }]`);
    const at = ms('2026-11-30T18:15:00Z');
    expect((await ask(quota, '0', callOf({ customer_id: 'a' }), at - 1)).kind).toBe('allow');
    expect(await ask(quota, '0', callOf({ customer_id: 'a' }), at)).toMatchObject({
      kind: 'deny',
      reason: 'trial_ended',
      ruleId: 'trial',
    });
    expect((await ask(quota, '0', callOf({ customer_id: 'longer' }), at)).kind).toBe('allow');
  });
});

describe('a call without a price', () => {
  const decide = async (unpriced: string) => {
    const quota = quotaOf(`  - { id: r, unpriced: ${unpriced}, limits: [{ cost: "1", per: day }] }`, {
      priceOf: () => undefined,
    });
    const id = nextId();
    const decision = await quota.reserve({ id, call: callOf(), size: { inputTokens: 10 } }, NOW);
    if (decision.kind === 'allow') await quota.settle(id, { tokens: 20 }, NOW);
    return { decision, used: (await quotaStatus(quota, {}, NOW)).budgets.map(({ used }) => used) };
  };

  test('block refuses it and says why', async () => {
    expect((await decide('block')).decision).toMatchObject({ kind: 'deny', reason: 'unpriced', ruleId: 'r' });
  });
  test('estimate counts the stated cost', async () => {
    expect(await decide('{ estimate: "0.25" }')).toMatchObject({ decision: { kind: 'allow' }, used: [usd('0.25')] });
  });
  test('ignore counts nothing', async () => {
    expect(await decide('ignore')).toMatchObject({ decision: { kind: 'allow' }, used: [0n] });
  });
});

test('a reservation holds the estimate, priced, and no more than a rule allows', async () => {
  const quota = quotaOf(
    `
  - { id: bounded, limits: [{ cost: "9", per: day }, { tokens: 9999, per: day }] }
  - { id: history, estimate: history, limits: [{ tokens: 9999, per: day }] }
  - { id: capped, max_reservation: { tokens: 500, cost: "0.0005" }, limits: [{ cost: "9", per: day }, { tokens: 9999, per: day }] }`,
    { priceOf: (_, { inputTokens, outputTokens }) => usd(String((inputTokens + outputTokens * 2) / 1e6)) },
  );
  const size = { inputBytes: 399, maxTokens: 1000, modelOutputMax: 4096, historyOutputP95: 300 };
  const { limits } = await quota.reserve({ id: nextId(), call: callOf(), size }, NOW);
  expect(limits.map(({ ruleId, unit, requested }) => [ruleId, unit, requested])).toEqual([
    ['bounded', 'cost', usd('0.0021')],
    ['bounded', 'tokens', 1100n],
    ['history', 'tokens', 400n],
    ['capped', 'cost', usd('0.0005')],
    ['capped', 'tokens', 500n],
  ]);
});

describe('while the store is away', () => {
  const decide = (mode: string, more: Partial<QuotaOptions> = {}) =>
    quotaOf(`  - { id: r, on_store_failure: ${mode}, limits: [{ requests: 4, per: day }] }`, { store: away, ...more });

  test('open lets calls pass and says that nobody counted', async () => {
    const decision = await ask(decide('open'), '0');
    expect(decision).toMatchObject({ kind: 'allow', uncertain: { mode: 'open', cause: new Error('ECONNREFUSED') } });
  });

  test('closed refuses, and the reason is the store and not a limit', async () => {
    const decision = await ask(decide('closed'), '0');
    expect(decision).toMatchObject({
      kind: 'deny',
      reason: 'store_unreachable',
      ruleId: 'r',
      exceeded: [],
      cause: new Error('ECONNREFUSED'),
    });
  });

  test('degraded counts in this process, for its share of the replicas', async () => {
    const quota = decide('degraded', { replicas: 2 });
    const decisions = [await ask(quota, '0'), await ask(quota, '0'), await ask(quota, '0')];
    expect(decisions.map(({ kind }) => kind)).toEqual(['allow', 'allow', 'deny']);
    expect(decisions[0]).toMatchObject({ uncertain: { mode: 'degraded' } });
    expect(decisions[2]).toMatchObject({ reason: 'limit', exceeded: [{ limit: 2n }], uncertain: { mode: 'degraded' } });
    expect(quota.figures).toMatchObject({ allowed: 2, denied: 1, storeFailures: 3, uncertain: 2 });
  });

  test('what was used is told when it is back, in the window of the call, once', async () => {
    const memory = new MemoryStore();
    let isAway = true;
    const store = new Proxy(memory, {
      get: (target, name) =>
        isAway ? Reflect.get(away, name) : (Reflect.get(target, name) as () => unknown).bind(target),
    });
    const quota = quotaOf('  - { id: r, limits: [{ cost: "1", per: day }] }', { store });
    const passed = await ask(quota, '0.10');
    expect(await quota.settle(passed.id, { cost: usd('0.30') }, NOW)).toMatchObject({ kind: 'deferred' });
    expect([await quota.flush(), quota.figures.owed]).toEqual([false, 1]);
    isAway = false;
    expect([await quota.flush(), quota.figures.owed]).toEqual([true, 0]);
    await quota.flush();
    const { budgets } = await quotaStatus(quota, {}, NOW);
    expect(budgets.map(({ used, reserved }) => [used, reserved])).toEqual([[usd('0.30'), 0n]]);
  });

  test('a store that does not answer in time is away; a reservation it made after all is settled, not counted twice', async () => {
    const memory = new MemoryStore();
    const slow = new Proxy(memory, {
      get: (target, name) =>
        name === 'reserve'
          ? (request: never) => {
              target.reserve(request);
              return new Promise(() => {});
            }
          : (Reflect.get(target, name) as () => unknown).bind(target),
    });
    const quota = quotaOf('  - { id: r, limits: [{ cost: "1", per: day }] }', { store: slow });
    const id = nextId();
    const asked = quota.reserve(
      { id, call: callOf(), hold: { cost: usd('0.10') } },
      NOW,
      AbortSignal.abort(new Error('timeout')),
    );
    expect(await asked).toMatchObject({ kind: 'allow', uncertain: { mode: 'open', cause: new Error('timeout') } });
    expect(quota.hasLetPass(id)).toBe(true);
    await quota.settle(id, { cost: usd('0.20') }, NOW);
    expect(quota.hasLetPass(id)).toBe(false);
    const { budgets } = await quotaStatus(quota, {}, NOW);
    expect(budgets.map(({ used, reserved }) => [used, reserved])).toEqual([[usd('0.20'), 0n]]);
  });

  test('what waits for it is bounded, and what does not fit is counted', async () => {
    const quota = decide('open', { backlogMax: 2 });
    for (let index = 0; index < 5; index += 1) await quota.settle(`s-${index}`, {}, NOW);
    expect(quota.figures).toMatchObject({ owed: 2, owedDropped: 3 });
  });
});

describe('counting the ledger again', () => {
  const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Pacific/Apia');
  const periods = fc.constantFrom('day', 'week', 'month');

  test('after the zone changed within a window gives each call to the window that the new zone puts it in', async () => {
    const from = ms('2026-09-20T00:00:00Z');
    const calls = fc.array(
      fc.record({
        afterMs: fc.integer({ min: 0, max: 65 * 86_400_000 }),
        cost: fc.bigInt({ min: 1n, max: 10n ** 18n }),
      }),
      { maxLength: 60 },
    );
    await fc.assert(
      fc.asyncProperty(zones, zones, periods, calls, async (before, after, per, made) => {
        const now = from + 65 * 86_400_000;
        const rule = `  - { id: r, limits: [{ cost: "1000", per: ${per} }] }`;
        const store = new MemoryStore();
        const ledger = made.map(({ afterMs, cost }, index) => ({
          id: `c-${index}`,
          call: callOf(),
          atMs: from + afterMs,
          cost: cost as never,
        }));
        const old = quotaOf(rule, { store, head: `timezone: ${before}` });
        for (const { id, call, cost, atMs } of ledger) await old.record(id, call, { cost }, atMs);
        const quota = quotaOf(rule, { store, head: `timezone: ${after}` });
        await rebuildCounters(quota, 'rebuild', ledger, now);
        const start = startOf(per, after, now);
        const expected = ledger
          .filter(({ atMs }) => atMs >= start)
          .reduce((sum, { cost }) => sum + (cost as bigint), 0n);
        const { budgets } = await quotaStatus(quota, {}, now);
        expect(budgets.reduce((sum, { used }) => sum + used, 0n)).toBe(expected);
        expect(rebuildFrom(quota, now)).toBe(start);
      }),
      { numRuns: 60 },
    );
  });

  test('mends counters that were lost or wrong, and keeps what is settled meanwhile', async () => {
    const quota = quotaOf('  - { id: r, applies_per: [user], limits: [{ cost: "9", per: day }] }');
    await quota.record('lost', callOf({ user: 'wrong' }), { cost: usd('3') }, NOW);
    const calls = async function* () {
      yield { id: 'a', call: callOf({ user: 'right' }), atMs: NOW, cost: usd('2') };
      await quota.record('meanwhile', callOf({ user: 'right' }), { cost: usd('0.5') }, NOW);
    };
    expect(await rebuildCounters(quota, 'once', calls(), NOW)).toMatchObject({ calls: 1, countersChanged: 2 });
    const { budgets } = await quotaStatus(quota, {}, NOW);
    expect(Object.fromEntries(budgets.map(({ bucket, used }) => [bucket['user'], used]))).toEqual({
      right: usd('2.5'),
      wrong: 0n,
    });
  });

  test('is needed where windows, buckets or conditions changed, and not for another limit', () => {
    const rule = (more: string, limit = 1) => rulesOf(`  - { id: r, ${more} limits: [{ cost: ${limit}, per: day }] }`);
    expect(rulesToRebuild(rule(''), rule('', 5), NOW)).toEqual([]);
    expect(rulesToRebuild(rule(''), rule('timezone: Asia/Tokyo,'), NOW)).toEqual(['r']);
    expect(rulesToRebuild(rule(''), rule('applies_per: [user],'), NOW)).toEqual(['r']);
    expect(rulesToRebuild(rule(''), rule('when: { models: [a] },'), NOW)).toEqual(['r']);
  });

  function startOf(per: string, zone: string, at: number): number {
    const today = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone).startOfDay();
    const first =
      per === 'day' ? today : per === 'week' ? today.subtract({ days: today.dayOfWeek - 1 }) : today.with({ day: 1 });
    return first.startOfDay().epochMilliseconds;
  }
});

test('a simulation of the past blocks what the rules would have blocked, and audit finds the same calls', async () => {
  const rules = (mode: string) => `
  - { id: user-day, mode: ${mode}, applies_per: [user], limits: [{ requests: 3, per: day }] }
  - { id: pool, mode: ${mode}, limits: [{ cost: "1.00", per: month }] }`;
  const calls = Array.from({ length: 20 }, (_, index) => ({
    id: `p-${index}`,
    call: callOf({ user: `u${index % 2}` }),
    atMs: NOW + index * 1000,
    cost: usd('0.30'),
    tokens: 10,
  }));
  const enforced = await simulateRules(rulesOf(rules('enforce')), calls);
  expect(enforced).toMatchObject({
    calls: 20,
    all: { blocked: 17, byRule: { pool: 17 } },
    first: { blocked: 14, byRule: { 'user-day': 14 } },
  });
  expect(enforced.all.blockedCost).toBe(usd('5.1'));
  const one = rulesOf('  - { id: user-day, applies_per: [user], limits: [{ requests: 3, per: day }] }');
  const audited = rulesOf(
    '  - { id: user-day, mode: audit, applies_per: [user], limits: [{ requests: 3, per: day }] }',
  );
  expect((await simulateRules(audited, calls)).all.audited).toBe((await simulateRules(one, calls)).all.blocked);
});

test('budgets that are asked for by name are found among any number of others, odd names included', async () => {
  const rules = parseRules(
    'format: costspan.quota/1\nrules: [{ id: pair, applies_per: [customer_id, team], limits: [{ requests: 9, per: day }] }]',
    'test',
  );
  const store = new MemoryStore();
  const list = vi.spyOn(store, 'list');
  const quota = new Quota({ rules, store });
  const odd = 'a|b\\c';
  for (const [customer_id, team] of [
    ['acme', 'blue'],
    ['acme', 'red'],
    [odd, 'blue'],
    ['globex', 'red'],
  ] as const) {
    await quota.record(`${customer_id}-${team}`, { provider: 'p', model: 'm', tags: { customer_id, team } }, {}, NOW);
  }
  const found = async (bucket: Readonly<Record<string, readonly string[]>>) =>
    (await quotaStatus(quota, { bucket }, NOW)).budgets.map((budget) => Object.values(budget.bucket).join(' '));
  expect(await found({ customer_id: ['acme', odd, 'nobody'], team: ['blue'] })).toEqual(['acme blue', `${odd} blue`]);
  expect(list).not.toHaveBeenCalled();
  expect((await found({ customer_id: ['acme'] })).sort()).toEqual(['acme blue', 'acme red']);
  expect(await found({ environment: ['production'] })).toEqual([]);
});

test('a call whose clock runs a year ahead is counted now, and forgets nobody', async () => {
  const store = new MemoryStore();
  const quota = new Quota({
    rules: rulesOf('  - { id: r, limits: [{ requests: 2, per: day }, { requests: 3, per: hour, window: sliding }] }'),
    store,
  });
  await ask(quota, '0');
  await quota.record('ahead', callOf(), {}, NOW + 365 * 86_400_000, NOW);
  expect((await quota.record('ahead', callOf(), {}, NOW, NOW)).kind).toBe('repeated');
  expect(store.sizes.leases).toBe(1);
  expect((await quotaStatus(quota, {}, NOW)).budgets[0]).toMatchObject({ used: 1n, reserved: 1n });
  expect((await ask(quota, '0')).kind).toBe('deny');
  // An hour later the sliding window is empty again, and the next day the budget.
  const next = await ask(quota, '0', callOf(), NOW + 25 * 3_600_000);
  expect(next.limits.map(({ used, reserved }) => used + reserved)).toEqual([0n, 0n]);
});
