import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DiskQueue } from '../src/exporters/disk-queue.ts';
import { openExporter } from '../src/exporters/index.ts';
import type { PricedCall } from '../src/ledger/ledger.ts';
import { CallMetrics } from '../src/metrics/call-metrics.ts';
import { DEFAULT_METRICS } from '../src/metrics/metrics-config.ts';
import { prometheusText } from '../src/metrics/prometheus-text.ts';
import { Notices } from '../src/notices.ts';
import { SelfMetrics } from '../src/self-metrics.ts';
import type { BenchRow } from './ingest.bench.ts';
import { madeCalls } from './made-calls.ts';
import { madeRequest } from './made-spans.ts';

const SPANS = 512;
const BODIES = 200;
const CALLS = 200_000;
const ROUNDS = 8;

/** What stands around the way from request to ledger: metrics of calls, the queue on disk, forwarding. */
export async function rows(): Promise<BenchRow[]> {
  return [...metricRows(), await queueRow(), await forwardRow()];
}

function metricRows(): BenchRow[] {
  const calls: PricedCall[] = madeCalls({
    count: CALLS,
    seed: 1,
    fromUs: Date.UTC(2026, 9, 1) * 1000,
    spanUs: 86_400_000_000,
  });
  let bestMicros = Number.POSITIVE_INFINITY;
  let metrics = new CallMetrics(DEFAULT_METRICS);
  for (let round = 0; round < ROUNDS; round += 1) {
    metrics = new CallMetrics(DEFAULT_METRICS);
    const before = process.cpuUsage();
    for (const call of calls) metrics.add(call);
    const { user, system } = process.cpuUsage(before);
    bestMicros = Math.min(bestMicros, user + system);
  }
  const startedAt = performance.now();
  const text = prometheusText(metrics.families());
  const elapsedMs = performance.now() - startedAt;
  const lines = text.split('\n').length;
  return [
    { name: 'metrics of one call', value: `${((bestMicros * 1000) / CALLS).toFixed(0)} ns of CPU` },
    {
      name: 'GET /metrics',
      value: `${elapsedMs.toFixed(0)} ms for ${lines} lines, ${(text.length / 1e6).toFixed(1)} MB`,
    },
  ];
}

async function queueRow(): Promise<BenchRow> {
  const path = mkdtempSync(join(tmpdir(), 'costspan-bench-'));
  const { body } = madeRequest(SPANS);
  const queue = await DiskQueue.open({ path, bytesMax: 1e9, memoryBytesMax: 1e9, onLost: () => {} });
  const startedAt = performance.now();
  for (let count = 0; count < BODIES; count += 1) await queue.push({ body, format: 'protobuf', spanCount: SPANS });
  const elapsedMs = performance.now() - startedAt;
  await queue.close();
  rmSync(path, { recursive: true });
  return {
    name: `queue on disk, requests of ${(body.length / 1024).toFixed(0)} KiB`,
    value: `${(elapsedMs / BODIES).toFixed(2)} ms each, ${((BODIES * SPANS * 1000) / elapsedMs).toFixed(0)} spans/s`,
  };
}

async function forwardRow(): Promise<BenchRow> {
  const path = mkdtempSync(join(tmpdir(), 'costspan-bench-'));
  const server = createServer((request, response) => request.resume().once('end', () => response.end()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const metrics = new SelfMetrics();
  const exporter = await openExporter(
    {
      name: 'bench',
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`,
      headers: {},
      attributes: [],
      compression: 'none',
      timeoutMs: 10_000,
      queueBytesMax: 1e9,
      queue: { path, bytesMax: 1e9 },
      retry: { delayMs: 100, delayMsMax: 100, elapsedMsMax: 1000 },
    },
    { metrics, notices: new Notices(() => {}) },
  );
  const { body } = madeRequest(SPANS);
  const startedAt = performance.now();
  for (let count = 0; count < BODIES; count += 1) await exporter.send(body, 'protobuf', SPANS);
  await exporter.close(60_000);
  const elapsedMs = performance.now() - startedAt;
  server.close();
  rmSync(path, { recursive: true });
  return {
    name: 'forwarding through the queue to a backend beside it',
    value: `${((metrics.get('spansForwarded') * 1000) / elapsedMs).toFixed(0)} spans/s`,
  };
}

if (import.meta.main) {
  for (const { name, value } of await rows()) process.stdout.write(`${name.padEnd(62)} ${value}\n`);
}
