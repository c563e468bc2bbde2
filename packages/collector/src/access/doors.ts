import type { Role } from './roles.ts';

/** A route, and whom it lets in besides `admin`, which may do everything. */
export interface Door {
  readonly method: 'GET' | 'POST';
  /** As routes are written: a part that begins with `:` stands for any one part. */
  readonly path: string;
  readonly roles: readonly Exclude<Role, 'admin'>[];
  /**
   * True where every answer is made from the ledger of `ledgerOf` or the exports of `scopedExports`, so that a key which is kept to customers may ask:
   * it sees theirs. Elsewhere such a key is refused.
   */
  readonly isScoped: boolean;
  /** True for what applications ask before every call: it is neither limited nor written to the audit log. */
  readonly isHot?: true;
}

/**
 * Every route that needs a key. What is not here is for `admin` alone: a route that is forgotten is closed, and `doors.test.ts`
 * finds it.
 */
export const DOORS: readonly Door[] = [
  { method: 'POST', path: '/api/v1/usage/query', roles: ['viewer', 'portal'], isScoped: true },
  { method: 'POST', path: '/api/v1/usage/drivers', roles: ['viewer', 'portal'], isScoped: true },
  { method: 'POST', path: '/api/v1/usage/organisation', roles: ['viewer', 'portal'], isScoped: true },
  { method: 'POST', path: '/api/v1/usage/correlation', roles: ['viewer', 'portal'], isScoped: true },
  { method: 'GET', path: '/api/v1/usage/fields', roles: ['viewer', 'portal'], isScoped: true },
  { method: 'GET', path: '/api/v1/usage/values', roles: ['viewer', 'portal'], isScoped: true },
  { method: 'GET', path: '/api/v1/usage/export', roles: ['viewer', 'portal'], isScoped: true },
  { method: 'GET', path: '/api/v1/periods', roles: ['viewer'], isScoped: false },
  { method: 'POST', path: '/api/v1/periods/:month/close', roles: [], isScoped: false },
  { method: 'GET', path: '/api/v1/periods/:month/statement', roles: ['viewer'], isScoped: false },
  { method: 'GET', path: '/api/v1/reratings', roles: ['viewer'], isScoped: false },
  { method: 'POST', path: '/api/v1/reratings', roles: [], isScoped: false },
  { method: 'GET', path: '/api/v1/reratings/:number/adjustments', roles: ['viewer'], isScoped: false },
  { method: 'GET', path: '/api/v1/calls', roles: ['viewer', 'portal'], isScoped: true },
  { method: 'GET', path: '/api/v1/calls/:id', roles: ['viewer', 'portal'], isScoped: true },
  // Of a trace the spans above the calls name agents and tools, and nobody says for which customer.
  { method: 'GET', path: '/api/v1/traces/:trace_id', roles: ['viewer'], isScoped: false },
  { method: 'GET', path: '/api/v1/portal/report', roles: ['viewer', 'portal'], isScoped: true },
  { method: 'POST', path: '/api/v1/quota/decisions', roles: ['ingest'], isScoped: false, isHot: true },
  { method: 'POST', path: '/api/v1/quota/decisions/:id/settle', roles: ['ingest'], isScoped: false, isHot: true },
  { method: 'POST', path: '/api/v1/quota/decisions/:id/release', roles: ['ingest'], isScoped: false, isHot: true },
  { method: 'POST', path: '/api/v1/quota/decisions/:id/extend', roles: ['ingest'], isScoped: false, isHot: true },
  { method: 'POST', path: '/api/v1/quota/explain', roles: ['viewer'], isScoped: false },
  { method: 'GET', path: '/api/v1/quota/status', roles: ['viewer', 'ingest'], isScoped: false },
  { method: 'GET', path: '/api/v1/quota/rules', roles: ['viewer', 'ingest'], isScoped: false },
  // The regions beside this one are answered in full, so it is nothing for a key that is kept to customers.
  { method: 'POST', path: '/api/v1/residency/query', roles: ['viewer'], isScoped: false },
  { method: 'POST', path: '/api/v1/privacy/erasures', roles: [], isScoped: false },
  { method: 'GET', path: '/api/v1/openapi.json', roles: ['viewer', 'portal', 'ingest'], isScoped: true },
  { method: 'POST', path: '/api/svc/v1/llm-gateway/metrics/query', roles: ['viewer', 'portal'], isScoped: true },
  { method: 'GET', path: '/metrics', roles: ['viewer'], isScoped: false },
];

const byLength = new Map<number, readonly (Door & { readonly parts: readonly string[] })[]>();
for (const door of DOORS) {
  const parts = door.path.split('/');
  byLength.set(parts.length, [...(byLength.get(parts.length) ?? []), { ...door, parts }]);
}

/** The door of a request; `undefined` when nobody has made one. @param path as the router matches it */
export function doorOf(method: string, path: string): Door | undefined {
  const parts = path.split('/');
  const asked = method === 'HEAD' ? 'GET' : method;
  return byLength
    .get(parts.length)
    ?.find(
      (door) =>
        door.method === asked &&
        door.parts.every((part, index) => (part.startsWith(':') ? parts[index] !== '' : part === parts[index])),
    );
}
