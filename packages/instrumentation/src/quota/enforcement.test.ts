import { MemoryStore, OUTPUT_TOKENS_FALLBACK, parseRules, Quota, quotaStatus } from '@costspan/quota';
import { COSTSPAN, GEN_AI, OTEL } from '@costspan/usage';
import { SpanStatusCode } from '@opentelemetry/api';
import { describe, expect, test, vi } from 'vitest';
import { withTags } from '../tags/context-tags.ts';
import {
  chatDialect,
  type LazyDialect,
  messagesDialect,
  responsesDialect,
  type SdkStreamLike,
} from '../testing/dialects/stainless.ts';
import { loadCopies } from '../testing/sdk-copies.ts';
import { startStage } from '../testing/stage.contract.ts';
import type { QuotaConfig, QuotaWarning } from './quota-config.ts';

const eventually = <T>(fact: () => T | Promise<T>): Promise<T> => vi.waitFor(fact, 60_000);

const { telemetry, server } = startStage();
const { esm, cjs } = loadCopies();

const DIALECTS: readonly LazyDialect[] = [
  chatDialect('esm', esm.openai),
  chatDialect('cjs', cjs.openai),
  responsesDialect('esm', esm.openai),
  messagesDialect('esm', esm.anthropic),
  messagesDialect('cjs', cjs.anthropic, true),
];
/** What each dialect's complete answer uses: 100 in, 20 out. */
const TOKENS = 120n;

function rulesOf(limits: string, more = ''): ReturnType<typeof parseRules> {
  return parseRules(
    `format: costspan.quota/1\nrules: [{ id: customer, applies_per: [customer_id], limits: ${limits}${more} }]`,
    'test',
  );
}

/** Enforces rules on a store of its own, and reads it. */
function enforce(rules: ReturnType<typeof parseRules>, more: QuotaConfig = {}) {
  const store = new MemoryStore();
  const quota = new Quota({ rules, store });
  telemetry.instrumentation.setConfig({
    includeUsageHosts: ['127.0.0.1'],
    streamIdleTimeoutMs: 200,
    quota: { rules, store, timeoutMs: 30_000, ...more },
  });
  return {
    store,
    async counters() {
      const { budgets } = await quotaStatus(quota, {}, Date.now());
      return budgets.map(({ unit, used, reserved }) => ({ unit, used, reserved }));
    },
  };
}

describe.each(DIALECTS.map((dialect) => [dialect.name, dialect] as const))('%s', (_name, dialect) => {
  const whole = { body: JSON.stringify(dialect.body) };

  test('a refused call never reaches the provider and fails as the SDK’s own limit does, once', async () => {
    const onCall = vi.fn();
    const rules = rulesOf('[{ requests: 1, per: day }]');
    enforce(rules);
    telemetry.instrumentation.setConfig({ onCall, quota: { rules, timeoutMs: 30_000 } });
    server.answerWith(whole);
    const { client, whole: call } = dialect.open(server.url, { maxRetries: 3 });
    await withTags({ customer_id: 'acme' }, () => call());
    expect(server.requests).toHaveLength(1);
    const error = await withTags({ customer_id: 'acme' }, () => call()).catch((thrown: unknown) => thrown);
    const { RateLimitError, APIError } = client.constructor as unknown as Record<
      'RateLimitError' | 'APIError',
      new () => Error
    >;
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error).toBeInstanceOf(APIError);
    expect(error).toMatchObject({
      status: 429,
      message: expect.stringContaining('The limit of 1 requests a day'),
      costspan: { reason: 'limit', rule_id: 'customer', exceeded: [{ limit: 1, used: 1, requested: 1 }] },
    });
    const { headers } = error as { readonly headers: Headers };
    expect(headers.get('ratelimit')).toMatch(/^"customer;requests\/day";r=0;t=\d+$/);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect(error).toMatchObject(
      dialect.name.startsWith('openai')
        ? { code: 'quota_exceeded', type: 'quota_exceeded' }
        : { type: 'rate_limit_error', errorCode: 'quota_exceeded' },
    );
    expect(server.requests).toHaveLength(1);
    expect(onCall).toHaveBeenCalledTimes(1);
    const [, refused, ...more] = telemetry.spans();
    expect(more).toEqual([]);
    expect(refused!.status.code).toBe(SpanStatusCode.ERROR);
    expect(refused!.attributes).toMatchObject({
      [COSTSPAN.outcome]: 'error',
      [OTEL.errorType]: 'quota_exceeded',
      [COSTSPAN.billable]: false,
      [COSTSPAN.usageStatus]: 'unavailable',
      [COSTSPAN.quotaDecision]: 'deny',
      [COSTSPAN.quotaReason]: 'limit',
      [COSTSPAN.quotaRules]: 'customer',
    });
    // Another customer has a limit of its own.
    await withTags({ customer_id: 'globex' }, () => call());
    expect(server.requests).toHaveLength(2);
  });

  test('the provider receives the same bytes with and without us', async () => {
    const ask = async () => {
      server.answerWith(whole);
      await dialect.open(server.url).whole();
      const [one] = server.requests;
      server.answerWith({ body: dialect.events });
      await all(await dialect.open(server.url).streamed());
      return [one, server.requests[0]];
    };
    enforce(rulesOf('[{ requests: 100, per: day }, { tokens: 1000000, per: minute }, { cost: "5.00", per: day }]'));
    const enforced = await ask();
    telemetry.instrumentation.setConfig({ includeUsageHosts: ['127.0.0.1'] });
    expect(enforced).toEqual(await ask());
  });

  describe('however a call ends, it is counted and nothing stays held', () => {
    const rules = rulesOf('[{ requests: 100, per: day }, { tokens: 1000000, per: day }, { cost: "100.00", per: day }]');
    const partial = dialect.events.slice(0, dialect.partial);
    const hasPartialUsage = Object.keys(dialect.partialUsage).length > 0;
    /** What is counted where nobody knows what was used: what was held, which is more than anything here uses. */
    const HELD = 'held';
    const reportedSoFar = hasPartialUsage ? 'partial' : HELD;
    const endings: readonly (readonly [
      string,
      object,
      (open: ReturnType<LazyDialect['open']>) => Promise<unknown>,
      string,
    ])[] = [
      ['a whole answer', whole, (open) => open.whole(), 'reported'],
      ['a stream read to its end', { body: dialect.events }, async (open) => all(await open.streamed()), 'reported'],
      ['a raw response', whole, async (open) => (await open.whole().asResponse()).json(), 'reported'],
      [
        'an error of the provider',
        { status: 404, body: JSON.stringify(dialect.errorBody) },
        (open) => open.whole(),
        'nothing',
      ],
      ['an early break', { body: dialect.events }, async (open) => first(await open.streamed()), reportedSoFar],
      [
        'a connection cut in the middle',
        { body: partial, ending: 'cut' },
        async (open) => all(await open.streamed()),
        reportedSoFar,
      ],
      [
        'an abort',
        { starts: false },
        async (open) => {
          const abort = new AbortController();
          const answer = open.whole({ signal: abort.signal });
          answer.catch(() => undefined);
          await eventually(() => expect(server.requests).toHaveLength(1));
          abort.abort();
          return answer;
        },
        HELD,
      ],
      ['a stream that nobody reads', { body: dialect.events }, (open) => open.streamed(), HELD],
      [
        'a body read where we cannot see',
        whole,
        async (open) => new Response((await open.whole().asResponse()).body).text(),
        HELD,
      ],
    ];
    test.each(endings)('%s', async (_ending, answer, call, expected) => {
      const { counters } = enforce(rules);
      server.answerWith(answer);
      const open = dialect.open(server.url);
      const held: { answer?: unknown } = {};
      held.answer = await withTags({ customer_id: 'acme' }, () => call(open)).catch(() => undefined);
      await eventually(() => expect(telemetry.spans()).toHaveLength(1));
      await eventually(async () => {
        const [requests, tokens, cost] = await counters();
        expect([requests?.used, requests?.reserved, tokens?.reserved, cost?.reserved]).toEqual([1n, 0n, 0n, 0n]);
        if (expected === 'reported') expect(tokens?.used).toBe(TOKENS);
        if (expected === 'partial') expect(tokens?.used).toBe(101n);
        if (expected === 'nothing') expect([tokens?.used, cost?.used]).toEqual([0n, 0n]);
        else expect(cost?.used).toBeGreaterThan(0n);
        if (expected === HELD) expect(tokens?.used).toBe(heldTokens(dialect));
      });
    });
  });

  test('an application that gives up while it waits for a decision holds nothing', async () => {
    const { store, counters } = enforce(rulesOf('[{ requests: 1, per: day }]'));
    const answered = Promise.withResolvers<void>();
    const reserve = store.reserve.bind(store);
    Object.assign(store, {
      reserve: async (request: Parameters<typeof reserve>[0]) => {
        await answered.promise;
        return reserve(request);
      },
    });
    const abort = new AbortController();
    server.answerWith(whole);
    const call = dialect.open(server.url).whole({ signal: abort.signal });
    const failed = expect(call).rejects.toThrow('Request was aborted.');
    await new Promise(setImmediate);
    abort.abort();
    await failed;
    answered.resolve();
    await eventually(async () => expect(await counters()).toEqual([{ unit: 'requests', used: 0n, reserved: 0n }]));
    expect(server.requests).toHaveLength(0);
    expect(telemetry.spans()[0]!.attributes).toMatchObject({ [COSTSPAN.outcome]: 'cancelled' });
  });

  test('a rule may send a call to another model, where the application allows it', async () => {
    const rules = rulesOf('[{ requests: 1, per: day }]', ', on_exceed: { downgrade: small }');
    const sent = () => server.requests.map(({ text }) => (JSON.parse(text) as { readonly model: string }).model);
    const { model } = dialect.params as { readonly model: string };
    const warnings: QuotaWarning[] = [];
    const onWarn = (warning: QuotaWarning) => warnings.push(warning);

    enforce(rules, { onWarn });
    server.answerWith(whole);
    const { whole: call } = dialect.open(server.url);
    await call();
    await call();
    expect(sent()).toEqual([model, model]);
    expect(telemetry.spans()[1]!.attributes).toMatchObject({
      [COSTSPAN.quotaDecision]: 'warn',
      [COSTSPAN.quotaRules]: 'customer',
    });

    telemetry.clear();
    enforce(rules, { onWarn, allowDowngrade: true });
    server.answerWith(whole);
    await call();
    await call();
    expect(sent()).toEqual([model, 'small']);
    expect(dialect.params).toMatchObject({ model });
    expect(telemetry.spans()[1]!.attributes).toMatchObject({
      [COSTSPAN.quotaDecision]: 'downgrade',
      [COSTSPAN.quotaModelAsked]: model,
      [GEN_AI.requestModel]: 'small',
      [COSTSPAN.billable]: true,
    });
    expect(warnings.map(({ downgrade }) => downgrade)).toEqual([
      { model: 'small', isDone: false },
      { model: 'small', isDone: true },
    ]);
  });
});

/** Tokens of the prompt by its bytes, four to a token, and the output that the request allows, else the fallback. */
function heldTokens({ params }: LazyDialect): bigint {
  const texts = 'input' in params ? ['hi'] : ['user', 'hi'];
  const output = 'max_tokens' in params ? Number(params.max_tokens) : OUTPUT_TOKENS_FALLBACK;
  return BigInt(Math.ceil(texts.join('').length / 4) + output);
}

async function all(stream: AsyncIterable<unknown>): Promise<unknown[]> {
  const chunks: unknown[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return chunks;
}

/** Reads as far as a partial answer goes, and leaves. */
async function first(stream: SdkStreamLike): Promise<void> {
  for await (const _chunk of stream) return;
}
