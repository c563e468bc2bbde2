import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type Collector, parseConfig, startCollector } from '@costspan/collector';
import { CostspanInstrumentation, instrumentClient, withTags } from '@costspan/instrumentation';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { NodeSDK } from '@opentelemetry/sdk-node';
import { OpenAI } from 'openai';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { runCommand } from '../run-command.contract.ts';

const eventually = <T>(fact: () => T | Promise<T>): Promise<T> => vi.waitFor(fact, 60_000);

const home = mkdtempSync(join(tmpdir(), 'costspan-hook-e2e-'));
const rules = join(home, 'quota.yaml');
let collector: Collector;
let provider: Server;
let asked = 0;
/** Between the hook and the collector: what was told of grants, and how it was answered. */
let between: Server;
const grants: number[] = [];
let sdk: NodeSDK;
let instrumentation: CostspanInstrumentation;
let openai: OpenAI;

const ANSWER = JSON.stringify({
  id: 'c',
  object: 'chat.completion',
  created: 1,
  model: 'gpt-4o-2024-11-20',
  choices: [{ index: 0, message: { role: 'assistant', content: 'blue' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 1000, completion_tokens: 100, total_tokens: 1100 },
});

beforeAll(async () => {
  writeFileSync(
    rules,
    'format: costspan.quota/1\nrules: [{ id: customer-day, applies_per: [customer_id], limits: [{ requests: 60, per: day }, { cost: "1.00", per: day }] }]\n',
  );
  const config = parseConfig(`quota: { rules: ${JSON.stringify(rules)} }`, 'test', {
    COSTSPAN_LISTEN: '127.0.0.1:0',
    COSTSPAN_DATA: join(home, 'data'),
  });
  collector = await startCollector(config);
  provider = createServer((request, response) => {
    asked += 1;
    request.resume().on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end(ANSWER));
  });
  await new Promise<void>((resolve) => {
    provider.listen(0, '127.0.0.1', resolve);
  });
  between = createServer(async (request, response) => {
    const { method = 'POST', url = '/', headers } = request;
    const answer = await fetch(new URL(url, collector.url), {
      method,
      headers: { 'content-type': 'application/json', 'accept-language': headers['accept-language'] ?? 'en' },
      body: await text(request),
    });
    if (/grant-.*settle$/.test(url)) grants.push(answer.status);
    response.writeHead(answer.status, Object.fromEntries(answer.headers)).end(await answer.text());
  });
  await new Promise<void>((resolve) => {
    between.listen(0, '127.0.0.1', resolve);
  });
  instrumentation = new CostspanInstrumentation({
    esmHook: false,
    quota: { url: urlOf(between), timeoutMs: 30_000, onFailure: 'closed' },
  });
  sdk = new NodeSDK({
    instrumentations: [instrumentation],
    traceExporter: new OTLPTraceExporter({ url: `${collector.url}/v1/traces` }),
    metricReaders: [],
    logRecordProcessors: [],
    autoDetectResources: false,
  });
  sdk.start();
  openai = instrumentClient(new OpenAI({ apiKey: 'k', baseURL: `${urlOf(provider)}/v1` }));
});
afterAll(async () => {
  instrumentation.disable();
  await collector.close();
  provider.close().closeAllConnections();
  between.close().closeAllConnections();
  rmSync(home, { recursive: true, force: true });
});

function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** @returns how many of the calls were refused. */
async function ask(calls: number): Promise<number> {
  let refused = 0;
  for (let made = 0; made < calls; made += 1) {
    await withTags({ customer_id: 'acme' }, () =>
      openai.chat.completions.create({
        model: 'gpt-4o',
        max_tokens: 200,
        messages: [{ role: 'user', content: 'x'.repeat(4000) }],
      }),
    ).catch((error: unknown) => {
      expect(error).toBeInstanceOf(OpenAI.RateLimitError);
      refused += 1;
    });
  }
  return refused;
}

interface Budget {
  readonly unit: string;
  readonly used: string | number;
  readonly reserved: string | number;
}

async function budgets(): Promise<Readonly<Record<string, readonly [used: unknown, reserved: unknown]>>> {
  const { out } = await runCommand(['quota', 'status', '--url', collector.url, '--json']);
  const list = (JSON.parse(out) as { readonly budgets: readonly Budget[] }).budgets;
  return Object.fromEntries(list.map(({ unit, used, reserved }) => [unit, [used, reserved]]));
}

test('calls decided in the app are counted once, whether the hook or their spans tell the collector first', async () => {
  expect(await ask(40)).toBe(0);
  await instrumentation.returnQuota();
  // 1,000 × $2.50 and 100 × $10.00 per million.
  expect(await budgets()).toEqual({ requests: [40, 0], cost: ['0.14', '0'] });
  expect(new Set(grants)).toEqual(new Set([200]));
  await sdk.shutdown();
  await eventually(async () => {
    const { out } = await runCommand(['query', '--url', collector.url, '--metric', 'calls', 'cost', '--json'], {
      now: Date.now,
    });
    expect(JSON.parse(out)).toMatchObject({ total: { calls: 40, cost: '0.14' } });
  });
  await eventually(async () => {
    const metrics = await (await fetch(new URL('/metrics', collector.url))).text();
    expect(metrics).toMatch(/^costspan_quota_feed_waiting 0$/m);
  });
  expect(await budgets()).toEqual({ requests: [40, 0], cost: ['0.14', '0'] });
});

test('at the limit the provider is not asked, and the command line says why', async () => {
  instrumentation.setConfig({ quota: { url: urlOf(between), timeoutMs: 30_000, onFailure: 'closed' } });
  expect(await ask(30)).toBe(10);
  expect(asked).toBe(60);
  await instrumentation.returnQuota();
  const status = await runCommand(['quota', 'status', '--url', collector.url, '--unit', 'requests']);
  expect([status.code, status.out]).toEqual([
    1,
    expect.stringMatching(/acme +customer-day +requests\/day +█{20} .* 60 \/ 60 .*exhausted/),
  ]);
  const call = ['--provider', 'openai', '--model', 'gpt-4o', '--tag', 'customer_id=acme'];
  const explained = await runCommand(['quota', 'explain', '--url', collector.url, ...call]);
  expect([explained.code, explained.out]).toEqual([1, expect.stringContaining('refused by customer-day: limit')]);
});

test('the past of the ledger is replayed through a stricter file', async () => {
  const strict = join(home, 'strict.yaml');
  writeFileSync(
    strict,
    'format: costspan.quota/1\nrules: [{ id: strict, applies_per: [customer_id], limits: [{ requests: 25, per: day }] }]\n',
  );
  const { code, out } = await runCommand(
    ['quota', 'simulate', strict, '--url', collector.url, '--from', '1d', '--json'],
    {
      now: Date.now,
    },
  );
  expect(code).toBe(1);
  expect(JSON.parse(out)).toMatchObject({
    calls: 40,
    all: { blocked: 15, blocked_cost: '0.0525', by_bucket: { 'strict|acme': 15 } },
  });
});

test('the doctor names the rules in force, where the counters are, and what switches the hook on', async () => {
  const { code, out } = await runCommand(['doctor', '--url', collector.url, '--json']);
  const checks = (JSON.parse(out) as { readonly checks: readonly { readonly name: string }[] }).checks;
  expect(code).toBe(0);
  expect(checks).toEqual(
    expect.arrayContaining([
      {
        name: 'quota rules',
        state: 'note',
        detail: `${rules}: in force, rules: 1, doubtful: 1 (costspan quota lint says why)`,
      },
      { name: 'quota counters', state: 'ok', detail: 'memory answers' },
      { name: 'quota hook', state: 'note', detail: expect.stringContaining('off') },
    ]),
  );
});
