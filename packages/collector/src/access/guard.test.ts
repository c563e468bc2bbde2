import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { DOORS } from './doors.ts';
import { type KeyHttp, SENT_FROM, SENT_TO, startKeyHttp } from './key-http.contract.ts';
import { ROLES } from './roles.ts';

let http: KeyHttp;
afterEach(() => http.close());

const CALLS = [{ customer_id: 'acme' }];

test('each role opens its doors and no other', async () => {
  http = await startKeyHttp({ access: { requestsPerMinute: 0, portalRequestsPerMinute: 0 } });
  const customers = ['acme'];
  for (const role of ROLES) {
    const token = http.make({ role, ...(role === 'portal' && { customers }) });
    const mayRead = role === 'admin' || role === 'ingest';
    expect([role, (await http.send(token, CALLS)).status]).toEqual([role, mayRead ? 200 : 403]);
    for (const { method, path, roles } of DOORS) {
      const { status } = await http.ask(path, token, { method, ...(method === 'POST' && { body: '{}' }) });
      const mayAsk = role === 'admin' || (roles as readonly string[]).includes(role);
      expect([role, method, path, status === 403]).toEqual([role, method, path, !mayAsk]);
    }
    const { status } = await http.ask('/api/v1/nowhere', token);
    expect([role, status]).toEqual([role, role === 'admin' ? 404 : 403]);
  }
});

test('a viewer that is kept to customers sees theirs, and opens no door of all', async () => {
  http = await startKeyHttp();
  const admin = http.make({ role: 'admin' });
  await http.send(admin, [{ customer_id: 'acme' }, { customer_id: 'globex' }, { customer_id: 'initech' }, {}]);
  const viewer = http.make({ role: 'viewer', customers: ['acme', 'globex'] });
  const body = JSON.stringify({ from: SENT_FROM, to: SENT_TO, metrics: ['calls'], groupBy: ['customer_id'] });
  const answer = await http.ask('/api/v1/usage/query', viewer, { method: 'POST', body });
  expect(await answer.json()).toMatchObject({ total: { calls: 2 } });
  for (const path of ['/metrics', '/api/v1/quota/status', `/api/v1/traces/${'a'.repeat(32)}`]) {
    expect((await http.ask(path, viewer)).status).toBe(403);
  }
  const range = `from=${SENT_FROM}&to=${SENT_TO}`;
  expect((await http.ask(`/api/v1/portal/report?${range}`, viewer)).status).toBe(400);
  const report = await http.ask(`/api/v1/portal/report?${range}&customer_id=initech`, viewer);
  expect(await report.json()).toMatchObject({ total: { calls: 0 }, models: [] });
});

test('prompts and answers reach nobody: the ledger has none', async () => {
  http = await startKeyHttp();
  const admin = http.make({ role: 'admin' });
  const { callSpan } = await import('./key-http.contract.ts');
  const span = callSpan(1, { customer_id: 'acme' }) as { attributes: object[]; traceId: string; spanId: string };
  span.attributes.push({ key: 'gen_ai.input.messages', value: { stringValue: 'a-secret-prompt' } });
  await http.sendSpans(admin, [span]);
  const viewer = http.make({ role: 'viewer' });
  for (const path of [`/api/v1/calls/${span.traceId}-${span.spanId}`, `/api/v1/traces/${span.traceId}`]) {
    const answer = await http.ask(path, viewer);
    expect([answer.status, (await answer.text()).includes('a-secret-prompt')]).toEqual([200, false]);
  }
});

test('a key that asks too often is told when to come again, and others are not held up', async () => {
  http = await startKeyHttp({ access: { requestsPerMinute: 3 } });
  const [one, other] = [http.make({ role: 'viewer' }), http.make({ role: 'viewer' })];
  const statuses: number[] = [];
  let last: Response | undefined;
  // A minute's worth comes free every 20 s: on a slow machine a request more may pass.
  for (let count = 0; count < 30 && last?.status !== 429; count += 1) {
    last = await http.ask('/api/v1/openapi.json', one);
    statuses.push(last.status);
  }
  expect(statuses.slice(0, 3)).toEqual([200, 200, 200]);
  expect(last?.status).toBe(429);
  expect(Number(last?.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(last?.headers.get('ratelimit')).toMatch(/^"api";r=0;t=\d+$/);
  expect((await http.ask('/api/v1/openapi.json', other)).headers.get('ratelimit')).toMatch(/^"api";r=2;t=\d+$/);
  expect((await http.ask('/metrics', http.make({ role: 'admin' }))).status).toBe(200);
});

test('the audit log says who asked for what, and holds no secret and no question', async () => {
  http = await startKeyHttp();
  const viewer = http.make({ role: 'viewer', name: 'finance' });
  const question = {
    from: SENT_FROM,
    to: SENT_TO,
    metrics: ['calls'],
    filters: [{ field: 'team', op: 'eq', value: 'a-question' }],
  };
  await http.ask('/api/v1/usage/query', viewer, {
    method: 'POST',
    body: JSON.stringify(question),
    headers: { 'x-request-id': 'req-1' },
  });
  await http.ask('/api/v1/calls/a-made-up-id', viewer);
  await http.ask('/api/v1/calls', 'a-wrong-key');
  await http.ask('/metrics', http.make({ role: 'ingest' }));
  await http.send('another-wrong-key', CALLS);
  const folder = join(http.data, 'access');
  const log = () => readFileSync(join(folder, 'audit.ndjson'), 'utf8').trim().split('\n');
  await vi.waitUntil(() => readdirSync(folder).includes('audit.ndjson') && log().length === 5, { timeout: 60_000 });
  expect(log().map((line) => JSON.parse(line) as object)).toMatchObject([
    {
      key: viewer.split('_')[1],
      role: 'viewer',
      method: 'POST',
      route: '/api/v1/usage/query',
      status: 200,
      request_id: 'req-1',
    },
    { route: '/api/v1/calls/:id', status: 404 },
    { key: null, route: '/api/v1/calls', status: 401 },
    { role: 'ingest', route: '/metrics', status: 403 },
    { key: null, route: '/v1/*', status: 401 },
  ]);
  for (const secret of ['a-question', 'a-wrong-key', 'a-made-up-id', viewer.split('_').slice(2).join('_')]) {
    expect(log().join('')).not.toContain(secret);
  }
});

test('the page of the portal loads its own files, and no answer of the API', async () => {
  http = await startKeyHttp();
  http.make({});
  const page = await http.ask('/portal');
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
  const html = await page.text();
  const files = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] as string);
  expect(files).toEqual(['/portal/portal.css', '/portal/portal.js']);
  for (const file of files) expect((await http.ask(file)).status).toBe(200);
});
