import type { QuotaCall } from '@costspan/quota';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { type DecisionServer, startDecisionServer } from '../testing/decision-server.ts';
import type { CallUse } from './call-use.ts';
import { type QuotaConfig, quotaSettings } from './quota-config.ts';
import type { Admission } from './quota-gate.ts';
import { RemoteGate } from './remote-gate.ts';

const eventually = <T>(fact: () => T | Promise<T>): Promise<T> => vi.waitFor(fact, 60_000);

const CALL: QuotaCall = { provider: 'openai', model: 'gpt-4o', tags: { customer_id: 'acme' } };
const SIZE = { inputBytes: 400, maxTokens: 100 };
/** 150 tokens; 120 of the 200 that such a call holds at first. */
const USED: CallUse = {
  kind: 'counted',
  parts: [{ model: 'gpt-4o', meters: { input_tokens: 100, output_tokens: 50 }, context: {} }],
};

let server: DecisionServer;
const gates: RemoteGate[] = [];
let serial = 0;

async function open(limits: string, more: QuotaConfig = {}, rule = ''): Promise<RemoteGate> {
  server = await startDecisionServer(
    `format: costspan.quota/1\nrules: [{ id: acme, applies_per: [customer_id], limits: ${limits}${rule} }]`,
  );
  return another(more);
}

/** A gate of another process. */
function another(more: QuotaConfig = {}): RemoteGate {
  const settings = quotaSettings({ url: server.url, timeoutMs: 30_000, onFailure: 'closed', ...more }, {});
  if (settings === undefined) throw new Error('the url was not taken');
  const gate = new RemoteGate(server.url, settings);
  gates.push(gate);
  return gate;
}

async function admit(gate: RemoteGate, call = CALL, size = SIZE): Promise<Admission & { readonly id: string }> {
  serial += 1;
  const id = `call-${serial}`;
  return { id, ...(await gate.admit({ id, call, size })) };
}

/** A call that is made and ends at once. */
async function make(gate: RemoteGate, call = CALL): Promise<Admission['kind']> {
  const admission = await admit(gate, call);
  if (admission.kind === 'allow') admission.hold?.settle(USED);
  return admission.kind;
}

const decisions = () => server.asked.filter(({ what }) => what === 'decisions').length;
const one = (kind: string, of: readonly string[]) => of.filter((value) => value === kind).length;

beforeEach(() => {
  vi.useRealTimers();
});
afterEach(async () => {
  await Promise.all(gates.splice(0).map((gate) => gate.close()));
  await server.close();
});

describe('far from a limit', () => {
  test.each(['well', 'old'] as const)(
    'calls that go on as before ask nobody, and every one of them is counted once (%s)',
    async (how) => {
      const gate = await open(
        '[{ requests: 1000000, per: day }, { tokens: 1000000000, per: day }, { cost: "100000", per: day }]',
      );
      server.behave(how);
      for (let made = 0; made < 400; made += 1) {
        expect(await make(gate)).toBe('allow');
        if (made < 20) await new Promise((resolve) => setTimeout(resolve, 5));
      }
      expect(decisions()).toBeLessThan(40);
      await gate.close();
      const [requests, tokens, cost] = await server.counters();
      expect(requests).toEqual({ unit: 'requests', used: 400n, reserved: 0n });
      expect(tokens).toEqual({ unit: 'tokens', used: 400n * 150n, reserved: 0n });
      // 100 × $2.50 and 50 × $10.00 per million.
      expect(cost).toEqual({ unit: 'cost', used: 400n * 750_000_000_000_000n, reserved: 0n });
    },
  );

  test('a call that the ledger counted first is not counted again', async () => {
    const gate = await open('[{ requests: 1000000, per: day }, { tokens: 1000000000, per: day }]');
    const isAskedAbout = (id: string) => server.asked.some(({ body }) => body.id === id);
    let admission = await admit(gate);
    // Until one of them is drawn from a grant.
    while (isAskedAbout(admission.id)) {
      if (admission.kind === 'allow') admission.hold?.settle(USED);
      admission = await admit(gate);
    }
    if (admission.kind !== 'allow') throw new Error('refused');
    await server.record(admission.id, CALL, { requests: 1, tokens: 150 });
    admission.hold?.settle(USED);
    await gate.close();
    const [requests, tokens] = await server.counters();
    expect(tokens?.used).toBe((requests?.used ?? 0n) * 150n);
    expect(tokens?.reserved).toBe(0n);
  });

  test('calls that no rule concerns are asked about once', async () => {
    const gate = await open('[{ requests: 1, per: day }]', {}, ', when: { models: ["claude*"] }');
    for (let made = 0; made < 50; made += 1) expect(await make(gate)).toBe('allow');
    expect(server.asked).toHaveLength(1);
  });

  test('a grant holds at most a twentieth of what remains', async () => {
    const gate = await open('[{ requests: 400, per: day }]');
    for (let made = 0; made < 300; made += 1) {
      await make(gate);
      if (made % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    }
    const held = server.asked.flatMap(({ body }) => body.hold?.requests ?? []);
    expect(held.length).toBeGreaterThan(0);
    expect(Math.max(...held)).toBeLessThanOrEqual(20);
    await gate.close();
    expect(await server.counters()).toEqual([{ unit: 'requests', used: 300n, reserved: 0n }]);
  });
});

describe('near a limit', () => {
  test.each([
    ['requests', '[{ requests: 50, per: day }]'],
    ['cost', '[{ cost: "0.05", per: day }]'],
  ])('1,000 parallel calls against a limit of 50 in %s: exactly 50 are admitted', async (_unit, limits) => {
    const gate = await open(limits);
    // 300 × $2.50 and 25 × $10.00 per million hold a tenth of a cent.
    const kinds = await Promise.all(
      Array.from({ length: 1000 }, async () => (await admit(gate, CALL, { inputBytes: 1200, maxTokens: 25 })).kind),
    );
    expect([one('allow', kinds), one('deny', kinds)]).toEqual([50, 950]);
  });

  test('four processes in waves never admit more than the limit, and all of it in the end', async () => {
    const gate = await open('[{ requests: 500, per: day }]');
    const all = [gate, another(), another(), another()];
    let allowed = 0;
    for (let wave = 0; wave < 60; wave += 1) {
      const kinds = await Promise.all(all.flatMap((process) => [make(process), make(process), make(process)]));
      allowed += one('allow', kinds);
    }
    expect(allowed).toBeLessThanOrEqual(500);
    await Promise.all(all.map((process) => process.close()));
    const [requests] = await server.counters();
    expect(requests).toEqual({ unit: 'requests', used: BigInt(allowed), reserved: 0n });
    const last = another({ grants: false });
    const rest = await Promise.all(Array.from({ length: 100 }, () => make(last)));
    expect(allowed + one('allow', rest)).toBe(500);
  });

  test('a refusal is as the collector wrote it, in the language asked for, and is no load when repeated', async () => {
    const gate = await open('[{ requests: 1, per: day }]', { locale: 'ar' });
    expect(await make(gate)).toBe('allow');
    const refused = await admit(gate);
    if (refused.kind !== 'deny') throw new Error('allowed');
    expect(refused).toMatchObject({ reason: 'limit', ruleIds: ['acme'] });
    expect(refused.refusal.status).toBe(429);
    expect(refused.refusal.body.title).toBe('تم تجاوز الحصة');
    expect(refused.refusal.headers).toMatchObject({
      'Content-Type': 'application/problem+json',
      'Content-Language': 'ar',
      RateLimit: expect.stringMatching(/^"acme;requests\/day";r=0;t=\d+$/),
    });
    const before = decisions();
    for (let tried = 0; tried < 50; tried += 1) expect(await make(gate)).toBe('deny');
    expect(decisions()).toBe(before);
  });

  test('what this process holds in advance is given back before one of its calls is refused', async () => {
    const gate = await open('[{ requests: 100, per: day }]');
    const other = { ...CALL, model: 'gpt-4o-mini' };
    for (let made = 0; made < 40; made += 1) {
      await make(gate);
      if (made % 5 === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    }
    let allowed = 40;
    while ((await make(gate, other)) === 'allow') allowed += 1;
    expect(allowed).toBe(100);
  });
});

describe('while the collector is away', () => {
  test.each(['away', 'slow', 'broken'] as const)('%s: calls follow onFailure, with the real reason', async (how) => {
    const opened = await open('[{ requests: 5, per: day }]', { timeoutMs: 60, onFailure: 'open' });
    const closed = another({ timeoutMs: 60, onFailure: 'closed' });
    server.behave(how);
    const passed = await admit(opened);
    expect(passed).toMatchObject({ kind: 'allow', exceeded: [], uncertain: { mode: 'open' } });
    const refused = await admit(closed);
    expect(refused).toMatchObject({
      kind: 'deny',
      reason: 'store_unreachable',
      refusal: { status: 503, body: { detail: expect.stringContaining('No limit was exceeded') } },
    });
    server.behave('well');
  });

  test('it is not asked again for a second, and nobody waits', async () => {
    const gate = await open('[{ requests: 5, per: day }]', { timeoutMs: 60, onFailure: 'open' });
    server.behave('broken');
    await make(gate);
    server.behave('well');
    for (let made = 0; made < 20; made += 1) expect(await make(gate)).toBe('allow');
    expect(server.asked).toHaveLength(0);
  });

  test('what it must be told is told when it is back', async () => {
    const gate = await open('[{ requests: 5, per: day }]', { grants: false });
    const admission = await admit(gate);
    if (admission.kind !== 'allow') throw new Error('refused');
    server.behave('broken');
    admission.hold?.settle(USED);
    await eventually(() => expect(server.refused).toBeGreaterThan(0));
    server.behave('well');
    await eventually(async () =>
      expect(await server.counters()).toEqual([{ unit: 'requests', used: 1n, reserved: 0n }]),
    );
  });
});

test('a check holds nothing', async () => {
  const gate = await open('[{ requests: 1, per: day }]');
  expect(await gate.check({ id: 'check-1', call: CALL }, 'en')).toMatchObject({
    kind: 'allow',
    headers: { RateLimit: expect.stringContaining('r=1') },
  });
  await eventually(async () => expect(await server.counters()).toEqual([{ unit: 'requests', used: 0n, reserved: 0n }]));
  await make(gate);
  await eventually(async () => expect(await server.counters()).toEqual([{ unit: 'requests', used: 1n, reserved: 0n }]));
  expect(await gate.check({ id: 'check-2', call: CALL }, 'ar')).toMatchObject({
    kind: 'deny',
    refusal: { body: { title: 'تم تجاوز الحصة' } },
  });
});

test('a call that runs for longer than its lease keeps its reservation', async () => {
  const gate = await open('[{ requests: 1, per: day }]', { grants: false }, ', lease_seconds: 1');
  const admission = await admit(gate);
  // Each of them comes after a third of the lease.
  await eventually(() =>
    expect(
      one(
        'extend',
        server.asked.map(({ what }) => what),
      ),
    ).toBeGreaterThan(4),
  );
  expect((await server.counters())[0]).toEqual({ unit: 'requests', used: 0n, reserved: 1n });
  if (admission.kind === 'allow') admission.hold?.settle(USED);
  await eventually(async () => expect((await server.counters())[0]?.used).toBe(1n));
});
