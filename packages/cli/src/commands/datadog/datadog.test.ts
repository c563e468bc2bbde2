import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { runCommand } from '../../run-command.contract.ts';

const scratch = mkdtempSync(join(tmpdir(), 'costspan-datadog-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Keeps monitors and dashboards: just enough of an API for a command. What Datadog refuses is tested where it is pushed. */
let server: Server;
let url: string;
let asked: string[];
/** Whether its parser refuses sums of a day. */
let refusing: boolean;
const kept = new Map<string, Record<string, unknown>>();
beforeEach(async () => {
  asked = [];
  refusing = false;
  kept.clear();
  let next = 1;
  server = createServer((request, response) => {
    let text = '';
    request.on('data', (part: Buffer) => {
      text += part.toString();
    });
    request.on('end', () => {
      const path = (request.url ?? '').split('?')[0] ?? '';
      const [, , , kind = '', id = ''] = path.split('/');
      asked.push(`${request.method} ${kind}`);
      const send = (body: unknown): void => {
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      };
      if (kind === 'usage') return send({ rows: ROWS });
      const all = [...kept].filter(([key]) => key.startsWith(kind)).map(([, body]) => body);
      if (request.method === 'GET' && id === '') return send(kind === 'dashboard' ? { dashboards: all } : all);
      if (request.method === 'GET') return send(kept.get(`${kind}/${id}`));
      if (request.method === 'DELETE') {
        kept.delete(`${kind}/${id}`);
        return send({});
      }
      if (id === 'validate' && text.includes('sum(last_1d)') && refusing) {
        response.writeHead(400, { 'content-type': 'application/json' });
        response.end('{"errors":["The value provided for parameter \'query\' is invalid"]}');
        return;
      }
      if (id === 'validate') return send({});
      const own = id === '' ? String(next++) : id;
      const body = { ...(JSON.parse(text) as object), id: kind === 'monitor' ? Number(own) : own };
      kept.set(`${kind}/${own}`, body);
      return send(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.close().closeAllConnections();
});

const ROWS = [
  {
    provider: 'openai',
    model: 'gpt-4o',
    customer_id: 'acme',
    feature_name: 'chat',
    team: '(untagged)',
    environment: 'prod',
    cost: '0.25',
  },
  {
    provider: 'openai',
    model: 'no-price',
    customer_id: 'acme',
    feature_name: 'chat',
    team: 'a',
    environment: 'prod',
    cost: null,
  },
];
const KEYS = { env: { DD_API_KEY: 'api-secret', DD_APP_KEY: 'app-secret' } };

test('a plan is drift until it is applied, an apply without --yes writes nothing, and a second one reads only', async () => {
  const planned = await runCommand(['datadog', 'plan', '--url', url], KEYS);
  expect(planned).toMatchObject({ code: 1, out: expect.stringContaining('+ dashboard executive') });
  const dry = await runCommand(['datadog', 'apply', '--url', url], KEYS);
  expect(dry).toMatchObject({ code: 1, out: expect.stringContaining('add --yes') });
  expect(asked.filter((one) => !one.startsWith('GET'))).toEqual([]);
  expect(await runCommand(['datadog', 'apply', '--url', url, '--yes'], KEYS)).toMatchObject({ code: 0 });
  asked.length = 0;
  const again = await runCommand(['datadog', 'apply', '--url', url, '--yes'], KEYS);
  expect(again).toMatchObject({ code: 0, out: expect.stringContaining('0 to create, 0 to update') });
  expect(asked.filter((one) => !one.startsWith('GET'))).toEqual([]);
  expect((await runCommand(['datadog', 'plan', '--url', url], KEYS)).code).toBe(0);
});

test('thresholds come from a file, and prune deletes what is shipped no more', async () => {
  await runCommand(['datadog', 'apply', '--url', url, '--yes'], KEYS);
  const file = join(scratch, 'variables.json');
  writeFileSync(file, '{"customerDayUsd": 7}');
  const drift = await runCommand(['datadog', 'plan', '--url', url, '--variables', file], KEYS);
  expect(drift).toMatchObject({ code: 1, out: expect.stringContaining('~ monitor customer-day  (query') });
  kept.set('monitor/99', {
    id: 99,
    name: 'old',
    type: 'query alert',
    query: 'x',
    tags: ['managed-by:costspan', 'costspan-key:old'],
  });
  const named = await runCommand(['datadog', 'prune', '--url', url], KEYS);
  expect(named).toMatchObject({ code: 1, out: expect.stringContaining('- monitor old (99)') });
  expect(kept.has('monitor/99')).toBe(true);
  await runCommand(['datadog', 'prune', '--url', url, '--yes'], KEYS);
  expect(kept.has('monitor/99')).toBe(false);
});

test('keys come from the environment and are in no output', async () => {
  const without = await runCommand(['datadog', 'plan', '--url', url], { env: {} });
  expect(without).toMatchObject({ code: 1, err: expect.stringContaining('DD_API_KEY') });
  const { out, err } = await runCommand(['datadog', 'plan', '--url', 'http://127.0.0.1:1'], KEYS);
  expect(out + err).not.toMatch(/api-secret|app-secret/);
});

test('what is shipped passes the lint; a broken file does not, and says where', async () => {
  expect(await runCommand(['datadog', 'lint'])).toMatchObject({ code: 0, out: expect.stringContaining('0 mistakes') });
  const file = join(scratch, 'broken.json');
  writeFileSync(file, '{"title": "x", "layout_type": "grid", "widgets": []}');
  const broken = await runCommand(['datadog', 'lint', file]);
  expect(broken).toMatchObject({ code: 1, out: expect.stringContaining('layout_type: must be one of') });
  writeFileSync(file, '{');
  expect(await runCommand(['datadog', 'lint', file])).toMatchObject({
    code: 1,
    err: expect.stringContaining('broken.json'),
  });
});

test('a live lint asks Datadog’s parser about each monitor, tells its words, and writes nothing', async () => {
  const asks = ['datadog', 'lint', '--live', '--url', url];
  expect(await runCommand(asks, KEYS)).toMatchObject({ code: 0, out: expect.stringContaining('0 mistakes') });
  expect(new Set(asked)).toEqual(new Set(['POST monitor']));
  expect(kept.size).toBe(0);
  refusing = true;
  expect(await runCommand(asks, KEYS)).toMatchObject({
    code: 1,
    out: expect.stringMatching(/customer-day\.json: .*parameter 'query' is invalid \[DATADOG_REFUSED\]/),
  });
  const away = await runCommand(['datadog', 'lint', '--live', '--url', 'http://127.0.0.1:1'], KEYS);
  expect(away).toMatchObject({ code: 1, out: '' });
});

test('an export has files that can be kept: what Datadog has, or what would be sent, with Terraform', async () => {
  await runCommand(['datadog', 'apply', '--url', url, '--yes'], KEYS);
  const dir = join(scratch, 'export');
  expect((await runCommand(['datadog', 'export', dir, '--url', url], KEYS)).code).toBe(0);
  expect(readdirSync(join(dir, 'monitors'))).toContain('no-data.json');
  const shipped = join(scratch, 'shipped');
  expect((await runCommand(['datadog', 'export', shipped, '--shipped'])).code).toBe(0);
  expect(readFileSync(join(shipped, 'main.tf'), 'utf8')).toContain('datadog_dashboard_json');
});

test('a variables file with mistakes names all of them', async () => {
  const file = join(scratch, 'wrong.json');
  writeFileSync(file, '{"team": "No Spaces", "errorShare": -1, "colour": "red"}');
  const wrong = await runCommand(['datadog', 'lint', '--variables', file]);
  expect(wrong.code).toBe(1);
  for (const name of ['team', 'errorShare', 'colour']) expect(wrong.err).toContain(`${name}:`);
});

test('custom metrics are estimated before anything is sent', async () => {
  const { out, code } = await runCommand([
    'datadog',
    'series',
    '--customers',
    '2000',
    '--features',
    '1',
    '--density',
    '1',
  ]);
  expect(code).toBe(0);
  expect(out).toMatch(/costspan_cost_usd_total\s+count\s+24000/);
});

test('spend of days becomes Custom Costs line items; what has no cost has none', async () => {
  const { out, err, code } = await runCommand([
    'datadog',
    'costs',
    '--url',
    url,
    '--from',
    '2026-11-01',
    '--to',
    '2026-11-03',
  ]);
  expect(code).toBe(0);
  expect(err).toContain('2 items, 0.5 USD');
  expect(JSON.parse(out)).toMatchObject([
    {
      ProviderName: 'openai',
      ChargePeriodStart: '2026-11-01',
      BilledCost: 0.25,
      Tags: { customer_id: 'acme', environment: 'prod', feature_name: 'chat' },
    },
    { ChargePeriodStart: '2026-11-02' },
  ]);
  expect(await runCommand(['datadog', 'costs', '--from', 'yesterday', '--to', '2026-11-03'])).toMatchObject({
    code: 2,
  });
});
