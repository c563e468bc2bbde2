import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { formatMoney, parseMoney, sumMoney } from '@costspan/usage';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { costspan, scratchDirectory, startCostspan } from '../e2e/costspan-process.ts';
import { chatSpan, otlpRequest, sendOtlp } from '../e2e/otlp.ts';
import { queryUsage } from '../e2e/usage-api.ts';
import { OtlpSink } from './otlp-sink.ts';

// A real collector, built by the official builder. Compiling it takes minutes, so the suite does it only where it is asked to:
//   npx costspan collector build --core --out /tmp/otelcol
//   COSTSPAN_TEST_OTELCOL=/tmp/otelcol/costspan-otelcol npx vitest run -c .config/vitest.config.ts test/otelcol/built-collector.test.ts

const PROGRAM = process.env['COSTSPAN_TEST_OTELCOL'] ?? '';
const CALLS = 1000;
const TIMEOUT_MS = 300_000;

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

describe.skipIf(PROGRAM === '')(
  'a built collector (set COSTSPAN_TEST_OTELCOL to one that `costspan collector build --core` built)',
  () => {
    test(
      'the ledger, the metric and the sink have the same total, whatever is sampled behind them',
      async () => {
        expect(existsSync(PROGRAM)).toBe(true);
        const { path, remove } = await scratchDirectory();
        cleanups.push(remove);
        const cards = join(path, 'cards.json');
        expect((await costspan(['cards', 'compile', '--out', cards])).code).toBe(0);
        const ledger = await startCostspan(['up', '--data', join(path, 'data')]);
        cleanups.push(() => ledger.stop());
        const [whole, sampled] = [await OtlpSink.start(), await OtlpSink.start()];
        cleanups.push(
          () => whole.stop(),
          () => sampled.stop(),
        );
        const collector = await startOtelcol(path, configuration(cards, ledger.url, whole.url, sampled.url));

        for (let at = 0; at < CALLS; at += 50) await send(collector.url, at, 50);
        await vi.waitFor(
          async () => expect((await queryUsage(ledger.url, { metrics: ['calls'] })).total['calls']).toBe(CALLS),
          { timeout: 60_000, interval: 200 },
        );
        await vi.waitFor(() => expect(whole.spans.size).toBe(CALLS * 2), { timeout: 60_000, interval: 200 });

        const { total, unpriced_calls } = await queryUsage(ledger.url, { metrics: ['calls', 'cost'] });
        expect(unpriced_calls).toBe(0);
        const costs = [...whole.spans.values()].flatMap(({ cost }) => (cost === undefined ? [] : [parseMoney(cost)]));
        expect(costs).toHaveLength(CALLS);
        expect(formatMoney(sumMoney(costs))).toBe(total['cost']);
        const metric = await scraped(collector.metricsUrl, 'otelcol_processor_costspan_cost');
        expect(metric).toBeCloseTo(Number(total['cost']), 9);

        // A tenth is kept by trace id; what is kept has its cost.
        const kept = [...sampled.spans.values()].filter(({ operation }) => operation === 'chat');
        expect(kept.length).toBeGreaterThan(0);
        expect(kept.length).toBeLessThan(CALLS / 2);
        expect(kept.every(({ cost }) => cost !== undefined)).toBe(true);
        // The agents above the calls repeat their usage and cost nothing.
        const agents = [...whole.spans.values()].filter(({ operation }) => operation === 'invoke_agent');
        expect(agents).toHaveLength(CALLS);
        expect(agents.every(({ cost }) => cost === undefined)).toBe(true);
      },
      TIMEOUT_MS,
    );
  },
);

/** Each call has counts of its own, so that no two mistakes even out, and an agent above it. */
async function send(url: string, from: number, count: number): Promise<void> {
  const spans = Array.from({ length: count }, (_, at) => {
    const own = { 'gen_ai.usage.input_tokens': 1000 + from + at, 'gen_ai.usage.output_tokens': 7 * (from + at) };
    const call = chatSpan(`customer-${at % 7}`, { attributes: own });
    return [call, { attributes: { ...call.attributes, 'gen_ai.operation.name': 'invoke_agent' } }];
  });
  const response = await sendOtlp(url, otlpRequest(spans.flat()));
  expect(response.status).toBe(200);
}

function configuration(cards: string, ledger: string, whole: string, sampled: string): string {
  return `
receivers:
  otlp: { protocols: { http: { endpoint: '127.0.0.1:\${env:OTLP_PORT}' } } }
processors:
  memory_limiter: { check_interval: 1s, limit_mib: 1024 }
  costspan: { cards: ${JSON.stringify(cards)} }
  batch: { timeout: 200ms }
  probabilistic_sampler: { sampling_percentage: 10 }
connectors:
  forward:
exporters:
  otlp_http/costspan: { endpoint: ${ledger}, retry_on_failure: { enabled: true, max_elapsed_time: 0 } }
  otlp_http/whole: { endpoint: ${whole} }
  otlp_http/sampled: { endpoint: ${sampled} }
service:
  telemetry:
    metrics:
      readers:
        - pull:
            exporter:
              prometheus:
                host: 127.0.0.1
                port: \${env:METRICS_PORT}
  pipelines:
    traces/cost:
      receivers: [otlp]
      processors: [memory_limiter, costspan, batch]
      exporters: [otlp_http/costspan, otlp_http/whole, forward]
    traces/sampled:
      receivers: [forward]
      processors: [probabilistic_sampler]
      exporters: [otlp_http/sampled]
`;
}

async function startOtelcol(
  folder: string,
  config: string,
): Promise<{ readonly url: string; readonly metricsUrl: string }> {
  const file = join(folder, 'otelcol.yaml');
  await writeFile(file, config);
  const [otlp, metrics] = [await freePort(), await freePort()];
  const child = spawn(PROGRAM, ['--config', file], {
    env: { ...process.env, OTLP_PORT: String(otlp), METRICS_PORT: String(metrics) },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    said = `${said}${chunk.toString()}`.slice(-20_000);
  });
  cleanups.push(() => end(child));
  await vi.waitFor(
    () => {
      if (child.exitCode !== null) throw new Error(`the collector ended:\n${said}`);
      expect(said).toContain('Everything is ready');
    },
    { timeout: 60_000, interval: 100 },
  );
  return { url: `http://127.0.0.1:${otlp}`, metricsUrl: `http://127.0.0.1:${metrics}/metrics` };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  if (address === null || typeof address === 'string') throw new Error('no port was free');
  return address.port;
}

/** The sum of a counter's series. The name may have a unit and `_total` behind it. */
async function scraped(url: string, name: string): Promise<number> {
  const text = await (await fetch(url)).text();
  const series = text.split('\n').filter((line) => line.startsWith(name));
  expect(series.length).toBeGreaterThan(0);
  return series.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}
