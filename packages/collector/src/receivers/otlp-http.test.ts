import { type IncomingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import protobuf from 'protobufjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseConfig } from '../config/parse-config.ts';
import { encodeJson, encodeProtobuf, type PlainRequest, type PlainValue } from '../otlp/decoder.contract.ts';
import { type Collector, startCollector } from '../start-collector.ts';

const BODY_BYTES_MAX = 1_000_000;
const MEBIBYTE = 1024 * 1024;

let collector: Collector;
const said: string[] = [];

beforeAll(async () => {
  const config = { listen: '127.0.0.1:0', data: ':memory:', bodyBytesMax: BODY_BYTES_MAX };
  collector = await startCollector(parseConfig(config, 'test', {}), { say: (message) => said.push(message) });
});
afterAll(() => collector.close());

let lastId = 0;

/** A chat call with an id of its own. */
function chatCall(over: Record<string, PlainValue> = {}): { request: PlainRequest; id: string } {
  lastId += 1;
  const spanId = lastId.toString(16).padStart(16, '0');
  const traceId = 'ab'.repeat(16);
  const attributes: Record<string, PlainValue> = {
    'gen_ai.operation.name': { stringValue: 'chat' },
    'gen_ai.provider.name': { stringValue: 'openai' },
    'gen_ai.request.model': { stringValue: 'gpt-4o' },
    'gen_ai.usage.input_tokens': { intValue: 1000n },
    'gen_ai.usage.output_tokens': { intValue: 100n },
    'costspan.tag.customer_id': { stringValue: 'acme' },
    ...over,
  };
  return {
    id: `${traceId}-${spanId}`,
    request: requestOf([
      {
        traceId,
        spanId,
        parentSpanId: '',
        name: 'chat gpt-4o',
        kind: 3,
        startTimeUnixNano: 1_760_000_000_000_000_000n,
        endTimeUnixNano: 1_760_000_001_000_000_000n,
        attributes: Object.entries(attributes).map(([key, value]) => ({ key, value })),
        events: [],
        status: { code: 0, message: '' },
      },
    ]),
  };
}

type PlainSpans = PlainRequest['resourceSpans'][number]['scopeSpans'][number]['spans'];

function requestOf(spans: PlainSpans): PlainRequest {
  const scopeSpans = [{ scope: { name: 'test', version: '1' }, spans }];
  return { resourceSpans: [{ resource: { attributes: [] }, scopeSpans }] };
}

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** Posts over a bare socket client, so that nothing about the request is decided for us. `chunks` are sent one by one. */
function post(
  headers: Record<string, string | number>,
  chunks: Iterable<Buffer>,
  path = '/v1/traces',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(new URL(path, collector.url), { method: 'POST', headers }, async (incoming) => {
      const received: Buffer[] = [];
      for await (const chunk of incoming) received.push(chunk as Buffer);
      resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: Buffer.concat(received) });
    });
    outgoing.on('error', reject);
    void (async () => {
      for (const chunk of chunks) {
        if (!outgoing.write(chunk)) await new Promise<void>((drained) => outgoing.once('drain', drained));
      }
      outgoing.end();
    })();
  });
}

const PROTOBUF = { 'content-type': 'application/x-protobuf' };
const JSON_TYPE = { 'content-type': 'application/json' };

const responses = protobuf.parse(`
syntax = "proto3";
message Partial { int64 rejected_spans = 1; string error_message = 2; }
message Export { Partial partial_success = 1; }
message Status { int32 code = 1; string message = 2; }
`).root;

function decodeResponse(type: 'Export' | 'Status', { headers, body }: Answer): unknown {
  if (headers['content-type'] === 'application/json') return JSON.parse(body.toString());
  const found = responses.lookupType(type);
  return found.toObject(found.decode(body), { longs: String });
}

async function isStillUp(): Promise<void> {
  const { request: good, id } = chatCall();
  const answer = await post(PROTOBUF, [encodeProtobuf(good)]);
  expect(answer.status).toBe(200);
  expect(await collector.ledger.call(id)).toMatchObject({ cost: '0.0035' });
}

describe.each([
  ['protobuf', PROTOBUF, encodeProtobuf],
  ['json', JSON_TYPE, (plain: PlainRequest) => encodeJson(plain)],
  [
    'json with a charset',
    { 'content-type': 'Application/JSON; charset=utf-8' },
    (plain: PlainRequest) => encodeJson(plain),
  ],
] as const)('%s', (_, type, encode) => {
  test.each([
    ['identity', (body: Buffer) => body],
    ['gzip', gzipSync],
    ['deflate', deflateSync],
    ['zstd', zstdCompressSync],
  ] as const)('a call sent with %s is in the ledger, priced, when it is acknowledged', async (encoding, compress) => {
    const { request: plain, id } = chatCall();
    const answer = await post({ ...type, 'content-encoding': encoding }, [compress(encode(plain))]);
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe(type['content-type'].split(';')[0]?.toLowerCase());
    expect(decodeResponse('Export', answer)).toEqual({});
    expect(await collector.ledger.call(id)).toMatchObject({
      cost: '0.0035',
      cost_status: 'priced',
      tags: { customer_id: 'acme' },
    });
  });

  test('an empty request is a success', async () => {
    expect(await post(type, [encode({ resourceSpans: [] })])).toMatchObject({ status: 200 });
    expect(await post({ ...type, 'content-length': 0 }, [])).toMatchObject({ status: 200 });
  });

  test('a retried batch is counted once', async () => {
    const { request: plain } = chatCall();
    const before = [collector.metrics.get('callsRecorded'), collector.metrics.get('callsDuplicate')];
    for (let attempt = 0; attempt < 3; attempt += 1) await post(type, [encode(plain)]);
    const after = [collector.metrics.get('callsRecorded'), collector.metrics.get('callsDuplicate')];
    expect(after.map((count, index) => count - (before[index] ?? 0))).toEqual([1, 2]);
  });

  test('a body that is cut off is answered 400 with the byte, in the same content type', async () => {
    const answer = await post(type, [encode(chatCall().request).subarray(0, 60)]);
    expect(answer.status).toBe(400);
    expect(answer.headers['content-type']).toBe(type['content-type'].split(';')[0]?.toLowerCase());
    expect(decodeResponse('Status', answer)).toMatchObject({ code: 3, message: expect.stringMatching(/byte \d+/) });
    await isStillUp();
  });

  test('counts that are none stand on the row: no total, a reason, and a warning to the sender', async () => {
    const { request: plain, id } = chatCall({
      'gen_ai.usage.input_tokens': { intValue: -5n },
      'gen_ai.usage.output_tokens': { stringValue: 'many' },
    });
    const answer = await post(type, [encode(plain)]);
    expect(answer.status).toBe(200);
    const { partialSuccess } = decodeResponse('Export', answer) as { partialSuccess: Record<string, unknown> };
    expect(String(partialSuccess['rejectedSpans'] ?? 0)).toBe('0');
    expect(partialSuccess['errorMessage']).toMatch(/2 counts left out.*gen_ai\.usage\.input_tokens: -5 is not/);
    expect(await collector.ledger.call(id)).toMatchObject({
      cost: null,
      cost_status: 'usage_missing',
      reason: 'count_invalid:input_tokens',
      usage: {},
      usage_status: 'unavailable',
    });
  });

  test('a model nobody knows is kept without a price and says so', async () => {
    const { request: plain, id } = chatCall({ 'gen_ai.request.model': { stringValue: 'no-such-model' } });
    expect((await post(type, [encode(plain)])).status).toBe(200);
    expect(await collector.ledger.call(id)).toMatchObject({
      cost: null,
      cost_status: 'unpriced',
      reason: expect.stringMatching(/^model_unknown/),
      usage: { input_tokens: 1000, output_tokens: 100 },
    });
  });

  test('a billable span without an id is rejected and named; the others of the batch are kept', async () => {
    const kept = chatCall();
    const [
      {
        scopeSpans: [scope],
      } = { scopeSpans: [] },
    ] = kept.request.resourceSpans;
    const [span] = scope?.spans ?? [];
    const answer = await post(type, [
      encode(requestOf([{ ...span, spanId: '' } as NonNullable<typeof span>, span as NonNullable<typeof span>])),
    ]);
    expect(answer.status).toBe(200);
    expect(decodeResponse('Export', answer)).toMatchObject({
      partialSuccess: { rejectedSpans: '1', errorMessage: expect.stringMatching(/no valid span id/) },
    });
    expect(await collector.ledger.call(kept.id)).toMatchObject({ cost: '0.0035' });
  });
});

test.each([
  ['text/plain', /text\/plain/],
  ['application/grpc', /grpc/],
  ['application/jsonx', /jsonx/],
  [undefined, /none/],
])('content type %s is answered 415', async (contentType, message) => {
  const answer = await post(contentType === undefined ? {} : { 'content-type': contentType }, [Buffer.from('{}')]);
  expect(answer.status).toBe(415);
  expect(decodeResponse('Status', answer)).toMatchObject({ message: expect.stringMatching(message) });
  await isStillUp();
});

test('a content encoding nobody knows is answered 415', async () => {
  const answer = await post({ ...PROTOBUF, 'content-encoding': 'br' }, [Buffer.from('abc')]);
  expect(answer.status).toBe(415);
  expect(decodeResponse('Status', answer)).toMatchObject({ message: expect.stringMatching(/"br".*gzip/) });
});

test.each(['gzip', 'deflate', 'zstd'])('bytes that are no %s are answered 400', async (encoding) => {
  const answer = await post({ ...PROTOBUF, 'content-encoding': encoding }, [Buffer.from('this is not compressed')]);
  expect(answer.status).toBe(400);
  expect(decodeResponse('Status', answer)).toMatchObject({ message: expect.stringMatching(/cannot be decompressed/) });
  await isStillUp();
});

test('a gzip body that is cut off is answered 400', async () => {
  const body = gzipSync(encodeProtobuf(chatCall().request));
  expect(await post({ ...PROTOBUF, 'content-encoding': 'gzip' }, [body.subarray(0, body.length - 9)])).toMatchObject({
    status: 400,
  });
});

test.each([
  ['exactly the limit', BODY_BYTES_MAX, 200],
  ['one byte more', BODY_BYTES_MAX + 1, 413],
])('a body of %s, sent as it is or compressed', async (_, bytes, status) => {
  // One unknown field of protobuf type bytes, padded to the size that is wanted.
  const body = Buffer.concat([Buffer.from('9a06', 'hex'), lengthOf(bytes - 5), Buffer.alloc(bytes - 5)]);
  expect(body).toHaveLength(bytes);
  expect(await post(PROTOBUF, [body])).toMatchObject({ status });
  expect(await post({ ...PROTOBUF, 'content-encoding': 'gzip' }, [gzipSync(body)])).toMatchObject({ status });
});

function lengthOf(bytes: number): Buffer {
  return Buffer.from([(bytes & 0x7f) | 0x80, ((bytes >> 7) & 0x7f) | 0x80, bytes >> 14]);
}

test.each([
  ['gzip', gzipSync],
  ['zstd', zstdCompressSync],
  ['deflate', deflateSync],
] as const)('a %s bomb is answered 413 and its content is never held', async (encoding, compress) => {
  const bomb = compress(Buffer.alloc(256 * MEBIBYTE));
  expect(bomb.length).toBeLessThan(BODY_BYTES_MAX);
  const held = process.memoryUsage().rss;
  const answer = await post({ ...PROTOBUF, 'content-encoding': encoding }, [bomb]);
  expect(answer.status).toBe(413);
  expect(decodeResponse('Status', answer)).toMatchObject({ code: 8, message: expect.stringMatching(/1000000 bytes/) });
  expect(process.memoryUsage().rss - held).toBeLessThan(100 * MEBIBYTE);
  await isStillUp();
});

test.each([
  ['whose length is declared', { 'content-length': 100 * MEBIBYTE }],
  ['that comes in chunks', { 'transfer-encoding': 'chunked' }],
])('a body of 100 MB %s is answered 413, which the sender can read', async (_, framing) => {
  const piece = Buffer.alloc(MEBIBYTE);
  const answer = await post(
    { ...PROTOBUF, ...framing },
    Array.from({ length: 100 }, () => piece),
  );
  expect(answer.status).toBe(413);
  expect(decodeResponse('Status', answer)).toMatchObject({ code: 8 });
  await isStillUp();
});

test('a sender that asks first is told 413 before it sends the body', async () => {
  const answer = await new Promise<string>((resolve) => {
    const socket = connect(collector.port, '127.0.0.1');
    socket.once('data', (data) => {
      socket.destroy();
      resolve(data.toString());
    });
    socket.write(
      `POST /v1/traces HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${100 * MEBIBYTE}\r\nExpect: 100-continue\r\n\r\n`,
    );
  });
  expect(answer).toMatch(/^HTTP\/1\.1 413/);
});

test('senders that leave in the middle of a body, or never send one, disturb nobody', async () => {
  const sockets = await Promise.all(
    Array.from({ length: 40 }, async (_, index) => {
      const socket = connect(collector.port, '127.0.0.1');
      socket.on('error', () => {});
      await new Promise<void>((connected) => socket.once('connect', () => connected()));
      socket.write(
        'POST /v1/traces HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{"a":"',
      );
      if (index % 2 === 0) socket.destroy();
      return socket;
    }),
  );
  await isStillUp();
  for (const socket of sockets) socket.destroy();
});

test('other methods, other signals and other paths have their own answers', async () => {
  expect((await fetch(`${collector.url}/v1/traces`)).status).toBe(405);
  for (const signal of ['metrics', 'logs']) {
    const answer = await post(PROTOBUF, [Buffer.alloc(0)], `/v1/${signal}`);
    expect(answer.status).toBe(404);
    expect(decodeResponse('Status', answer)).toMatchObject({ message: expect.stringMatching(/traces/) });
  }
  const nowhere = await fetch(`${collector.url}/nowhere`);
  expect(nowhere.status).toBe(404);
  expect(nowhere.headers.get('content-type')).toBe('application/problem+json');
});

test('something that speaks gRPC is answered, and the operator is told what to set, once', async () => {
  for (let attempt = 0; attempt < 2; attempt += 1) {
    const answer = await new Promise<string>((resolve) => {
      const socket = connect(collector.port, '127.0.0.1');
      socket.once('data', (data) => resolve(data.toString()));
      socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
    });
    expect(answer).toMatch(/^HTTP\/1\.1 400/);
  }
  expect(said.filter((message) => message.includes('OTEL_EXPORTER_OTLP_PROTOCOL'))).toHaveLength(1);
});

test('no browser page of another origin is invited', async () => {
  const preflight = await fetch(`${collector.url}/v1/traces`, {
    method: 'OPTIONS',
    headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
  });
  expect(preflight.headers.get('access-control-allow-origin')).toBeNull();
  expect(preflight.status).toBe(405);
});
