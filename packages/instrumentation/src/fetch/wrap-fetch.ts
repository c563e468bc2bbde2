import { isObject, type JsonObject } from '@costspan/usage';
import { context } from '@opentelemetry/api';
import { beginCall } from '../begin-call.ts';
import { tagsToSend, withHeaders } from '../gateways/send-tags.ts';
import { callIn, type ObservedCall } from '../observed-call.ts';
import { currentObserver } from '../observers.ts';
import { observeIterable } from '../plain/observe-iterable.ts';
import { openai } from '../providers/openai.ts';
import type { Provider } from '../providers/provider.ts';
import { guarded } from '../say-once.ts';
import { serverOf } from '../server-address.ts';
import { observeResponse } from '../stainless/observe-response.ts';
import { NO_TAGS } from '../tags/tag-changes.ts';
import { bytesFold } from './bytes-fold.ts';
import { routeOf } from './routes.ts';

type Fetch = typeof fetch;

/**
 * A `fetch` whose requests to model APIs are observed: for callers that speak HTTP by themselves, and as the `fetch` option
 * of SDKs that are not known. What it returns, and every body, is the platform's own. Requests made by an observed SDK
 * are that SDK's calls and are passed through.
 * `const fetch = wrapFetch(globalThis.fetch)`
 */
export function wrapFetch(original: Fetch): Fetch {
  return async function observed(input, init) {
    const call = guarded('starting to observe a request', () => begin(input, init));
    if (call === undefined) return original(input, init);
    let response: Response;
    try {
      response = await call.run(() => original(input, sent(init, call)));
    } catch (error) {
      guarded('observing a failed request', () => call.fail(error, false));
      throw error;
    }
    guarded('observing a response', () => observe(response, call));
    return response;
  };
}

/** The request with the tags that its host is to get, if any. */
function sent(init: RequestInit | undefined, { start }: ObservedCall): RequestInit | undefined {
  const headers = tagsToSend(start.observer.settings.sendTags, start.server?.address ?? '', start.tags)?.headers;
  return headers === undefined ? init : (withHeaders(init, headers) as RequestInit);
}

/** Stands for the client, of which there is none. Nothing is refused here: no error class would be expected. */
const PLAIN_HTTP: Provider = { ...openai, library: 'fetch', providerOf: () => undefined };

function begin(input: Parameters<Fetch>[0], init: RequestInit | undefined): ObservedCall | undefined {
  const observer = currentObserver();
  if (observer === undefined) return undefined;
  const outer = callIn(context.active());
  if (outer !== undefined && outer.start.operation.isFramework !== true) return undefined;
  // The body of a `Request` can be read once, and it is not ours.
  const body = typeof init?.body === 'string' ? parsed(init.body) : undefined;
  if (body === undefined) return undefined;
  const url = new URL(input instanceof Request ? input.url : String(input));
  const route = routeOf(url, body);
  if (route === undefined) return undefined;
  const server = serverOf(url.origin);
  return beginCall({ ...observer, quota: undefined }, PLAIN_HTTP, PLAIN_HTTP, {
    operation: route.operation,
    params: route.params,
    signal: init?.signal,
    server,
    provider: server?.provider ?? route.flavour,
    tags: NO_TAGS,
  });
}

function observe(response: Response, call: ObservedCall): void {
  if (!call.isWanted) {
    call.span.end();
    return;
  }
  if (!response.ok) {
    call.fail({ status: response.status }, false);
    return;
  }
  const type = response.headers.get('content-type');
  observeResponse(response, call, (body) => observeIterable(body, call, bytesFold(call.start.operation, type)));
}

function parsed(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
