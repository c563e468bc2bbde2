import type { Refusal } from '@costspan/quota';
import { isObject } from '@costspan/usage';
import type { Provider } from '../providers/provider.ts';

/** The part of an SDK's error class that makes the right subclass for a status. Both SDKs have it. */
interface ApiErrorClass {
  generate(status: number, body: object, message: string | undefined, headers: Headers): unknown;
}

/**
 * A refusal as the SDK of the call would have thrown it for such an answer of the provider: `RateLimitError` for 429 with
 * status, headers and body, so that the application's own handling of limits holds. `error.costspan` is the whole refusal.
 * Classes are those of the client, whichever copy of the SDK it is from.
 */
export function refusalError(client: object, provider: Provider, refusal: Refusal, code: string): unknown {
  const body = provider.refusalBody(refusal.status, code, refusal.body.detail);
  const headers = new Headers();
  for (const [name, value] of Object.entries(refusal.headers)) headers.set(name, value);
  const made = apiErrorOf(client)?.generate(refusal.status, body, undefined, headers);
  const error = made instanceof Error ? made : plainError(refusal, headers, body);
  return Object.assign(error, { costspan: refusal.body });
}

/** Both SDKs hang their error classes on the client class, and subclasses inherit them. */
function apiErrorOf(client: object): ApiErrorClass | undefined {
  const candidate: unknown = Reflect.get(client.constructor, 'APIError');
  const isOne =
    (isObject(candidate) || typeof candidate === 'function') &&
    typeof Reflect.get(candidate, 'generate') === 'function';
  return isOne ? (candidate as unknown as ApiErrorClass) : undefined;
}

/** For a client whose classes cannot be reached: the same fields on a plain error. */
function plainError(refusal: Refusal, headers: Headers, body: object): Error {
  const error = new Error(`${refusal.status} ${refusal.body.detail}`);
  error.name = refusal.status === 429 ? 'RateLimitError' : 'APIError';
  return Object.assign(error, { status: refusal.status, headers, ...body });
}
