import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MemoryStore, parseRules, Quota } from '@costspan/quota';
import { TAG_PREFIX } from '@costspan/usage';
import express from 'express';
import fastify from 'fastify';
import { Hono } from 'hono';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { chatDialect } from '../testing/dialects/stainless.ts';
import { type ProviderServer, startProviderServer } from '../testing/provider-server.ts';
import { loadCopies } from '../testing/sdk-copies.ts';
import { startTelemetry } from '../testing/telemetry.ts';
import { costspanQuota as forExpress } from './express.ts';
import { costspanQuota as forFastify } from './fastify.ts';
import { costspanQuota as forHono } from './hono.ts';

const telemetry = startTelemetry();
const chat = chatDialect('esm', loadCopies().esm.openai);
const RULES = parseRules(
  `format: costspan.quota/1
timezone: Europe/Berlin
rules: [{ id: customer, applies_per: [customer_id], limits: [{ requests: 2, per: month }, { cost: "5.00", per: day }] }]`,
  'test',
);
const tagsOf = (customer: string | undefined) => (customer === undefined ? {} : { customer_id: customer });

let provider: ProviderServer;
let closeApp: () => Promise<void>;

beforeAll(async () => {
  provider = await startProviderServer();
});
afterAll(async () => {
  await provider.close();
  await telemetry.stop();
});
beforeEach(() => {
  telemetry.clear();
  telemetry.instrumentation.setConfig({ quota: { rules: RULES, store: new MemoryStore(), timeoutMs: 30_000 } });
  provider.answerWith({ body: JSON.stringify(chat.body) });
});
afterEach(() => closeApp());

/** The application's handler: one model call. */
async function ask(): Promise<{ readonly answered: true }> {
  await chat.open(provider.url).whole();
  return { answered: true };
}

/** Each framework's app with our middleware and one route that asks the model. @returns its URL. */
const FRAMEWORKS: Readonly<Record<string, () => Promise<string>>> = {
  express: async () => {
    const app = express();
    app.use(forExpress({ tags: (request) => tagsOf(request.headers['x-customer'] as string | undefined) }));
    app.get('/', async (_request, response) => {
      response.json(await ask());
    });
    return listen(createServer(app));
  },
  fastify: async () => {
    const app = fastify();
    app.addHook(
      'preHandler',
      forFastify({ tags: (request) => tagsOf(request.headers['x-customer'] as string | undefined) }),
    );
    app.get('/', ask);
    const url = await app.listen({ port: 0, host: '127.0.0.1' });
    closeApp = () => app.close();
    return url;
  },
  hono: async () => {
    const app = new Hono();
    app.use(forHono({ tags: (context) => tagsOf(context.req.header('x-customer')) }));
    app.get('/', async (context) => context.json(await ask()));
    return listen(
      createServer((request, response) => {
        void Promise.resolve(
          app.fetch(new Request(`http://app${request.url}`, { headers: request.headers as Record<string, string> })),
        ).then(async (answer) => {
          response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text());
        });
      }),
    );
  },
};

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  closeApp = () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe.each(Object.entries(FRAMEWORKS))('%s', (_name, start) => {
  test('calls of the request have its tags, and the answer says what is left', async () => {
    const url = await start();
    const answer = await fetch(url, { headers: { 'x-customer': 'acme' } });
    expect([answer.status, await answer.json()]).toEqual([200, { answered: true }]);
    expect(telemetry.spans().map(({ attributes }) => attributes[`${TAG_PREFIX}customer_id`])).toEqual(['acme']);
    expect(answer.headers.get('ratelimit')).toMatch(
      /^"customer;requests\/month";r=2;t=\d+, "customer;cost\/day";r=5000000;t=\d+$/,
    );
    expect(answer.headers.get('x-usage-budget-remaining')).toBe(
      '"customer;requests/month";r=2, "customer;cost/day";r=5',
    );
  });

  test('a request without room is refused before the handler, with what a client needs to know', async () => {
    const url = await start();
    const get = (more: Record<string, string> = {}) => fetch(url, { headers: { 'x-customer': 'acme', ...more } });
    await get();
    await get();
    const refused = await get({ 'accept-language': 'ar-EG, en;q=0.5' });
    expect(refused.status).toBe(429);
    expect(provider.requests).toHaveLength(2);
    expect(telemetry.spans()).toHaveLength(2);
    expect(refused.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(refused.headers.get('content-language')).toBe('ar');
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(refused.headers.get('ratelimit')).toContain('"customer;requests/month";r=0');
    expect(await refused.json()).toMatchObject({
      title: 'تم تجاوز الحصة',
      status: 429,
      reason: 'limit',
      rule_id: 'customer',
      exceeded: [{ bucket: { customer_id: 'acme' }, limit: 2, used: 2, timezone: 'Europe/Berlin' }],
    });
    expect(await (await get()).json()).toMatchObject({ title: 'Quota exceeded' });
    // Others have limits of their own.
    expect((await get({ 'x-customer': 'globex' })).status).toBe(200);
  });
});

test('limits of its own stand for those of the instrumentation, and looking holds nothing', async () => {
  const store = new MemoryStore();
  const app = new Hono();
  app.use(forHono({ tags: () => ({ customer_id: 'acme' }), quota: { rules: RULES, store, timeoutMs: 30_000 } }));
  app.get('/', (context) => context.text('fine'));
  closeApp = async () => undefined;
  for (let asked = 0; asked < 5; asked += 1) expect((await app.request('/')).status).toBe(200);
  await new Quota({ rules: RULES, store }).record(
    'one',
    { provider: '', model: '', tags: { customer_id: 'acme' } },
    { requests: 2 },
    Date.now(),
  );
  expect((await app.request('/')).status).toBe(429);
});

test('a mistake of the application in its tags costs no request', async () => {
  const app = new Hono();
  app.use(
    forHono({
      tags: () => {
        throw new Error('no session');
      },
    }),
  );
  app.get('/', (context) => context.text('fine'));
  closeApp = async () => undefined;
  expect((await app.request('/')).status).toBe(200);
  expect(telemetry.warnings.join()).toContain('checking the quota of a request failed');
});
