import { createServer } from 'node:net';
import { CostspanError } from '@costspan/usage';
import { Client, credentials, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { SpanKind } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-grpc';
import { CompressionAlgorithm } from '@opentelemetry/otlp-exporter-base';
import { SimpleSpanProcessor, TracerProvider } from '@opentelemetry/sdk-trace';
import protobuf from 'protobufjs';
import { afterEach, expect, test } from 'vitest';
import type { CollectorConfig } from '../config/collector-config.ts';
import { parseConfig } from '../config/parse-config.ts';
import { FakeLedger } from '../fake-ledger.contract.ts';
import { LedgerUnavailableError } from '../ledger/ledger.ts';
import { type Collector, startCollector } from '../start-collector.ts';
import { chatProtobuf } from './made-traces.contract.ts';

const running: Collector[] = [];
const clients: Client[] = [];
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await Promise.all(running.splice(0).map((collector) => collector.close()));
});

async function start(over: Partial<CollectorConfig> = {}) {
  const ledger = new FakeLedger();
  const said: string[] = [];
  const settings = { listen: '127.0.0.1:0', grpcListen: '127.0.0.1:0', data: ':memory:' };
  const config = { ...parseConfig(settings, 'test', {}), ...over };
  const collector = await startCollector(config, {
    ledger: ledger.asLedger(),
    say: (message) => said.push(message),
  });
  running.push(collector);
  const client = new Client(`127.0.0.1:${collector.grpcPort}`, credentials.createInsecure());
  clients.push(client);
  return { collector, ledger, said, client };
}

const TRACES = '/opentelemetry.proto.collector.trace.v1.TraceService/Export';

interface Answer {
  readonly code: number;
  readonly details: string;
  readonly response?: { readonly partialSuccess?: { readonly rejectedSpans?: string; readonly errorMessage?: string } };
  /** From `grpc-status-details-bin`. */
  readonly retryDelayS?: number;
}

const messages = protobuf.parse(`
syntax = "proto3";
message Partial { int64 rejected_spans = 1; string error_message = 2; }
message Export { Partial partial_success = 1; }
message Any { string type_url = 1; bytes value = 2; }
message Status { int32 code = 1; string message = 2; repeated Any details = 3; }
message Duration { int64 seconds = 1; int32 nanos = 2; }
message RetryInfo { Duration retry_delay = 1; }
`).root;

function read<Message>(type: string, bytes: Uint8Array): Message {
  const found = messages.lookupType(type);
  return found.toObject(found.decode(bytes), { longs: String }) as Message;
}

function call(client: Client, body: Buffer, { path = TRACES, metadata = new Metadata() } = {}): Promise<Answer> {
  const same = (bytes: Buffer): Buffer => bytes;
  return new Promise((resolve) => {
    client.makeUnaryRequest(path, same, same, body, metadata, (error: ServiceError | null, response?: Buffer) => {
      if (error === null) resolve({ code: 0, details: '', response: read('Export', response as Buffer) });
      else resolve({ code: error.code, details: error.details, ...retryOf(error) });
    });
  });
}

function retryOf({ metadata }: ServiceError): { retryDelayS?: number } {
  const [bytes] = metadata.get('grpc-status-details-bin');
  if (!(bytes instanceof Buffer)) return {};
  const { details } = read<{ details: { typeUrl: string; value: Uint8Array }[] }>('Status', bytes);
  expect(details[0]?.typeUrl).toBe('type.googleapis.com/google.rpc.RetryInfo');
  const info = read<{ retryDelay: { seconds: string } }>('RetryInfo', details[0]?.value ?? new Uint8Array());
  return { retryDelayS: Number(info.retryDelay.seconds) };
}

test.each([CompressionAlgorithm.NONE, CompressionAlgorithm.GZIP])(
  'the JavaScript SDK delivers over gRPC, compressed by %s',
  async (compression) => {
    const { collector, ledger } = await start();
    const exporter = new OTLPTraceExporter({ url: `http://127.0.0.1:${collector.grpcPort}`, compression });
    const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
    const attributes = {
      'gen_ai.operation.name': 'chat',
      'gen_ai.provider.name': 'openai',
      'gen_ai.request.model': 'gpt-4o',
      'gen_ai.usage.input_tokens': 1000,
      'gen_ai.usage.output_tokens': 100,
      'costspan.tag.customer_id': 'acme',
    };
    provider.getTracer('test').startSpan('chat gpt-4o', { kind: SpanKind.CLIENT, attributes }).end();
    await provider.forceFlush();
    await provider.shutdown();
    expect([...ledger.kept.values()]).toMatchObject([
      {
        call: { provider: 'openai', requestModel: 'gpt-4o', tags: { customer_id: 'acme' } },
        cost: { status: 'priced' },
      },
    ]);
  },
);

test('a request is acknowledged after the commit; an empty one is a success; a retried one is counted once', async () => {
  const { client, ledger, collector } = await start();
  const body = chatProtobuf(3);
  expect(await call(client, body)).toEqual({ code: status.OK, details: '', response: {} });
  expect(await call(client, body)).toMatchObject({ code: status.OK });
  expect(await call(client, Buffer.alloc(0))).toMatchObject({ code: status.OK });
  expect(ledger.kept.size).toBe(3);
  expect(collector.metrics.get('callsDuplicate')).toBe(3);
  expect(collector.metrics.get('requests')).toBe(3);
});

test('what could not be kept or read is told in partial_success', async () => {
  const { client } = await start();
  const answer = await call(client, chatProtobuf(1, { 'gen_ai.usage.input_tokens': { stringValue: 'many' } }));
  expect(answer).toMatchObject({ code: status.OK });
  expect(answer.response?.partialSuccess?.errorMessage).toMatch(/1 counts? left out/);
});

test('bytes that are no OTLP are INVALID_ARGUMENT with the byte, which is not retried', async () => {
  const { client, ledger } = await start();
  const answer = await call(client, chatProtobuf().subarray(0, 60));
  expect(answer).toMatchObject({ code: status.INVALID_ARGUMENT, details: expect.stringMatching(/byte \d+/) });
  expect(answer.retryDelayS).toBeUndefined();
  expect(ledger.kept.size).toBe(0);
});

test('a ledger that cannot be written is UNAVAILABLE with when to come again', async () => {
  const { client, ledger } = await start();
  ledger.write = () => Promise.reject(new LedgerUnavailableError('LEDGER_WRITE', 'disk full'));
  expect(await call(client, chatProtobuf())).toEqual({
    code: status.UNAVAILABLE,
    details: expect.stringContaining('disk full'),
    retryDelayS: 5,
  });
  ledger.write = async (batch) => ledger.keep(batch);
  expect(await call(client, chatProtobuf())).toMatchObject({ code: status.OK });
});

test('a bound that is reached is UNAVAILABLE with when to come again, and what was held is given back', async () => {
  const { client, ledger, collector } = await start({ inflightCallsMax: 10 });
  const { promise: committed, resolve: commit } = Promise.withResolvers<void>();
  const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
  ledger.write = async (batch) => {
    ask();
    await committed;
    return ledger.keep(batch);
  };
  const first = call(client, chatProtobuf(8));
  await asked;
  expect(await call(client, chatProtobuf(3))).toMatchObject({ code: status.UNAVAILABLE, retryDelayS: 1 });
  expect(collector.metrics.get('requestsBusy')).toBe(1);
  commit();
  expect(await first).toMatchObject({ code: status.OK });
  expect(await call(client, chatProtobuf(9))).toMatchObject({ code: status.OK });
});

test('beyond the requests that may be open, a further one is refused before its body is received', async () => {
  const { client, ledger } = await start();
  const { promise: committed, resolve: commit } = Promise.withResolvers<void>();
  let asked = 0;
  const { promise: allAsked, resolve: askAll } = Promise.withResolvers<void>();
  ledger.write = async (batch) => {
    asked += 1;
    if (asked === 64) askAll();
    await committed;
    return ledger.keep(batch);
  };
  const open = Array.from({ length: 64 }, () => call(client, chatProtobuf()));
  await allAsked;
  expect(await call(client, chatProtobuf())).toMatchObject({ code: status.UNAVAILABLE, retryDelayS: 1 });
  commit();
  for (const answer of await Promise.all(open)) expect(answer.code).toBe(status.OK);
  expect(await call(client, chatProtobuf())).toMatchObject({ code: status.OK });
});

test('a message over bodyBytesMax is RESOURCE_EXHAUSTED without a time to come again, gzip bombs too', async () => {
  const { client, collector } = await start({ bodyBytesMax: 100_000 });
  const tooLarge = await call(client, Buffer.alloc(100_001));
  expect(tooLarge.code).toBe(status.RESOURCE_EXHAUSTED);
  expect(tooLarge.retryDelayS).toBeUndefined();
  const gzip = new Client(`127.0.0.1:${collector.grpcPort}`, credentials.createInsecure(), {
    'grpc.default_compression_algorithm': 2,
  });
  clients.push(gzip);
  expect(await call(gzip, Buffer.alloc(64 * 1024 * 1024))).toMatchObject({ code: status.RESOURCE_EXHAUSTED });
  expect(await call(client, chatProtobuf())).toMatchObject({ code: status.OK });
});

test('with keys, a call needs one of them in its metadata', async () => {
  const { client, ledger } = await start({ ingestKeys: ['first-key'] });
  for (const authorization of [undefined, 'Bearer wrong', 'first-key']) {
    const metadata = new Metadata();
    if (authorization !== undefined) metadata.set('authorization', authorization);
    const refused = await call(client, chatProtobuf(), { metadata });
    expect(refused).toMatchObject({ code: status.UNAUTHENTICATED, details: expect.stringContaining('Bearer') });
  }
  expect(ledger.kept.size).toBe(0);
  const metadata = new Metadata();
  metadata.set('authorization', 'Bearer first-key');
  expect(await call(client, chatProtobuf(), { metadata })).toMatchObject({ code: status.OK });
});

test('other signals are UNIMPLEMENTED with what to set', async () => {
  const { client } = await start();
  for (const signal of ['metrics.v1.MetricsService', 'logs.v1.LogsService']) {
    const path = `/opentelemetry.proto.collector.${signal}/Export`;
    expect(await call(client, Buffer.alloc(0), { path })).toMatchObject({
      code: status.UNIMPLEMENTED,
      details: expect.stringContaining('OTEL_METRICS_EXPORTER=none'),
    });
  }
});

test('closing finishes calls that are open', async () => {
  const { client, ledger, collector } = await start();
  const { promise: committed, resolve: commit } = Promise.withResolvers<void>();
  const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
  ledger.write = async (batch) => {
    ask();
    await committed;
    return ledger.keep(batch);
  };
  const open = call(client, chatProtobuf());
  await asked;
  const closed = collector.close();
  commit();
  expect(await open).toMatchObject({ code: status.OK });
  await closed;
  expect(await call(client, chatProtobuf())).toMatchObject({ code: status.UNAVAILABLE });
});

test('closing cuts calls that do not end, at its deadline', async () => {
  const { client, ledger, collector } = await start({ closeTimeoutMs: 50 });
  const { promise: asked, resolve: ask } = Promise.withResolvers<void>();
  ledger.write = () => {
    ask();
    return new Promise(() => {});
  };
  const open = call(client, chatProtobuf());
  await asked;
  await collector.close();
  expect((await open).code).not.toBe(status.OK);
});

test('a port that was asked for and is taken is a named error; the usual one is told once and HTTP goes on', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const { port } = taken.address() as { port: number };
  const asked = { grpcListen: { host: '127.0.0.1', port, isDefault: false } };
  await expect(start(asked)).rejects.toThrow(expect.objectContaining({ code: 'LISTEN_FAILED' }));
  await expect(start(asked)).rejects.toThrow(CostspanError);
  const { collector, said } = await start({ grpcListen: { host: '127.0.0.1', port, isDefault: true } });
  expect(collector.grpcPort).toBeUndefined();
  expect(said.filter((message) => message.includes(String(port)))).toHaveLength(1);
  expect((await fetch(`${collector.url}/healthz`)).status).toBe(200);
  taken.close();
});
