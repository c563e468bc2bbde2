import { isObject, type Outcome } from '@costspan/usage';

/** How a rejected call or a broken stream ended. */
export interface Failure {
  readonly outcome: Outcome;
  /** A short code without content: what the provider calls it, else the HTTP status, else the error's class. */
  readonly type: string;
  /** The provider answered with an error, or was never reached: it bills nothing. */
  readonly isUnbilled: boolean;
}

const CODE = /^[\w.-]{1,64}$/;

/**
 * @param signal the abort signal the application passed, if any: an SDK reports some aborts as connection errors.
 * @param streaming the answer had begun to arrive. A connection that breaks then has cut it short.
 */
export function failureOf(error: unknown, signal: unknown, streaming: boolean): Failure {
  const type = errorType(error);
  if (isAbort(error) || (isObject(signal) && signal['aborted'] === true)) {
    return { outcome: 'cancelled', type, isUnbilled: false };
  }
  const outcome = streaming && !isFromProvider(error) ? 'truncated' : 'error';
  return { outcome, type, isUnbilled: !streaming && (hasStatus(error) || wasNeverReached(error)) };
}

/** System errors of a connection that was never made. After any other the provider may have worked, and may bill. */
const UNREACHED = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);
/** SDKs wrap `fetch`'s error, which wraps the system's. */
const CAUSES_MAX = 5;

function wasNeverReached(error: unknown): boolean {
  let cause = error;
  for (let depth = 0; depth < CAUSES_MAX && isObject(cause); depth += 1) {
    if (typeof cause['code'] === 'string' && UNREACHED.has(cause['code'])) return true;
    cause = cause['cause'];
  }
  return false;
}

/** `APIUserAbortError` of the SDKs, `AbortError` of the platform. */
function isAbort(error: unknown): boolean {
  return className(error) === 'APIUserAbortError' || (isObject(error) && error['name'] === 'AbortError');
}

/** The provider sent this error, as a response or as an event in the stream: both SDKs keep its body in `error`. */
function isFromProvider(error: unknown): boolean {
  return hasStatus(error) || (isObject(error) && isObject(error['error']));
}

function hasStatus(error: unknown): boolean {
  return isObject(error) && typeof error['status'] === 'number';
}

function errorType(error: unknown): string {
  if (isObject(error)) {
    for (const code of [error['code'], error['type'], nestedType(error['error'])]) {
      if (typeof code === 'string' && CODE.test(code)) return code;
    }
    if (typeof error['status'] === 'number') return String(error['status']);
  }
  return className(error) ?? '_OTHER';
}

function nestedType(body: unknown): unknown {
  if (!isObject(body)) return undefined;
  return isObject(body['error']) ? body['error']['type'] : body['type'];
}

function className(error: unknown): string | undefined {
  const name = isObject(error)
    ? (error as { readonly constructor?: { readonly name?: unknown } }).constructor?.name
    : undefined;
  return typeof name === 'string' && name !== '' ? name : undefined;
}
