import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { afterEach, expect, test } from 'vitest';
import type { ExporterConfig } from '../config/collector-config.ts';
import { Notices } from '../notices.ts';
import { SelfMetrics } from '../self-metrics.ts';
import { OtlpHttpExporter } from './otlp-http-exporter.ts';

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

function exporterTo(endpoint: string, over: Partial<ExporterConfig> = {}) {
  const metrics = new SelfMetrics();
  const said: string[] = [];
  const waits: number[] = [];
  const exporter = new OtlpHttpExporter(
    {
      name: 'test',
      endpoint,
      headers: {},
      compression: 'none',
      timeoutMs: 5000,
      queueBytesMax: 1_000_000,
      retry: { delayMs: 1000, delayMsMax: 30_000, elapsedMsMax: 60_000 },
      ...over,
    },
    {
      metrics,
      notices: new Notices((message) => said.push(message)),
      wait: async (ms, signal) => {
        waits.push(ms);
        signal.throwIfAborted();
      },
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
  const { exporter, metrics } = exporterTo(endpoint, { compression, headers: { 'x-key': 'secret' } });
  exporter.send(BODY, 'json', 3);
  await exporter.close(5000);
  expect(taken).toHaveLength(1);
  expect(taken[0]?.headers).toMatchObject({ 'content-type': 'application/json', 'x-key': 'secret' });
  expect(decompress(taken[0]?.body as Buffer)).toEqual(BODY);
  expect(metrics.get('spansForwarded')).toBe(3);
});

test('a backend that is busy is tried again, not sooner than it asks', async () => {
  const { endpoint, taken } = await backend(503, 429, 502);
  const { exporter, metrics, waits } = exporterTo(endpoint);
  exporter.send(BODY, 'protobuf', 1);
  await exporter.close(5000);
  expect(taken).toHaveLength(4);
  expect(waits).toHaveLength(3);
  expect(waits[1]).toBe(7000);
  expect(metrics.get('spansForwarded')).toBe(1);
  expect(metrics.get('exportRetries')).toBe(3);
});

test('a backend that refuses for good is asked once; the loss is counted and said once', async () => {
  const { endpoint, taken } = await backend(400, 401, 200);
  const { exporter, metrics, said } = exporterTo(endpoint);
  exporter.send(BODY, 'protobuf', 2);
  exporter.send(BODY, 'protobuf', 5);
  await exporter.close(5000);
  expect(taken).toHaveLength(2);
  expect(metrics.get('spansDropped')).toBe(7);
  expect(said).toHaveLength(1);
  expect(said[0]).toMatch(/exporter test drops spans, because the endpoint answered 40[01]/);
});

test('a backend that cannot be reached is given up when the retry time is over', async () => {
  const { exporter, metrics, waits, said } = exporterTo('http://127.0.0.1:1/v1/traces');
  exporter.send(BODY, 'protobuf', 1);
  await exporter.close(5000);
  expect(waits.reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(60_000);
  expect(waits.length).toBeGreaterThan(3);
  expect(metrics.get('spansDropped')).toBe(1);
  expect(said).toHaveLength(1);
});

test('what does not fit the queue is dropped and counted; what waits in it is delivered', async () => {
  const { endpoint, taken } = await backend();
  const { exporter, metrics } = exporterTo(endpoint, { queueBytesMax: BODY.length * 2 });
  for (let index = 0; index < 5; index += 1) exporter.send(BODY, 'json', 1);
  await exporter.close(5000);
  expect(taken).toHaveLength(2);
  expect(metrics.get('spansForwarded')).toBe(2);
  expect(metrics.get('spansDropped')).toBe(3);
});

test('closing does not wait longer than its deadline for a backend that hangs', async () => {
  const { endpoint } = await backend('hang', 'hang', 'hang', 'hang', 'hang', 'hang');
  const { exporter, metrics } = exporterTo(endpoint, { timeoutMs: 3_600_000 });
  for (let index = 0; index < 6; index += 1) exporter.send(BODY, 'json', 1);
  await exporter.close(50);
  expect(metrics.get('spansDropped')).toBe(6);
  exporter.send(BODY, 'json', 1);
  expect(metrics.get('spansDropped')).toBe(7);
});

test('a redirect is not followed: headers go nowhere else', async () => {
  const { endpoint, taken } = await backend(302);
  const { exporter, metrics } = exporterTo(endpoint);
  exporter.send(BODY, 'json', 1);
  await exporter.close(5000);
  expect(taken).toHaveLength(1);
  expect(metrics.get('spansDropped')).toBe(1);
});
