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
 * @param abortsOnlyBySignal an abort without the signal is the SDK's own: its timeout.
 * @param streaming the answer had begun to arrive. A connection that breaks then has cut it short.
 */
export function failureOf(error: unknown, signal: unknown, streaming: boolean, abortsOnlyBySignal = false): Failure {
  const isOurs = isObject(signal) && signal['aborted'] === true;
  const looksAborted = isAbort(error);
  const type = looksAborted && !isOurs && abortsOnlyBySignal ? 'timeout' : errorType(error);
  if (isOurs || (looksAborted && !abortsOnlyBySignal)) return { outcome: 'cancelled', type, isUnbilled: false };
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

/** The provider sent this error, as a response or as an event in the stream: SDKs keep its body in `error`, AWS says whose fault it was. */
function isFromProvider(error: unknown): boolean {
  return hasStatus(error) || (isObject(error) && (isObject(error['error']) || '$fault' in error));
}

function hasStatus(error: unknown): boolean {
  return statusOf(error) !== undefined;
}

/** Where SDKs keep the HTTP status of an error answer: Stainless and Google, Mistral and Cohere, Ollama, AWS. */
function statusOf(error: unknown): number | undefined {
  if (!isObject(error)) return undefined;
  const metadata = error['$metadata'];
  const stated = [error['status'], error['statusCode'], error['status_code']];
  if (isObject(metadata)) stated.push(metadata['httpStatusCode']);
  return stated.find((status) => typeof status === 'number');
}

function errorType(error: unknown): string {
  if (isObject(error)) {
    for (const code of [error['code'], nestedCode(error['error']), error['type'], nestedType(error['error'])]) {
      if (typeof code === 'string' && CODE.test(code)) return code;
    }
    // AWS names its exceptions; their classes are not always the SDK's own.
    if (('$metadata' in error || '$fault' in error) && typeof error['name'] === 'string' && error['name'] !== 'Error')
      return error['name'];
    const status = statusOf(error);
    if (status !== undefined) return String(status);
  }
  return className(error) ?? '_OTHER';
}

function nestedCode(body: unknown): unknown {
  if (!isObject(body)) return undefined;
  return isObject(body['error']) ? body['error']['code'] : body['code'];
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
