import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { callSpan, SENT_FROM, SENT_TO } from '../access/key-http.contract.ts';
import { parseConfig } from '../config/parse-config.ts';
import { encodeProtobuf, type PlainRequest } from '../otlp/decoder.contract.ts';
import { type Collector, startCollector } from '../start-collector.ts';
import { proveResidency } from './prove-residency.ts';

let folder: string;
let collector: Collector | undefined;
let said: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'costspan-residency-'));
  said = [];
});
afterEach(async () => {
  await collector?.close();
  collector = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const away = { away: { endpoint: 'http://127.0.0.1:9', retry: { delayMs: 60_000 } } };

const settings = () => ({
  listen: '127.0.0.1:0',
  data: join(folder, 'us'),
  exporters: away,
  closeTimeoutMs: 0,
  residency: {
    regions: {
      eu: { data: join(folder, 'eu'), exporters: away, closeTimeoutMs: 0 },
      gulf: { data: join(folder, 'gulf'), exporters: away, closeTimeoutMs: 0 },
    },
    rules: [
      { when: { data_region: ['eu', 'ch'] }, to: 'eu' },
      { when: { customer_id: 'aramco-*' }, to: 'gulf' },
      { when: { region: 'me-*' }, to: 'gulf' },
    ],
  },
});

async function start(): Promise<Collector> {
  collector = await startCollector(parseConfig(settings(), 'test', {}), { say: (message) => said.push(message) });
  return collector;
}

const SECRET = 'a-secret-of-the-eu';
/** The call of the EU, and a step of its trace that says nothing about where it belongs. */
const euSpans = () => {
  const call = callSpan(1, { customer_id: SECRET, data_region: 'eu' }) as { readonly traceId: string };
  return [{ ...callSpan(7, {}), traceId: call.traceId, name: `${SECRET} step`, attributes: [] }, call];
};
const usSpan = () => callSpan(2, { customer_id: 'usco', data_region: 'us' });
const gulfSpan = () => callSpan(3, { customer_id: 'aramco-1' });

async function send(spans: readonly object[], format: 'json' | 'protobuf'): Promise<Response> {
  const plain = { resourceSpans: [{ scopeSpans: [{ spans }] }] };
  const body =
    format === 'json' ? Buffer.from(JSON.stringify(plain)) : encodeProtobuf(plain as unknown as PlainRequest);
  const type = format === 'json' ? 'application/json' : 'application/x-protobuf';
  return fetch(new URL('/v1/traces', collector?.url), {
    method: 'POST',
    headers: { 'content-type': type },
    body: new Uint8Array(body),
  });
}

const question = { from: SENT_FROM, to: SENT_TO, metrics: ['calls', 'cost'] };

async function ask(
  url: string,
  path: string,
  body: object,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const answer = await fetch(new URL(path, url), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

function filesWith(text: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path).includes(text))
    .map((path) => path.slice(folder.length + 1));
}

describe.each(['json', 'protobuf'] as const)('%s', (format) => {
  test('nothing of a call of the EU is in a ledger, journal, queue, metric or log of another region', async () => {
    const { url, regions } = await start();
    expect((await send([...euSpans(), usSpan(), gulfSpan()], format)).status).toBe(200);
    // A later span of the trace, in a request of its own.
    const [step] = euSpans() as unknown as [Record<string, unknown>];
    expect((await send([{ ...step, spanId: 'e'.repeat(16) }], format)).status).toBe(200);
    const eu = regions.get('eu') as Collector;
    const gulf = regions.get('gulf') as Collector;
    for (const [each, customer] of [
      [url, 'usco'],
      [eu.url, SECRET],
      [gulf.url, 'aramco-1'],
    ] as const) {
      const { body } = await ask(each, '/api/v1/usage/query', { ...question, groupBy: ['customer_id'] });
      expect(body['rows']).toEqual([{ customer_id: customer, calls: 1, cost: '0.0035' }]);
    }
    const found = filesWith(SECRET);
    expect(found.filter((path) => path.startsWith('eu/queue'))).not.toEqual([]);
    expect(found.filter((path) => /^eu\/(ledger|journal)/.test(path))).not.toEqual([]);
    expect(found.filter((path) => !path.startsWith('eu/'))).toEqual([]);
    expect(filesWith('usco').filter((path) => !path.startsWith('us/'))).toEqual([]);
    expect(said.filter((line) => line.includes(SECRET))).toEqual([]);
    const metricsOf = async (of: string) => (await fetch(new URL('/metrics', of))).text();
    expect(await metricsOf(eu.url)).toContain(SECRET);
    for (const other of [url, gulf.url]) expect(await metricsOf(other)).not.toContain(SECRET);
  });
});

test('a question across regions is answered with sums, and with nothing that names a customer or a call', async () => {
  const { url } = await start();
  await send([...euSpans(), usSpan(), gulfSpan()], 'json');
  const { body } = await ask(url, '/api/v1/residency/query', { ...question, groupBy: ['model'] });
  const row = { model: 'gpt-4o', calls: 1, cost: '0.0035' };
  const own = { rows: [row], total: { calls: 1, cost: '0.0035' } };
  expect(body).toEqual({
    regions: ['here', 'eu', 'gulf'].map((region) => ({ region, ...own })),
    total: { calls: 3, cost: '0.0105' },
  });
  for (const over of [
    { groupBy: ['customer_id'] },
    { groupBy: ['conversation_id'] },
    { filters: [{ any: [{ field: 'customer_id', op: 'eq', value: SECRET }] }] },
    { filters: [{ field: 'cost', op: 'gt', value: '0' }] },
  ]) {
    expect(await ask(url, '/api/v1/residency/query', { ...question, ...over })).toMatchObject({
      status: 400,
      body: { errors: [{ code: 'FIELD_REGIONAL' }] },
    });
  }
});

test('the proof finds every mark at home and nowhere else', async () => {
  const proof = await proveResidency(parseConfig(settings(), 'test', {}));
  expect(proof.checks.map(({ region, leaks }) => ({ region, leaks }))).toEqual([
    { region: 'eu', leaks: [] },
    { region: 'gulf', leaks: [] },
    { region: 'gulf', leaks: [] },
  ]);
  for (const { ownPlaces, region } of proof.checks) {
    expect(ownPlaces).toEqual(expect.arrayContaining([expect.stringMatching(`^${region}/queue/`)]));
  }
  expect(proof.checks[0]?.ownPlaces).toContain('eu/metrics');
  expect(proof).toMatchObject({ isProven: true });
  // It worked in a directory of its own.
  expect(readdirSync(folder)).toEqual([]);
});

test.each([
  [{ regions: {}, rules: [] }, 'RESIDENCY_EMPTY'],
  [{ regions: { eu: {} }, rules: [{ when: { a: 'b' }, to: 'eu' }] }, 'REGION_DATA'],
  [{ regions: { eu: { data: './.costspan' } }, rules: [{ when: { a: 'b' }, to: 'eu' }] }, 'REGION_DATA'],
  [{ regions: { EU: { data: 'x' } }, rules: [{ when: { a: 'b' }, to: 'EU' }] }, 'REGION_NAME'],
  [{ regions: { eu: { data: 'x' } }, rules: [{ when: { a: 'b' }, to: 'us' }] }, 'REGION_UNKNOWN'],
  [{ regions: { eu: { data: 'x' } }, rules: [{ to: 'eu' }] }, 'RULE_EMPTY'],
  [{ regions: { eu: { data: 'x' } }, rules: [{ when: { a: 1 }, to: 'eu' }] }, 'RULE_VALUE'],
  [{ regions: { eu: { data: 'x', lateAfterMs: -1 } }, rules: [{ when: { a: 'b' }, to: 'eu' }] }, 'OPTION_NUMBER'],
])('%j is refused as %s', (residency, code) => {
  expect(() => parseConfig({ residency }, 'test', {})).toThrow(code);
});
