import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { COSTSPAN, GEN_AI, TAG_PREFIX } from '@costspan/usage';
import { describe, expect, type TestContext, test, vi } from 'vitest';
import { type Demo, type DemoOptions, startDemo } from './start-demo.ts';

type Attributes = Readonly<Record<string, unknown>>;

/** A place that takes OTLP/JSON, as the exporter of the app sends it, and keeps the billable spans. */
async function receiveSpans({
  onTestFinished,
}: TestContext): Promise<{ readonly endpoint: string; readonly calls: Attributes[] }> {
  const calls: Attributes[] = [];
  const server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (part: string) => {
      text += part;
    });
    request.on('end', () => {
      const { resourceSpans = [] } = JSON.parse(text) as {
        resourceSpans?: { scopeSpans: { spans: { attributes: { key: string; value: object }[] }[] }[] }[];
      };
      for (const span of resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))) {
        const attributes = Object.fromEntries(span.attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
        if (attributes[COSTSPAN.billable] === true) calls.push(attributes);
      }
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, calls };
}

async function run({ onTestFinished }: TestContext, options: DemoOptions): Promise<Demo> {
  const demo = await startDemo({ onLog: () => {}, ...options });
  onTestFinished(() => demo.stop());
  return demo;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Every test starts a process or two, which takes long on a busy machine. */
const TIMEOUT_MS = 120_000;

// Processes that mostly wait: side by side they take as long as the slowest.
describe.concurrent('the app', { timeout: TIMEOUT_MS }, () => {
  test('makes as many calls as it is asked for, and each is one span that says who it was for', async (context) => {
    const { endpoint, calls } = await receiveSpans(context);
    const demo = await run(context, { endpoint, calls: 150, rate: 100, latencyScale: 0 });
    const summary = await demo.done;
    expect(summary.calls).toBe(150);
    expect(calls).toHaveLength(150);
    for (const call of calls) {
      expect(call).toMatchObject({
        [`${TAG_PREFIX}customer_id`]: expect.any(String),
        [`${TAG_PREFIX}feature_name`]: expect.stringMatching(/^(chat|search|support|translation)$/),
        [`${TAG_PREFIX}team`]: expect.stringMatching(/^(assistants|knowledge)$/),
        [`${TAG_PREFIX}environment`]: 'demo',
        [`${TAG_PREFIX}plan`]: expect.stringMatching(/^(free|team|enterprise)$/),
      });
    }
    expect(new Set(calls.map((call) => call[GEN_AI.providerName]))).toEqual(new Set(['openai', 'anthropic']));
    expect(new Set(calls.map((call) => call[GEN_AI.operationName]))).toEqual(new Set(['chat', 'embeddings']));

    // Conversations go on, so that providers find their beginning in the cache.
    const read = (provider: string) =>
      calls
        .filter((call) => call[GEN_AI.providerName] === provider)
        .reduce((sum, call) => sum + Number(call[GEN_AI.usageCacheReadInputTokens] ?? 0), 0);
    expect(read('openai')).toBeGreaterThan(5_000);
    expect(read('anthropic')).toBeGreaterThan(5_000);
  });

  test('when stopped, ends what is under way and sends every span', async (context) => {
    const { endpoint, calls } = await receiveSpans(context);
    const demo = await run(context, { endpoint, rate: 40, latencyScale: 0.1 });
    await vi.waitFor(() => expect(calls.length).toBeGreaterThan(10), TIMEOUT_MS);
    await demo.stop();
    const summary = await demo.done;
    expect(summary.calls).toBe(calls.length);
    expect(isAlive(demo.pid)).toBe(false);
  });

  test.skipIf(process.platform === 'win32').for(['SIGINT', 'SIGTERM'] as const)(
    'ends as cleanly on %s',
    async (signal, context) => {
      const { endpoint, calls } = await receiveSpans(context);
      const demo = await run(context, { endpoint, rate: 30, latencyScale: 0 });
      await vi.waitFor(() => expect(calls.length).toBeGreaterThan(0), TIMEOUT_MS);
      process.kill(demo.pid, signal);
      expect((await demo.done).calls).toBe(calls.length);
    },
  );
});

describe.concurrent('an app that cannot go on', { timeout: TIMEOUT_MS }, () => {
  test('because it has no key for --live says which one is missing', async (context) => {
    const env = { ...process.env, OPENAI_API_KEY: '', ANTHROPIC_API_KEY: '' };
    await expect(run(context, { endpoint: 'http://127.0.0.1:1', live: true, env })).rejects.toMatchObject({
      code: 'DEMO_APP_FAILED',
      message: expect.stringContaining('OPENAI_API_KEY'),
    });
  });

  test('because of a flag says which one', async (context) => {
    await expect(run(context, { endpoint: 'http://127.0.0.1:1', rate: Number.NaN })).rejects.toMatchObject({
      code: 'DEMO_APP_FAILED',
      message: expect.stringMatching(/exit code 2[\s\S]*--rate "NaN"/),
    });
  });

  test('because nobody takes its spans says where it looked', async (context) => {
    const env = { ...process.env, OTEL_EXPORTER_OTLP_TIMEOUT: '1000' };
    const endpoint = 'http://127.0.0.1:1';
    const demo = await run(context, { endpoint, calls: 2, rate: 100, latencyScale: 0, env });
    await expect(demo.done).rejects.toMatchObject({
      code: 'DEMO_APP_FAILED',
      message: expect.stringContaining('could not be sent'),
    });
  });

  test('because it was killed says so, and stopping it is no error', async (context) => {
    const { endpoint } = await receiveSpans(context);
    const demo = await run(context, { endpoint, rate: 5 });
    process.kill(demo.pid, 'SIGKILL');
    await expect(demo.done).rejects.toMatchObject({
      code: 'DEMO_APP_FAILED',
      message: expect.stringContaining('SIGKILL'),
    });
    await demo.stop();
  });

  test('because its parent is gone ends by itself', async (context) => {
    const { endpoint } = await receiveSpans(context);
    const script = `
      import { startDemo } from '@costspan/demo';
      const demo = await startDemo({ endpoint: '${endpoint}', rate: 5, latencyScale: 0, onLog: () => {} });
      console.log(demo.pid);
    `;
    const parent = spawn(
      process.execPath,
      ['--conditions=@costspan/source', '--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script],
      { cwd: import.meta.dirname, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const pid = await new Promise<number>((resolve, reject) => {
      parent.stdout.once('data', (text: Buffer) => resolve(Number(text.toString())));
      parent.once('close', () => reject(new Error('the parent ended before its app had started')));
    });
    expect(isAlive(pid)).toBe(true);
    parent.kill('SIGKILL');
    while (isAlive(pid)) await wait(50);
  });
});
