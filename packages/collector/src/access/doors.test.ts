import { Hono } from 'hono';
import { inspectRoutes } from 'hono/dev';
import { expect, test } from 'vitest';
import { openApiDocument } from '../api/openapi.ts';
import { apiRoutes, truefoundryRoutes } from '../api/routes.ts';
import { collectorApp } from '../app.ts';
import { openReferenceLedger } from '../ledger/reference-ledger.contract.ts';
import { DOORS, doorOf } from './doors.ts';
import { ROLES } from './roles.ts';

type Document = {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly servers?: readonly { url: string }[] }>>>>;
};

const operations = Object.entries((openApiDocument() as Document).paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, { servers }]) => ({
    method: method.toUpperCase(),
    path: `${servers?.[0]?.url ?? '/api/v1'}${path.replaceAll(/\{(\w+)\}/g, ':$1')}`,
  })),
);

/** Paths that hold nothing of anybody, or ask for a key themselves. */
const OPEN = [/^\/healthz$/, /^\/readyz$/, /^\/portal(\/|$)/, /^\/\*$/, /^\/v1\//, /^\/envoy\/ext_authz\//];

test.each(operations)('$method $path of the document says whom it lets in', ({ method, path }) => {
  expect(DOORS.filter((door) => door.method === method && door.path === path)).toHaveLength(1);
});

test('every route of the collector is behind a door, or holds nothing of anybody', () => {
  const ledger = openReferenceLedger(() => 0);
  const app = collectorApp({
    access: { keys: undefined },
    api: apiRoutes(ledger),
    gateway: truefoundryRoutes(ledger),
    page: new Hono(),
    corsOrigins: [],
  } as unknown as Parameters<typeof collectorApp>[0]);
  const routes = inspectRoutes(app).filter(({ isMiddleware, method, path }) => {
    const isPage = !path.startsWith('/api/') && path !== '/metrics';
    return !isMiddleware && method !== 'ALL' && !isPage;
  });
  expect(routes.length).toBeGreaterThan(10);
  const closed = routes.filter(({ method, path }) => {
    const isRefused = ['PUT', 'PATCH', 'DELETE'].includes(method) || (method === 'POST' && isRead(path));
    return !isRefused && !OPEN.some((open) => open.test(path)) && doorOf(method, path) === undefined;
  });
  expect(closed.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
});

/** Asked with another method than GET these answer 405. */
function isRead(path: string): boolean {
  return doorOf('GET', path) !== undefined;
}

test('no door stands where there is no route', () => {
  const known = new Set(operations.map(({ method, path }) => `${method} ${path}`));
  const lost = DOORS.filter(({ method, path }) => path !== '/metrics' && !known.has(`${method} ${path}`));
  expect(lost).toEqual([]);
});

test('a door is found by its very path', () => {
  expect(doorOf('GET', '/api/v1/calls/abc')?.path).toBe('/api/v1/calls/:id');
  expect(doorOf('HEAD', '/api/v1/calls')?.path).toBe('/api/v1/calls');
  for (const path of ['/api/v1/calls/', '/api/v1/calls/a/b', '/api/v1', '/api/v1/Calls', '//api/v1/calls']) {
    expect(doorOf('GET', path)).toBeUndefined();
  }
  expect(doorOf('POST', '/api/v1/calls')).toBeUndefined();
});

test('a portal key opens only doors whose answers are of its customer', () => {
  for (const door of DOORS.filter(({ roles }) => roles.includes('portal'))) expect(door.isScoped).toBe(true);
  for (const { roles } of DOORS) for (const role of roles) expect(ROLES).toContain(role);
});
