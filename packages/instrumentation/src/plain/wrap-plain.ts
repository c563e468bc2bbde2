import { isObject, type JsonObject } from '@costspan/usage';
import { beginCall } from '../begin-call.ts';
import type { CallObserver } from '../call-settings.ts';
import { isContentRefused } from '../content/content-capture.ts';
import { tagsToSend } from '../gateways/send-tags.ts';
import type { ObservedCall } from '../observed-call.ts';
import type { PatchedMethod, PlainRequest, Provider, SdkMethod } from '../providers/provider.ts';
import { guarded } from '../say-once.ts';
import { serverOf } from '../server-address.ts';
import { splitCallOptions } from '../tags/call-tags.ts';
import { NO_TAGS, overlayTags, type TagChanges } from '../tags/tag-changes.ts';
import { isStream, observeIterable } from './observe-iterable.ts';

/**
 * An SDK method that returns one of the platform's own promises, observed. The promise is one `then` after the SDK's: so a
 * rejection is as handled, or as unhandled, as it is without us. Answers, streams and errors are the SDK's own objects.
 */
export function wrapPlain(
  original: SdkMethod,
  provider: Provider,
  method: PatchedMethod,
  observerNow: () => CallObserver | undefined,
): SdkMethod {
  return function observed(this: unknown, ...args: unknown[]): unknown {
    const observer = observerNow();
    if (observer === undefined || !isObject(this)) return original.apply(this, args);
    let begun: BegunCall | undefined;
    try {
      begun = guarded('starting to observe a call', () => begin(observer, provider, method, this, args));
    } catch (refusal) {
      // Required tags are missing. These methods return promises, so that is how they fail.
      return Promise.reject(refusal);
    }
    if (begun === undefined) return original.apply(this, args);
    const { call } = begun;
    const send = (given: unknown[]) => call.run(() => original.apply(this, given));
    let result: unknown;
    try {
      result = call.quota === undefined ? send(begun.args) : sendWhenAllowed(begun, send);
    } catch (error) {
      call.fail(error, false);
      throw error;
    }
    return guarded('observing a call', () => observeResult(result, call)) ?? result;
  };
}

interface BegunCall {
  readonly call: ObservedCall;
  readonly args: unknown[];
  readonly request: PlainRequest;
}

function begin(
  observer: CallObserver,
  provider: Provider,
  method: PatchedMethod,
  client: JsonObject,
  given: readonly unknown[],
): BegunCall | undefined {
  const { tags, args } = splitArguments(given);
  const request = method.request?.(args, client);
  if (request === undefined) return undefined;
  const call = beginCall(observer, provider, client, {
    operation: request.operation ?? method.operation,
    params: request.params,
    signal: request.signal,
    refusesContent: args.some(isContentRefused),
    abortsOnlyBySignal: request.abortsOnlyBySignal === true,
    server: serverOf(String(request.baseUrl)),
    provider: request.provider,
    tags,
  });
  const fields = tagsToSend(observer.settings.sendTags, call.start.server?.address ?? '', call.start.tags);
  const sent = fields === undefined ? undefined : request.withFields?.(fields);
  return { call, args: sent ?? args, request };
}

/** Tags of this call, from whichever argument has them, and the arguments without. Nothing is copied where there are none. */
function splitArguments(given: readonly unknown[]): { readonly tags: TagChanges; readonly args: unknown[] } {
  let tags = NO_TAGS;
  const args = given.map((argument) => {
    if (!isObject(argument) || !('costspan' in argument)) return argument;
    const split = splitCallOptions(argument);
    tags = overlayTags(tags, split.tags);
    return split.options;
  });
  return { tags, args };
}

async function sendWhenAllowed({ call, args, request }: BegunCall, send: (given: unknown[]) => unknown) {
  const signal = request.signal instanceof AbortSignal ? request.signal : undefined;
  const unsent: { signal: AbortSignal | undefined; body?: unknown } = { signal, body: request.params };
  await call.quota?.beforeSending(unsent);
  const instead = call.quota?.downgradedTo;
  return send(instead === undefined ? args : (request.withModel?.(instead) ?? args));
}

function observeResult(result: unknown, call: ObservedCall): unknown {
  if (!call.isWanted) {
    call.span.end();
    return result;
  }
  if (!(result instanceof Promise)) {
    if (isStream(result)) observeIterable(result, call);
    else call.succeed(undefined);
    return result;
  }
  return result.then(
    (value) => {
      guarded('observing a response', () => observeAnswer(value, call));
      return value;
    },
    (error) => {
      guarded('observing a failed request', () => call.fail(error, false));
      throw error;
    },
  );
}

function observeAnswer(value: unknown, call: ObservedCall): void {
  const { operation, params } = call.start;
  const stream = isObject(value) && operation.streamOf !== undefined ? operation.streamOf(value) : value;
  if (isStream(stream)) observeIterable(stream, call);
  else call.succeed(isObject(value) && operation.bodyOf !== undefined ? operation.bodyOf(value, params) : value);
}
