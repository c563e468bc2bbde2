import type { Context, MiddlewareHandler } from 'hono';
import { RPC_PERMISSION_DENIED, RPC_UNAUTHENTICATED } from '../otlp/export-response.ts';
import { refuse } from '../receivers/otlp-answer.ts';
import type { SelfMetrics } from '../self-metrics.ts';
import type { AuditEntry, AuditLog } from './audit-log.ts';
import { type Door, doorOf } from './doors.ts';
import type { KeyRing } from './key-ring.ts';
import type { Principal } from './principal.ts';
import type { RequestLimit } from './request-limit.ts';
import type { Role } from './roles.ts';

/** Who may send spans and ask for decisions, over every transport. */
export const SENDERS: readonly Role[] = ['admin', 'ingest'];

export const KEY_MISSING =
  'send "Authorization: Bearer <key>" with a key that is in force: one of ingestKeys, or of "costspan keys list"';

export interface GuardParts {
  readonly keys: KeyRing;
  readonly metrics: SelfMetrics;
  /** Absent where nothing is kept. */
  readonly audit: AuditLog | undefined;
  /** Of every key, and of portal keys, which are in the hands of customers. */
  readonly limit: RequestLimit;
  readonly portalLimit: RequestLimit;
}

/** Lets senders of spans through. Only refusals are written to the audit log: the ledger has the rest. */
export function guardReceiver({ keys, metrics, audit }: GuardParts): MiddlewareHandler {
  return async (context, next) => {
    const principal = keys.authenticate(context.req.header('authorization'));
    if (principal !== undefined && SENDERS.includes(principal.role)) return next();
    const status = principal === undefined ? 401 : 403;
    metrics.add(status === 401 ? 'requestsUnauthorized' : 'requestsForbidden');
    audit?.write(entryOf(context, principal, '/v1/*', status));
    if (status === 403) {
      const message = `a key of the role ${principal?.role} may not send spans; make one with --role ingest`;
      return refuse(context, 403, RPC_PERMISSION_DENIED, message);
    }
    context.header('www-authenticate', 'Bearer realm="costspan"');
    return refuse(context, 401, RPC_UNAUTHENTICATED, KEY_MISSING);
  };
}

/**
 * Lets a request through where its key may open the door, within the limit of that key. Without keys everything passes; such
 * a collector listens on loopback only.
 */
export function guardApi(parts: GuardParts): MiddlewareHandler {
  const { keys, metrics, audit } = parts;
  return async (context, next) => {
    const principal = keys.authenticate(context.req.header('authorization'));
    if (!keys.isProtected) return next();
    const door = doorOf(context.req.method, context.req.path);
    const { refusal, headers } = admit(parts, door, principal);
    if (refusal === undefined) {
      context.set('principal', principal as Principal);
      await next();
      for (const [name, value] of Object.entries(headers)) context.res.headers.set(name, value);
    } else {
      metrics.add(COUNTERS[refusal.status]);
      context.res = problem(refusal.status, refusal.detail, headers);
    }
    const { status } = context.res;
    if (door?.isHot && status < 400) return;
    audit?.write(entryOf(context, principal, door?.path ?? '(none)', status));
  };
}

type Refused = 401 | 403 | 429;

interface Admission {
  readonly refusal?: { readonly status: Refused; readonly detail: string };
  readonly headers: Readonly<Record<string, string>>;
}

const TITLES: Readonly<Record<Refused, string>> = { 401: 'Unauthorized', 403: 'Forbidden', 429: 'Too Many Requests' };

const COUNTERS = { 401: 'requestsUnauthorized', 403: 'requestsForbidden', 429: 'requestsLimited' } as const;

function admit(
  { limit, portalLimit }: GuardParts,
  door: Door | undefined,
  principal: Principal | undefined,
): Admission {
  if (principal === undefined) {
    return {
      refusal: { status: 401, detail: KEY_MISSING },
      headers: { 'www-authenticate': 'Bearer realm="costspan"' },
    };
  }
  const { role, customers, id } = principal;
  const isMeant =
    role === 'admin' || (door?.roles.includes(role) === true && (customers === undefined || door.isScoped));
  if (!isMeant) return { refusal: { status: 403, detail: forbidden(principal, door) }, headers: {} };
  if (door?.isHot) return { headers: {} };
  const { isAllowed, headers } = (role === 'portal' ? portalLimit : limit).take(id, performance.now());
  if (isAllowed) return { headers };
  return { refusal: { status: 429, detail: 'this key asks too often; see Retry-After' }, headers };
}

function forbidden({ role, customers }: Principal, door: Door | undefined): string {
  const whose = customers === undefined ? '' : ' that is kept to customers';
  return `a key of the role ${role}${whose} may not ask for ${door === undefined ? 'this' : `${door.method} ${door.path}`}`;
}

function problem(status: Refused, detail: string, headers: Readonly<Record<string, string>> = {}): Response {
  const body = { type: 'about:blank', title: TITLES[status], status, detail, errors: [] };
  return Response.json(body, { status, headers: { 'content-type': 'application/problem+json', ...headers } });
}

function entryOf(context: Context, principal: Principal | undefined, route: string, status: number): AuditEntry {
  const requestId = context.get('requestId');
  return {
    atMs: Date.now(),
    key: principal?.id ?? null,
    ...(principal && { role: principal.role }),
    ...(principal?.customers && { customers: principal.customers }),
    method: context.req.method,
    route,
    status,
    ...(requestId === undefined ? {} : { requestId }),
  };
}
