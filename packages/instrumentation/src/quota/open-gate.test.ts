import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MemoryStore, parseRules, Quota, type QuotaStore, quotaStatus } from '@costspan/quota';
import { COSTSPAN } from '@costspan/usage';
import { AlwaysOffSampler } from '@opentelemetry/sdk-trace';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { withTags } from '../tags/context-tags.ts';
import { chatDialect } from '../testing/dialects/stainless.ts';
import { type ProviderServer, startProviderServer } from '../testing/provider-server.ts';
import { loadCopies } from '../testing/sdk-copies.ts';
import { startTelemetry } from '../testing/telemetry.ts';
import { type QuotaConfig, type QuotaWarning, quotaSettings } from './quota-config.ts';

const eventually = <T>(fact: () => T | Promise<T>): Promise<T> => vi.waitFor(fact, 60_000);

const telemetry = startTelemetry();
const chat = chatDialect('esm', loadCopies().esm.openai);
const home = mkdtempSync(join(tmpdir(), 'costspan-hook-'));
let server: ProviderServer;

beforeAll(async () => {
  server = await startProviderServer();
});
afterAll(async () => {
  await server.close();
  await telemetry.stop();
  rmSync(home, { recursive: true, force: true });
});
beforeEach(() => {
  telemetry.clear();
  server.answerWith({ body: JSON.stringify(chat.body) });
});
afterEach(() => {
  telemetry.instrumentation.setConfig({});
  vi.unstubAllEnvs();
});

const enforce = (quota: QuotaConfig) => telemetry.instrumentation.setConfig({ quota: { timeoutMs: 30_000, ...quota } });
const one = (customer = 'acme') => withTags({ customer_id: customer }, () => chat.open(server.url).whole());
const failure = (call: Promise<unknown>) =>
  call.then(
    () => undefined,
    (error: unknown) => error,
  );
const attributes = (at: number) => telemetry.spans()[at]?.attributes ?? {};

function rulesText(more = ''): string {
  return `format: costspan.quota/1\nrules: [{ id: one, applies_per: [customer_id], limits: [{ requests: 1, per: day }]${more} }]`;
}

function fileWith(name: string, text: string): string {
  const file = join(home, name);
  writeFileSync(file, text);
  return file;
}

test('without a word about quotas nothing is enforced, and prepareOptions is the SDK’s own', async () => {
  expect(quotaSettings(undefined, {})).toBeUndefined();
  await one();
  await one();
  expect(server.requests).toHaveLength(2);
});

test('1,000 calls at the same time against a limit of 50: the provider sees exactly 50', async () => {
  enforce({
    rules: parseRules(rulesText().replace('requests: 1,', 'requests: 50,'), 'test'),
  });
  const failures = await Promise.all(Array.from({ length: 1000 }, () => failure(one())));
  expect(server.requests).toHaveLength(50);
  expect(failures.filter((error) => error !== undefined)).toHaveLength(950);
});

describe('where the rules come from', () => {
  test.each(['code', 'environment'])('a file named by %s', async (by) => {
    const file = fileWith('quota.yaml', rulesText());
    if (by === 'environment') {
      vi.stubEnv('COSTSPAN_QUOTA_RULES', file);
      telemetry.instrumentation.disable();
      telemetry.instrumentation.enable();
    } else enforce({ rules: file });
    await one();
    expect(await failure(one())).toMatchObject({ status: 429, code: 'quota_exceeded' });
    telemetry.instrumentation.disable();
    vi.unstubAllEnvs();
    telemetry.instrumentation.enable();
  });

  test('rules with mistakes: all of them are said once, and calls follow onFailure', async () => {
    const rules = fileWith('bad.yaml', rulesText(', colour: red').replace('per: day', 'per: fortnight'));
    enforce({ rules });
    await one();
    await one();
    expect(telemetry.warnings.filter((said) => said.includes('bad.yaml'))).toHaveLength(1);
    expect(telemetry.warnings.join()).toMatch(/colour[\s\S]*no quota is enforced/);
    expect(attributes(0)).toMatchObject({
      [COSTSPAN.quotaDecision]: 'warn',
      [COSTSPAN.quotaUncertain]: 'open',
      [COSTSPAN.quotaReason]: 'store_unreachable',
    });

    enforce({ rules, onFailure: 'closed' });
    expect(await failure(one())).toMatchObject({
      status: 503,
      code: 'store_unreachable',
      costspan: { uncertain: expect.stringContaining('bad.yaml') },
    });
    expect(server.requests).toHaveLength(2);
  });

  test('a place that is none is said, and nothing is enforced', () => {
    expect(quotaSettings({ url: 'collector' }, {})).toBeUndefined();
    expect(quotaSettings({}, { COSTSPAN_QUOTA_URL: ' ' })).toBeUndefined();
    const settings = quotaSettings(
      { timeoutMs: -1 },
      {
        COSTSPAN_QUOTA_URL: 'http://127.0.0.1:4318',
        COSTSPAN_QUOTA_ON_FAILURE: 'maybe',
        COSTSPAN_API_KEY: 'k',
        COSTSPAN_QUOTA_ALLOW_DOWNGRADE: 'true',
      },
    );
    expect(settings).toMatchObject({
      source: { kind: 'url', url: 'http://127.0.0.1:4318' },
      timeoutMs: 1000,
      onFailure: 'open',
      apiKey: 'k',
      allowDowngrade: true,
    });
    expect(quotaSettings({ rules: 'mine.yaml' }, { COSTSPAN_QUOTA_URL: 'http://127.0.0.1:4318' })?.source).toEqual({
      kind: 'rules',
      rules: 'mine.yaml',
    });
  });
});

describe('while the store is away, each rule says what happens, and the reason is the real one', () => {
  class FlakyStore extends MemoryStore {
    isAway = false;
    override reserve(...args: Parameters<MemoryStore['reserve']>) {
      if (this.isAway) throw new Error('ECONNREFUSED 127.0.0.1:6379');
      return super.reserve(...args);
    }
    override settle(...args: Parameters<MemoryStore['settle']>) {
      if (this.isAway) throw new Error('ECONNREFUSED 127.0.0.1:6379');
      return super.settle(...args);
    }
  }

  function away(more: string) {
    const store = new FlakyStore();
    const rules = parseRules(rulesText(more), 'test');
    const warnings: QuotaWarning[] = [];
    enforce({ rules, store, onWarn: (warning) => warnings.push(warning) });
    store.isAway = true;
    return { store, rules, warnings };
  }

  test('open: calls pass and are counted when it is back', async () => {
    const { store, rules, warnings } = away(', on_store_failure: open');
    await one();
    await one();
    expect(attributes(1)).toMatchObject({
      [COSTSPAN.quotaUncertain]: 'open',
      [COSTSPAN.quotaReason]: 'store_unreachable',
    });
    expect(warnings[0]).toMatchObject({
      exceeded: [],
      uncertain: { mode: 'open', cause: 'ECONNREFUSED 127.0.0.1:6379' },
    });
    store.isAway = false;
    await eventually(async () => {
      const { budgets } = await quotaStatus(new Quota({ rules, store }), {}, Date.now());
      expect(budgets[0]).toMatchObject({ used: 2n, reserved: 0n });
    });
  });

  test('closed: calls are refused, and nobody is told of a limit', async () => {
    away(', on_store_failure: closed');
    const error = await failure(one());
    expect(error).toBeInstanceOf(
      (chat.open(server.url).client.constructor as unknown as { InternalServerError: new () => Error })
        .InternalServerError,
    );
    expect(error).toMatchObject({
      status: 503,
      code: 'store_unreachable',
      message: expect.stringContaining('No limit was exceeded'),
    });
    expect(attributes(0)).toMatchObject({ [COSTSPAN.billable]: false, [COSTSPAN.quotaReason]: 'store_unreachable' });
    expect(server.requests).toHaveLength(0);
  });

  test('degraded: this process counts for itself', async () => {
    away(', on_store_failure: degraded');
    await one();
    expect(attributes(0)).toMatchObject({ [COSTSPAN.quotaUncertain]: 'degraded' });
    expect(await failure(one())).toMatchObject({
      status: 429,
      costspan: { reason: 'limit', uncertain: 'ECONNREFUSED 127.0.0.1:6379' },
    });
    expect(server.requests).toHaveLength(1);
  });

  test('a store that never answers costs a call no more than timeoutMs', async () => {
    const store = { reserve: () => new Promise<never>(() => undefined) } as unknown as QuotaStore;
    enforce({ rules: parseRules(rulesText(', on_store_failure: closed'), 'test'), store, timeoutMs: 500 });
    expect(await failure(one())).toMatchObject({ status: 503, code: 'store_unreachable' });
  });
});

describe('a limit that does not block', () => {
  test('warn: the call passes, its span says so, and the application is told', async () => {
    const warnings: QuotaWarning[] = [];
    enforce({
      rules: parseRules(rulesText(', on_exceed: warn'), 'test'),
      onWarn: (warning) => {
        warnings.push(warning);
        throw new Error('of the application');
      },
    });
    await one();
    await one();
    expect(server.requests).toHaveLength(2);
    expect(COSTSPAN.quotaDecision in attributes(0)).toBe(false);
    expect(attributes(1)).toMatchObject({
      [COSTSPAN.billable]: true,
      [COSTSPAN.quotaDecision]: 'warn',
      [COSTSPAN.quotaReason]: 'limit',
      [COSTSPAN.quotaRules]: 'one',
    });
    expect(warnings).toMatchObject([
      {
        call: { provider: 'openai', model: 'gpt-5', tags: { customer_id: 'acme' } },
        exceeded: [{ rule_id: 'one', effect: 'warns' }],
      },
    ]);
  });

  test('audit: nothing is refused, and what would have been is on the span', async () => {
    enforce({ rules: parseRules(rulesText(', mode: audit'), 'test') });
    await one();
    await one();
    expect(server.requests).toHaveLength(2);
    expect(attributes(1)).toMatchObject({ [COSTSPAN.quotaDecision]: 'warn', [COSTSPAN.quotaRules]: 'one' });
  });

  test('throttle: of the calls above the limit, the stated share passes', async () => {
    enforce({ rules: parseRules(rulesText(', on_exceed: { throttle: 30 }'), 'test') });
    const failures = await Promise.all(Array.from({ length: 400 }, () => failure(one())));
    const passed = failures.filter((error) => error === undefined).length;
    expect(server.requests).toHaveLength(passed);
    expect(passed).toBeGreaterThan(400 * 0.2);
    expect(passed).toBeLessThan(400 * 0.4);
  });
});

test('enforcement does not depend on trace sampling', async () => {
  await telemetry.stop();
  const unsampled = startTelemetry(
    { quota: { rules: parseRules(rulesText(), 'test'), timeoutMs: 30_000 } },
    new AlwaysOffSampler(),
  );
  try {
    await one();
    expect(await failure(one())).toMatchObject({ status: 429 });
    expect(server.requests).toHaveLength(1);
  } finally {
    await unsampled.stop();
  }
});
