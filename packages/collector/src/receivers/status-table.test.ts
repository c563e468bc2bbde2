import { request } from 'node:http';
import { connect } from 'node:net';
import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import type { PriceBook } from '@costspan/pricing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseConfig } from '../config/parse-config.ts';
import { FakeLedger } from '../fake-ledger.contract.ts';
import { LedgerUnavailableError } from '../ledger/ledger.ts';
import { encodeJson, encodeProtobuf, type PlainRequest } from '../otlp/decoder.contract.ts';
import { GOLDENS } from '../otlp/goldens.contract.ts';
import { type Collector, startCollector } from '../start-collector.ts';
import { chatRequest } from './made-traces.contract.ts';
import { readExportResponse, readStatus } from './otlp-answer.contract.ts';

const BODY_BYTES_MAX = 2_000_000;
const MEBIBYTE = 1024 * 1024;
const KEY = 'a-key';
/** What a sender may hold of an answer. Source: OTLP specification, OTLP/HTTP Response. */
const RESPONSE_BYTES_MAX = 4 * MEBIBYTE;

const ledger = new FakeLedger();
let collector: Collector;

beforeAll(async () => {
  const settings = {
    listen: '127.0.0.1:0',
    data: ':memory:',
    bodyBytesMax: BODY_BYTES_MAX,
    ingestKeys: [KEY],
    cors: { origins: ['https://app.example.com', 'https://*.shop.example', 'http://localhost:*'] },
  };
  collector = await startCollector(parseConfig(settings, 'test', {}), { ledger: ledger.asLedger(), say: () => {} });
});
afterAll(() => collector.close());

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

function send(method: string, path: string, headers: Record<string, string>, body: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(new URL(path, collector.url), { method, headers }, async (incoming) => {
      const received: Buffer[] = [];
      for await (const chunk of incoming) received.push(chunk as Buffer);
      resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, body: Buffer.concat(received) });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

const AUTHORIZED = { authorization: `Bearer ${KEY}` };
const plainOf = { protobuf: encodeProtobuf, json: (plain: PlainRequest) => encodeJson(plain) };
const typeOf = { protobuf: 'application/x-protobuf', json: 'application/json' };
type Format = keyof typeof typeOf;

interface Row {
  readonly name: string;
  readonly status: number;
  readonly body?: (format: Format) => Buffer;
  readonly headers?: Record<string, string>;
  readonly path?: string;
  readonly method?: string;
  /** The `google.rpc.Code` in the answer. */
  readonly code?: number;
  readonly retryAfter?: string;
  readonly write?: FakeLedger['write'];
  /** What `partial_success` counts. */
  readonly rejectedSpans?: string;
}

const chat = (format: Format): Buffer => plainOf[format](chatRequest());
const failing = (): never => {
  throw new LedgerUnavailableError('LEDGER_WRITE', 'no space left on device');
};

/** The answers that the OTLP specification and its collector give, one row each, in both encodings. */
const ROWS: readonly Row[] = [
  { name: 'a request that was taken', status: 200, body: chat },
  { name: 'an empty request', status: 200, body: (format) => plainOf[format]({ resourceSpans: [] }) },
  { name: 'an empty body', status: 200, body: () => Buffer.alloc(0) },
  {
    name: 'a request of which a part cannot be kept',
    status: 200,
    body: (format) => {
      const plain = chatRequest(2);
      const [span] = plain.resourceSpans[0]?.scopeSpans[0]?.spans ?? [];
      Object.assign(span ?? {}, { traceId: '' });
      return plainOf[format](plain);
    },
    rejectedSpans: '1',
  },
  {
    name: 'a request with a warning, whose text is as long as it likes',
    status: 200,
    body: (format) =>
      plainOf[format](chatRequest(1, { 'gen_ai.usage.input_tokens': { stringValue: 'x'.repeat(1_500_000) } })),
    rejectedSpans: '0',
  },
  { name: 'bytes that cannot be decoded', status: 400, code: 3, body: () => Buffer.from([0x0a, 0xff, 0xff]) },
  { name: 'bytes that cannot be inflated', status: 400, code: 3, headers: { 'content-encoding': 'gzip' }, body: chat },
  { name: 'no key', status: 401, code: 16, headers: { authorization: '' }, body: chat },
  { name: 'metrics', status: 404, code: 12, path: '/v1/metrics', body: () => Buffer.alloc(0) },
  { name: 'logs', status: 404, code: 12, path: '/v1/logs', body: () => Buffer.alloc(0) },
  { name: 'another method', status: 405, code: 12, method: 'PUT', body: chat },
  { name: 'a body over the limit', status: 413, code: 8, body: () => Buffer.alloc(BODY_BYTES_MAX + 1) },
  ...(
    [
      ['gzip', gzipSync],
      ['deflate', deflateSync],
      ['zstd', zstdCompressSync],
    ] as const
  ).map(([encoding, compress]) => ({
    name: `a ${encoding} bomb`,
    status: 413,
    code: 8,
    headers: { 'content-encoding': encoding },
    body: () => compress(Buffer.alloc(128 * MEBIBYTE)),
  })),
  { name: 'an encoding nobody knows', status: 415, code: 3, headers: { 'content-encoding': 'br' }, body: chat },
  { name: 'a ledger that cannot be written', status: 503, code: 14, retryAfter: '5', body: chat, write: failing },
];

describe.each(['protobuf', 'json'] as const)('%s', (format) => {
  test.each(ROWS)(
    '$name is answered $status, in the content type of the request',
    async ({ status, body, headers, path, method, code, retryAfter, write, rejectedSpans }) => {
      ledger.write = write ?? (async (batch) => ledger.keep(batch));
      const before = process.memoryUsage().rss;
      const answer = await send(
        method ?? 'POST',
        path ?? '/v1/traces',
        { 'content-type': typeOf[format], ...AUTHORIZED, ...headers },
        body?.(format) ?? Buffer.alloc(0),
      );
      expect(answer.status).toBe(status);
      expect(answer.headers['content-type']).toBe(typeOf[format]);
      expect(answer.headers['retry-after']).toBe(retryAfter);
      expect(answer.body.length).toBeLessThanOrEqual(RESPONSE_BYTES_MAX);
      expect(process.memoryUsage().rss - before).toBeLessThan(256 * MEBIBYTE);
      if (status === 200) {
        const { partialSuccess } = readExportResponse(format, answer.body);
        expect(partialSuccess?.rejectedSpans).toBe(rejectedSpans);
        if (format === 'protobuf' && rejectedSpans === undefined) expect(answer.body).toHaveLength(0);
      } else {
        expect(readStatus(format, answer.body)).toEqual({ code, message: expect.stringMatching(/.{10}/) });
      }
    },
  );
});

test('a content type that is no OTLP is answered 415, in JSON', async () => {
  const answer = await send('POST', '/v1/traces', { 'content-type': 'text/plain', ...AUTHORIZED }, chat('json'));
  expect(answer.status).toBe(415);
  expect(readStatus('json', answer.body)).toMatchObject({ code: 3 });
});

test.each(['protobuf', 'json'] as const)(
  'a mistake of ours is answered 500 in %s, and said with where it is',
  async (format) => {
    const said: string[] = [];
    const config = parseConfig({ listen: '127.0.0.1:0', data: ':memory:' }, 'test', {});
    const parts = {
      ledger: new FakeLedger().asLedger(),
      book: {} as PriceBook,
      say: (text: string) => said.push(text),
    };
    const broken = await startCollector(config, parts);
    const answer = await fetch(`${broken.url}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': typeOf[format] },
      body: new Uint8Array(chat(format)),
    });
    expect(answer.status).toBe(500);
    expect(answer.headers.get('content-type')).toBe(typeOf[format]);
    expect(readStatus(format, Buffer.from(await answer.arrayBuffer()))).toMatchObject({ code: 13 });
    expect(said.join()).toMatch(/failed: TypeError.*\n +at /);
    await broken.close();
  },
);

test('a request that does not end in time is answered 408', async () => {
  const settings = { listen: '127.0.0.1:0', grpcListen: 'none', data: ':memory:', requestTimeoutMs: 300 };
  const parts = { ledger: ledger.asLedger(), say: () => {} };
  const impatient = await startCollector(parseConfig(settings, 'test', {}), parts);
  const answer = await new Promise<string>((resolve) => {
    const socket = connect(impatient.port, '127.0.0.1');
    socket.once('data', (data) => resolve(data.toString()));
    socket.write(
      'POST /v1/traces HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{',
    );
  });
  expect(answer).toMatch(/^HTTP\/1\.1 408/);
  await impatient.close();
});

describe('a page in a browser', () => {
  const preflight = (origin: string) =>
    send(
      'OPTIONS',
      '/v1/traces',
      { origin, 'access-control-request-method': 'POST', 'access-control-request-headers': 'content-type' },
      Buffer.alloc(0),
    );

  test.each([
    ['https://app.example.com', true],
    ['https://eu.shop.example', true],
    ['http://localhost:5173', true],
    ['https://shop.example', false],
    ['https://eu.shop.example.evil.example', false],
    ['https://evil.example/.shop.example', false],
    ['http://app.example.com', false],
    ['https://app.example.com:8443', false],
    ['https://appXexample.com', false],
    ['null', false],
  ])('of %s is invited: %s', async (origin, isInvited) => {
    const answer = await preflight(origin);
    expect(answer.status).toBe(204);
    expect(answer.headers['access-control-allow-origin']).toBe(isInvited ? origin : undefined);
    if (isInvited) expect(answer.headers['access-control-allow-headers']).toMatch(/content-type/i);
    expect(answer.headers['vary']).toMatch(/origin/i);
  });

  test('may send with a key and read the answer; without one it may read why not', async () => {
    const origin = 'https://app.example.com';
    ledger.write = async (batch) => ledger.keep(batch);
    for (const [headers, status] of [
      [AUTHORIZED, 200],
      [{}, 401],
    ] as const) {
      const answer = await send(
        'POST',
        '/v1/traces',
        { 'content-type': typeOf.json, origin, ...headers },
        chat('json'),
      );
      expect(answer.status).toBe(status);
      expect(answer.headers['access-control-allow-origin']).toBe(origin);
    }
  });

  test('may not read the API', async () => {
    const answer = await send(
      'GET',
      '/api/v1/calls',
      { origin: 'https://app.example.com', ...AUTHORIZED },
      Buffer.alloc(0),
    );
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });
});

test('whatever is done to a real request, it is taken or refused, and memory stays where it was', async () => {
  ledger.write = async (batch) => ledger.keep(batch);
  const change = fc.oneof(
    fc.record({ kind: fc.constant('flip' as const), at: fc.nat(), byte: fc.nat(255) }),
    fc.record({ kind: fc.constant('cut' as const), at: fc.nat() }),
    fc.record({ kind: fc.constant('repeat' as const), at: fc.nat(), length: fc.nat(2000) }),
    fc.record({ kind: fc.constant('insert' as const), at: fc.nat(), bytes: fc.uint8Array({ maxLength: 20 }) }),
  );
  const before = process.memoryUsage().rss;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...GOLDENS),
      fc.array(change, { minLength: 1, maxLength: 6 }),
      fc.constantFrom('identity', 'gzip', 'zstd', 'deflate', 'gzip, gzip', ''),
      fc.boolean(),
      async ({ format, body: original }, changes, encoding, isCompressed) => {
        let body = Buffer.from(original);
        for (const step of changes) body = changed(body, step);
        const headers = { 'content-type': typeOf[format], 'content-encoding': encoding, ...AUTHORIZED };
        const sent = isCompressed && encoding === 'gzip' ? gzipSync(body) : body;
        const answer = await send('POST', '/v1/traces', headers, sent);
        expect([200, 400, 413, 415]).toContain(answer.status);
        if (answer.status === 200) readExportResponse(format, answer.body);
        else readStatus(format, answer.body);
      },
    ),
    { numRuns: 600 },
  );
  expect(process.memoryUsage().rss - before).toBeLessThan(256 * MEBIBYTE);
  expect((await send('POST', '/v1/traces', { 'content-type': typeOf.json, ...AUTHORIZED }, chat('json'))).status).toBe(
    200,
  );
});

type Change =
  | { readonly kind: 'flip'; readonly at: number; readonly byte: number }
  | { readonly kind: 'cut'; readonly at: number }
  | { readonly kind: 'repeat'; readonly at: number; readonly length: number }
  | { readonly kind: 'insert'; readonly at: number; readonly bytes: Uint8Array };

function changed(body: Buffer, change: Change): Buffer<ArrayBuffer> {
  const at = body.length === 0 ? 0 : change.at % body.length;
  switch (change.kind) {
    case 'flip': {
      const flipped = Buffer.from(body);
      if (flipped.length > 0) flipped[at] = change.byte;
      return flipped;
    }
    case 'cut':
      return Buffer.from(body.subarray(0, at));
    case 'repeat':
      return Buffer.concat([body.subarray(0, at), body.subarray(at, at + change.length), body.subarray(at)]);
    case 'insert':
      return Buffer.concat([body.subarray(0, at), change.bytes, body.subarray(at)]);
    default:
      return change satisfies never;
  }
}
