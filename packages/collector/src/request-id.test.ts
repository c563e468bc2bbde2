import { Hono } from 'hono';
import { beforeEach, expect, test } from 'vitest';
import { apiRoutes } from './api/routes.ts';
import { openReferenceLedger } from './ledger/reference-ledger.contract.ts';
import { nameRequest } from './request-id.ts';

let said: string[];
let app: Hono;
beforeEach(() => {
  said = [];
  const ledger = openReferenceLedger(() => 0);
  const broken = { ...ledger, trace: () => Promise.reject(new Error('the disk is on fire')) };
  app = new Hono();
  app.use('/api/*', nameRequest);
  app.route(
    '/api/v1',
    apiRoutes(broken, (message) => said.push(message)),
  );
});

const idOf = async (path: string, headers: Record<string, string> = {}) =>
  (await app.request(path, { headers })).headers.get('x-request-id');

test.each([
  ['an answer', '/api/v1/usage/fields'],
  ['a mistake', '/api/v1/calls?limit=no'],
  ['nothing there', '/api/v1/calls/none'],
  ['a defect', `/api/v1/traces/${'a'.repeat(32)}`],
  ['no path of ours', '/api/v1/nowhere'],
])('%s carries the id of its request', async (_, path) => {
  expect(await idOf(path, { 'x-request-id': 'checkout:42/a=b' })).toBe('checkout:42/a=b');
});

test('a request without an id, or with one that no log could hold, gets one of its own', async () => {
  const ids = [
    await idOf('/api/v1/openapi.json'),
    await idOf('/api/v1/openapi.json', { 'x-request-id': '' }),
    await idOf('/api/v1/openapi.json', { 'x-request-id': 'two words' }),
    await idOf('/api/v1/openapi.json', { 'x-request-id': 'x'.repeat(129) }),
  ];
  for (const id of ids) expect(id).toMatch(/^[0-9a-f-]{36}$/);
  expect(new Set(ids).size).toBe(4);
});

test('what went wrong is logged with the id that the asker was told', async () => {
  const id = await idOf(`/api/v1/traces/${'a'.repeat(32)}`);
  expect(said).toEqual([expect.stringContaining(`(request ${id}) failed: Error: the disk is on fire`)]);
});
