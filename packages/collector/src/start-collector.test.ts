import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, get } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { CostspanError } from '@costspan/usage';
import { afterEach, expect, test } from 'vitest';
import type { CollectorConfig } from './config/collector-config.ts';
import { parseConfig } from './config/parse-config.ts';
import { FakeLedger } from './fake-ledger.contract.ts';
import { LedgerUnavailableError } from './ledger/ledger.ts';
import { type Collector, startCollector } from './start-collector.ts';

const running: Collector[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((collector) => collector.close()));
});

async function start(over: Partial<CollectorConfig> = {}) {
  const ledger = new FakeLedger();
  const said: string[] = [];
  const config = { ...parseConfig({ listen: '127.0.0.1:0', data: ':memory:' }, 'test', {}), ...over };
  const collector = await startCollector(config, { ledger: ledger.asLedger(), say: (message) => said.push(message) });
  running.push(collector);
  return { collector, ledger, said };
}

let lastId = 0;

function chatBody(count = 1): string {
  const spans = Array.from({ length: count }, () => {
    lastId += 1;
    return {
      traceId: 'ab'.repeat(16),
      spanId: lastId.toString(16).padStart(16, '0'),
      kind: 3,
      startTimeUnixNano: '1760000000000000000',
      endTimeUnixNano: '1760000001000000000',
      attributes: [
        { key: 'gen_ai.operation.name', value: { stringValue: 'chat' } },
        { key: 'gen_ai.provider.name', value: { stringValue: 'openai' } },
        { key: 'gen_ai.request.model', value: { stringValue: 'gpt-4o' } },
        { key: 'gen_ai.usage.input_tokens', value: { intValue: '1000' } },
        { key: 'gen_ai.usage.output_tokens', value: { intValue: 100 } },
        { key: 'gen_ai.input.messages', value: { stringValue: 'a secret prompt' } },
      ],
    };
  });
  return JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
}

function send(collector: Collector, body = chatBody(), headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${collector.url}/v1/traces`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
}

/** A promise and what settles it. */
function gate() {
  return Promise.withResolvers<void>();
}

test('a batch is acknowledged after the commit and not before', async () => {
  const { collector, ledger } = await start();
  const { promise: committed, resolve: commit } = gate();
  const { promise: asked, resolve: ask } = gate();
  ledger.write = async (batch) => {
    ask();
    await committed;
    return ledger.keep(batch);
  };
  let acknowledged = false;
  const answer = send(collector).then((response) => {
    acknowledged = true;
    return response;
  });
  await asked;
  await (await fetch(`${collector.url}/healthz`)).text();
  expect(acknowledged).toBe(false);
  commit();
  expect((await answer).status).toBe(200);
  expect(ledger.kept.size).toBe(1);
});

test('a ledger that cannot be written is answered 503 with Retry-After, said once, and nothing acknowledged is lost', async () => {
  const { collector, ledger, said } = await start();
  ledger.write = () => Promise.reject(new LedgerUnavailableError('LEDGER_WRITE', 'disk full'));
  const bodies = [chatBody(), chatBody()];
  for (const body of bodies) {
    const refused = await send(collector, body);
    expect(refused.status).toBe(503);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await refused.json()).toMatchObject({ code: 14, message: expect.stringContaining('disk full') });
  }
  expect((await fetch(`${collector.url}/readyz`)).status).toBe(503);
  expect((await fetch(`${collector.url}/healthz`)).status).toBe(200);
  expect(said.filter((message) => message.includes('disk full'))).toHaveLength(1);
  ledger.write = async (batch) => ledger.keep(batch);
  for (const body of bodies) expect((await send(collector, body)).status).toBe(200);
  expect(ledger.kept.size).toBe(2);
  expect((await fetch(`${collector.url}/readyz`)).status).toBe(200);
  expect(said.at(-1)).toMatch(/can be written again/);
});

test('more calls on their way than allowed are answered 503 and come in when there is room', async () => {
  const { collector, ledger } = await start({ inflightCallsMax: 10 });
  const { promise: committed, resolve: commit } = gate();
  const { promise: asked, resolve: ask } = gate();
  ledger.write = async (batch) => {
    ask();
    await committed;
    return ledger.keep(batch);
  };
  const first = send(collector, chatBody(8));
  await asked;
  const second = chatBody(3);
  const refused = await send(collector, second);
  expect(refused.status).toBe(503);
  expect(refused.headers.get('retry-after')).toBe('1');
  expect((await send(collector, chatBody(0))).status).toBe(200);
  commit();
  expect((await first).status).toBe(200);
  expect((await send(collector, second)).status).toBe(200);
  expect(ledger.kept.size).toBe(11);
  expect(collector.metrics.get('requestsBusy')).toBe(1);
});

test('a batch larger than the bound is let in when nothing else is on its way', async () => {
  const { collector, ledger } = await start({ inflightCallsMax: 10 });
  expect((await send(collector, chatBody(25))).status).toBe(200);
  expect(ledger.kept.size).toBe(25);
});

test('more bytes of bodies than allowed are answered 503, and every byte is given back', async () => {
  const body = chatBody(20);
  const { collector, ledger } = await start({ inflightBytesMax: body.length + 10 });
  const { promise: committed, resolve: commit } = gate();
  const { promise: asked, resolve: ask } = gate();
  ledger.write = async (batch) => {
    ask();
    await committed;
    return ledger.keep(batch);
  };
  const first = send(collector, body);
  await asked;
  expect((await send(collector, chatBody())).status).toBe(503);
  commit();
  expect((await first).status).toBe(200);
  for (let round = 0; round < 3; round += 1) expect((await send(collector, chatBody(20))).status).toBe(200);
});

test('spans that are no calls are not asked of the ledger', async () => {
  const { collector, ledger } = await start();
  ledger.write = () => Promise.reject(new Error('must not be asked'));
  const span = {
    traceId: 'ab'.repeat(16),
    spanId: 'cd'.repeat(8),
    attributes: [{ key: 'http.route', value: { stringValue: '/' } }],
  };
  const response = await send(collector, JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans: [span] }] }] }));
  expect(response.status).toBe(200);
  expect(collector.metrics.get('spansReceived')).toBe(1);
});

test('what was received is forwarded whole and costed, after the commit; a dead backend changes no answer', async () => {
  const taken: string[] = [];
  const backend = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    taken.push(gunzipSync(Buffer.concat(chunks)).toString());
    response.end();
  });
  await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve));
  const { port } = backend.address() as AddressInfo;
  const { exporters } = parseConfig(
    {
      data: ':memory:',
      exporters: {
        alive: { endpoint: `http://127.0.0.1:${port}`, compression: 'gzip' },
        dead: { endpoint: 'http://127.0.0.1:1', retry: { elapsedMsMax: 0 } },
      },
    },
    'test',
    {},
  );
  const { collector, ledger, said } = await start({ exporters });
  const body = chatBody(2);
  expect((await send(collector, body)).status).toBe(200);
  ledger.write = () => Promise.reject(new LedgerUnavailableError('LEDGER_WRITE', 'no'));
  expect((await send(collector)).status).toBe(503);
  await collector.close();
  backend.close();
  expect(taken).toHaveLength(1);
  const [spanText] = taken;
  expect(spanText).toContain('a secret prompt');
  expect(spanText).toContain('{"key":"costspan.cost.total_exact","value":{"stringValue":"0.0035"}}');
  const sent = JSON.parse(body) as { resourceSpans: [{ scopeSpans: [{ spans: { attributes: unknown[] }[] }] }] };
  const got = JSON.parse(spanText as string) as typeof sent;
  for (const [index, span] of got.resourceSpans[0].scopeSpans[0].spans.entries()) {
    const original = sent.resourceSpans[0].scopeSpans[0].spans[index]?.attributes ?? [];
    expect(span.attributes.slice(0, original.length)).toEqual(original);
  }
  expect(collector.metrics.get('spansForwarded')).toBe(2);
  expect(collector.metrics.get('spansDropped')).toBe(2);
  expect(said.filter((message) => message.includes('exporter dead drops'))).toHaveLength(1);
});

test('with keys, sending and reading need one of them; health and the page do not', async () => {
  const { collector, ledger } = await start({ ingestKeys: ['first-key', 'second-key'] });
  for (const authorization of [undefined, 'Bearer wrong', 'Bearer first-ke', 'Basic first-key', 'Bearer ']) {
    const refused = await send(collector, chatBody(), authorization === undefined ? {} : { authorization });
    expect(refused.status).toBe(401);
    expect(refused.headers.get('www-authenticate')).toMatch(/^Bearer/);
    expect(await refused.json()).toMatchObject({ code: 16 });
  }
  expect(ledger.kept.size).toBe(0);
  for (const authorization of ['Bearer first-key', 'bearer second-key']) {
    expect((await send(collector, chatBody(), { authorization })).status).toBe(200);
  }
  const api = await fetch(`${collector.url}/api/v1/calls`);
  expect(api.status).toBe(401);
  expect(api.headers.get('content-type')).toBe('application/problem+json');
  expect((await fetch(`${collector.url}/metrics`)).status).toBe(401);
  expect((await fetch(`${collector.url}/metrics`, { headers: { authorization: 'Bearer first-key' } })).status).toBe(
    200,
  );
  for (const path of ['/healthz', '/readyz', '/']) expect((await fetch(collector.url + path)).status).not.toBe(401);
});

test('without keys a web page that points its own name here can read nothing', async () => {
  const { collector } = await start();
  const ask = (host: string) =>
    new Promise<number>((resolve) => {
      get(`${collector.url}/metrics`, { headers: { host } }, (response) => resolve(response.resume().statusCode ?? 0));
    });
  expect(await ask('evil.example:4318')).toBe(421);
  expect(await ask(`localhost:${collector.port}`)).toBe(200);
});

test('it refuses to listen beyond loopback without keys, and says why', async () => {
  const config = { ...parseConfig({}, 'test', {}), listen: { host: '0.0.0.0', port: 0 } };
  const ledger = new FakeLedger();
  await expect(startCollector(config, { ledger: ledger.asLedger() })).rejects.toThrow(
    expect.objectContaining({ code: 'LISTEN_UNPROTECTED', message: expect.stringContaining('ingestKeys') }),
  );
});

test('an address that is taken is a named error, and the ledger is released', async () => {
  const { collector } = await start();
  const ledger = new FakeLedger();
  const config = { ...parseConfig({}, 'test', {}), listen: { host: '127.0.0.1', port: collector.port } };
  await expect(startCollector(config, { ledger: ledger.asLedger() })).rejects.toThrow(CostspanError);
  await expect(startCollector(config, { ledger: ledger.asLedger() })).rejects.toThrow(
    expect.objectContaining({ code: 'LISTEN_FAILED' }),
  );
  expect(ledger.closed).toBe(true);
});

test('closing finishes open requests, then releases the ledger, then takes nothing', async () => {
  const { collector, ledger } = await start();
  const { promise: committed, resolve: commit } = gate();
  const { promise: asked, resolve: ask } = gate();
  ledger.write = async (batch) => {
    ask();
    await committed;
    expect(ledger.closed).toBe(false);
    return ledger.keep(batch);
  };
  const answer = send(collector);
  await asked;
  const closed = collector.close();
  commit();
  expect((await answer).status).toBe(200);
  await closed;
  await collector.close();
  expect(ledger.closed).toBe(true);
  await expect(fetch(`${collector.url}/healthz`)).rejects.toThrow();
});

test('closing cuts a request that does not end, at its deadline', async () => {
  const { collector, ledger } = await start({ closeTimeoutMs: 50 });
  const socket = connect(collector.port, '127.0.0.1');
  socket.on('error', () => {});
  const cut = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.write(
    'POST /v1/traces HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{',
  );
  await (await fetch(`${collector.url}/healthz`)).text();
  await collector.close();
  await cut;
  expect(ledger.closed).toBe(true);
});

test('a sender that is too slow with a request is answered 408', async () => {
  const { collector } = await start({ requestTimeoutMs: 50 });
  const answer = await new Promise<string>((resolve) => {
    const socket = connect(collector.port, '127.0.0.1').on('error', () => {});
    socket.once('data', (data) => resolve(data.toString()));
    socket.write(
      'POST /v1/traces HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{',
    );
  });
  expect(answer).toMatch(/^HTTP\/1\.1 408/);
});

test('a ledger that cannot be opened is a named error', async () => {
  const data = mkdtempSync(join(tmpdir(), 'costspan-'));
  writeFileSync(join(data, 'ledger.duckdb'), 'this is no ledger');
  const config = parseConfig({ listen: '127.0.0.1:0', data }, 'test', {});
  await expect(startCollector(config)).rejects.toThrow(LedgerUnavailableError);
  rmSync(data, { recursive: true });
});

test('connections beyond the bound are closed and counted', async () => {
  const { collector } = await start({ connectionsMax: 2 });
  const sockets = Array.from({ length: 4 }, () => connect(collector.port, '127.0.0.1').on('error', () => {}));
  const closed = sockets.map(
    (socket) => new Promise<string>((resolve) => socket.once('close', () => resolve('closed'))),
  );
  await Promise.race(closed);
  for (const socket of sockets) socket.destroy();
  await Promise.all(closed);
  expect(collector.metrics.get('connectionsRefused')).toBeGreaterThan(0);
});

test('the metrics are Prometheus text with a help and a type for each', async () => {
  const { collector } = await start();
  await send(collector, chatBody(3));
  const response = await fetch(`${collector.url}/metrics`);
  expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const text = await response.text();
  expect(text).toContain('\ncostspan_collector_calls_recorded_total 3\n');
  const families = new Map(
    [...text.matchAll(/^# HELP (\w+) .+\.\n# TYPE \1 (counter|gauge|histogram)$/gm)].map(([, name, type]) => [
      name,
      type,
    ]),
  );
  const samples = [...text.matchAll(/^(\w+)(?:\{.*\})? \S+$/gm)].map(([, name]) => name as string);
  expect(samples.length).toBeGreaterThan(10);
  for (const name of samples) {
    const isPart = families.get(name.replace(/_(bucket|sum|count)$/, '')) === 'histogram';
    expect([name, isPart || families.has(name)]).toEqual([name, true]);
  }
});

test('what was acknowledged just before closing is in the last push of metrics', async () => {
  const pushed: string[] = [];
  const backend = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    pushed.push((request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString('latin1'));
    response.end();
  });
  await new Promise<void>((resolve) => backend.listen(0, '127.0.0.1', resolve));
  const data = mkdtempSync(join(tmpdir(), 'costspan-close-'));
  try {
    const endpoint = `http://127.0.0.1:${(backend.address() as AddressInfo).port}`;
    const otlp = { endpoint, intervalMs: 3_600_000 };
    const settings = { listen: '127.0.0.1:0', grpcListen: 'none', data, commitIntervalMs: 60_000, metrics: { otlp } };
    const collector = await startCollector(parseConfig(settings, 'test', {}), { say: () => {} });
    expect((await send(collector)).status).toBe(200);
    await collector.close();
    expect(pushed.join()).toContain('costspan_calls_total');
    expect(pushed.join()).toContain('gpt-4o');
  } finally {
    backend.close();
    rmSync(data, { recursive: true });
  }
});
