import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import type { ExporterConfig } from '../config/collector-config.ts';
import { Notices } from '../notices.ts';
import { SelfMetrics } from '../self-metrics.ts';
import { openExporter } from './index.ts';

interface Taken {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

const open: Server[] = [];
afterEach(() => {
  for (const server of open.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

/** A backend that answers with each of `statuses` in turn, then 200. `'hang'` never answers. */
async function backend(...statuses: (number | 'hang')[]): Promise<{ endpoint: string; taken: Taken[] }> {
  const taken: Taken[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    taken.push({ headers: request.headers, body: Buffer.concat(chunks) });
    const status = statuses.shift() ?? 200;
    if (status === 'hang') return;
    response.writeHead(status, status === 429 ? { 'retry-after': '7' } : {}).end();
  });
  open.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`, taken };
}

type Wait = (ms: number, signal: AbortSignal) => Promise<void>;

async function exporterTo(endpoint: string, over: Partial<ExporterConfig> = {}, wait?: Wait) {
  const metrics = new SelfMetrics();
  const said: string[] = [];
  const waits: number[] = [];
  const exporter = await openExporter(
    {
      name: 'test',
      endpoint,
      headers: {},
      attributes: [],
      compression: 'none',
      timeoutMs: 5000,
      queueBytesMax: 1_000_000,
      queue: { bytesMax: 0 },
      retry: { delayMs: 1000, delayMsMax: 30_000, elapsedMsMax: 60_000 },
      ...over,
    },
    {
      metrics,
      notices: new Notices((message) => said.push(message)),
      wait:
        wait ??
        (async (ms, signal) => {
          waits.push(ms);
          signal.throwIfAborted();
        }),
    },
  );
  return { exporter, metrics, said, waits };
}

const BODY = Buffer.from('{"resourceSpans":[]}');

test.each([
  ['none', (body: Buffer) => body],
  ['gzip', gunzipSync],
  ['zstd', zstdDecompressSync],
] as const)('a body arrives with its content type and headers, compressed by %s', async (compression, decompress) => {
  const { endpoint, taken } = await backend();
  const { exporter, metrics } = await exporterTo(endpoint, { compression, headers: { 'x-key': 'secret' } });
  void exporter.send(BODY, 'json', 3);
  await exporter.close(5000);
  expect(taken).toHaveLength(1);
  expect(taken[0]?.headers).toMatchObject({ 'content-type': 'application/json', 'x-key': 'secret' });
  expect(decompress(taken[0]?.body as Buffer)).toEqual(BODY);
  expect(metrics.get('spansForwarded')).toBe(3);
});

test('a backend that is busy is tried again, not sooner than it asks', async () => {
  const { endpoint, taken } = await backend(503, 429, 502);
  const { exporter, metrics, waits } = await exporterTo(endpoint);
  void exporter.send(BODY, 'protobuf', 1);
  await exporter.close(5000);
  expect(taken).toHaveLength(4);
  expect(waits).toHaveLength(3);
  expect(waits[1]).toBe(7000);
  expect(metrics.get('spansForwarded')).toBe(1);
  expect(metrics.get('exportRetries')).toBe(3);
});

test('a backend that refuses for good is asked once; the loss is counted and said once', async () => {
  const { endpoint, taken } = await backend(400, 401, 200);
  const { exporter, metrics, said } = await exporterTo(endpoint);
  void exporter.send(BODY, 'json', 2);
  void exporter.send(BODY, 'json', 5);
  await exporter.close(5000);
  expect(taken).toHaveLength(2);
  expect(metrics.get('spansDropped')).toBe(7);
  expect(said).toHaveLength(1);
  expect(said[0]).toMatch(/exporter test drops spans, because the endpoint answered 40[01]/);
});

test('a backend that cannot be reached is given up when the retry time is over', async () => {
  const { exporter, metrics, waits, said } = await exporterTo('http://127.0.0.1:1/v1/traces');
  void exporter.send(BODY, 'protobuf', 1);
  await exporter.close(5000);
  expect(waits.reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(60_000);
  expect(waits.length).toBeGreaterThan(3);
  expect(metrics.get('spansDropped')).toBe(1);
  expect(said).toHaveLength(1);
});

test('what does not fit the queue is dropped and counted; what waits in it is delivered', async () => {
  const { endpoint, taken } = await backend();
  const { exporter, metrics } = await exporterTo(endpoint, { queueBytesMax: BODY.length * 2 });
  for (let index = 0; index < 5; index += 1) exporter.send(BODY, 'json', 1);
  await exporter.close(5000);
  expect(taken).toHaveLength(2);
  expect(metrics.get('spansForwarded')).toBe(2);
  expect(metrics.get('spansDropped')).toBe(3);
});

test('closing does not wait longer than its deadline for a backend that hangs', async () => {
  const { endpoint } = await backend('hang', 'hang', 'hang', 'hang', 'hang', 'hang');
  const { exporter, metrics } = await exporterTo(endpoint, { timeoutMs: 3_600_000 });
  for (let index = 0; index < 6; index += 1) exporter.send(BODY, 'json', 1);
  await exporter.close(50);
  expect(metrics.get('spansDropped')).toBe(6);
  void exporter.send(BODY, 'json', 1);
  expect(metrics.get('spansDropped')).toBe(7);
});

test('a redirect is not followed: headers go nowhere else', async () => {
  const { endpoint, taken } = await backend(302);
  const { exporter, metrics } = await exporterTo(endpoint);
  void exporter.send(BODY, 'json', 1);
  await exporter.close(5000);
  expect(taken).toHaveLength(1);
  expect(metrics.get('spansDropped')).toBe(1);
});

test('what waited leaves in larger requests, in its order; JSON texts leave one by one', async () => {
  const { endpoint, taken } = await backend();
  const { exporter, metrics } = await exporterTo(endpoint);
  const sent = ['0a01a1', '0a01a2', '0a01a3'].map((hex) => Buffer.from(hex, 'hex'));
  for (const body of sent) void exporter.send(body, 'protobuf', 1);
  for (const text of ['{}', '{ }']) void exporter.send(Buffer.from(text), 'json', 1);
  await exporter.close(5000);
  const bodies = taken.map(({ body }) => body.toString('latin1'));
  expect(bodies.slice(-3)).toEqual([Buffer.concat(sent).toString('latin1'), '{}', '{ }']);
  expect(metrics.get('spansForwarded')).toBe(5);
});

test('a body the backend will not have does not take down those that were sent with it', async () => {
  const { endpoint, taken } = await backend(400, 200, 400, 200);
  const { exporter, metrics } = await exporterTo(endpoint);
  for (const hex of ['0a01a1', '0a01a2', '0a01a3']) void exporter.send(Buffer.from(hex, 'hex'), 'protobuf', 1);
  await exporter.close(5000);
  expect(taken.map(({ body }) => body.length)).toEqual([9, 3, 3, 3]);
  expect(metrics.get('spansForwarded')).toBe(2);
  expect(metrics.get('spansDropped')).toBe(1);
});

test('with a queue on disk, closing waits for no backend that is down, and the next run delivers', async () => {
  const path = mkdtempSync(join(tmpdir(), 'costspan-queue-'));
  const queue = { path, bytesMax: 1_000_000 };
  const untilCut: Wait = (_, signal) => new Promise((_resolve, reject) => signal.addEventListener('abort', reject));
  const down = await exporterTo('http://127.0.0.1:1/v1/traces', { queue }, untilCut);
  for (let index = 0; index < 3; index += 1) await down.exporter.send(Buffer.from(`{"n":${index}}`), 'json', 1);
  await down.exporter.close(60_000);
  expect(down.metrics.get('spansDropped')).toBe(0);
  const { endpoint, taken } = await backend();
  const up = await exporterTo(endpoint, { queue });
  expect(up.metrics.get('spansQueuedAgain')).toBe(3);
  await up.exporter.send(Buffer.from('{"n":3}'), 'json', 1);
  await up.exporter.close(5000);
  expect(taken.map(({ body }) => body.toString())).toEqual([0, 1, 2, 3].map((n) => `{"n":${n}}`));
  const after = await exporterTo(endpoint, { queue });
  expect(after.metrics.get('spansQueuedAgain')).toBe(0);
  await after.exporter.close(0);
  rmSync(path, { recursive: true });
});

test('a queue that cannot be kept is a named error at the start', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'costspan-queue-'));
  writeFileSync(join(folder, 'file'), '');
  const queue = { path: join(folder, 'file'), bytesMax: 1000 };
  await expect(exporterTo('http://127.0.0.1:1', { queue })).rejects.toThrow(
    expect.objectContaining({ code: 'QUEUE_UNAVAILABLE' }),
  );
  rmSync(folder, { recursive: true });
});
