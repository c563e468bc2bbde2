import { isObject } from '@costspan/usage';
import { beginCall } from '../begin-call.ts';
import type { CallObserver } from '../call-settings.ts';
import { isContentRefused } from '../content/content-capture.ts';
import { tagsToSend, withHeaders } from '../gateways/send-tags.ts';
import type { ObservedCall } from '../observed-call.ts';
import type { PatchedMethod, Provider, SdkMethod } from '../providers/provider.ts';
import { guarded } from '../say-once.ts';
import { serverOf } from '../server-address.ts';
import { splitCallOptions } from '../tags/call-tags.ts';
import { countRetriesOf } from './count-retries.ts';
import { holdRequestsOf } from './hold-requests.ts';
import { noteRefusal, withIncludeUsage } from './include-usage.ts';
import { observePromise } from './observe-promise.ts';
import { isApiPromise, type Resource } from './stainless-client.ts';

/**
 * An SDK method that makes one billable request, observed. The result is the SDK's own, errors are the SDK's own, and
 * arguments are passed on as they are but for two things taken from copies: our `costspan` option out, and
 * `stream_options.include_usage` in.
 * @param observerNow who observes at the time of a call; nobody means the plain method.
 */
export function wrapMethod(
  original: SdkMethod,
  provider: Provider,
  { operation }: Pick<PatchedMethod, 'operation'>,
  observerNow: () => CallObserver | undefined,
): SdkMethod {
  return function observed(this: unknown, ...args: unknown[]): unknown {
    const observer = observerNow();
    const client = clientOf(this);
    if (observer === undefined || client === undefined || isLeftTo(provider, observer))
      return original.apply(this, args);
    const begun = guarded('starting to observe a call', () => begin(observer, provider, operation, client, args));
    if (begun === undefined) return original.apply(this, args);
    const request = () => begun.call.run(() => original.apply(this, begun.args));
    let result: unknown;
    try {
      result = provider.native === undefined ? request() : provider.native.silence(client, request);
    } catch (error) {
      begun.call.fail(error, false);
      throw error;
    }
    guarded('observing a call', () => observeResult(result, begun));
    return result;
  };
}

/** A method that only starts the SDK's own span before it calls an observed one. */
export function wrapHelper(
  original: SdkMethod,
  provider: Provider,
  observerNow: () => CallObserver | undefined,
): SdkMethod {
  return function observed(this: unknown, ...args: unknown[]): unknown {
    const client = clientOf(this);
    const observer = observerNow();
    if (
      observer === undefined ||
      client === undefined ||
      provider.native === undefined ||
      isLeftTo(provider, observer)
    ) {
      return original.apply(this, args);
    }
    return provider.native.silence(client, () => original.apply(this, args));
  };
}

interface BegunCall {
  readonly call: ObservedCall;
  readonly args: unknown[];
  readonly host: string;
  readonly hidesUsage: boolean;
}

/** The SDK's own span stands for the call, and the application wants it so. */
function isLeftTo({ native }: Provider, { settings }: CallObserver): boolean {
  return native !== undefined && settings.nativeSpans === 'enrich';
}

function clientOf(resource: unknown): object | undefined {
  return (resource as Resource | undefined)?._client;
}

function begin(
  observer: CallObserver,
  provider: Provider,
  operation: PatchedMethod['operation'],
  client: object,
  [params, rawOptions, ...rest]: unknown[],
): BegunCall {
  countRetriesOf(client);
  if (observer.quota !== undefined) guarded('asking for quota', () => holdRequestsOf(client));
  const server = serverOf('baseURL' in client ? client.baseURL : undefined);
  const { tags, options } = splitCallOptions(rawOptions);
  const request = isObject(params) ? params : {};
  const call = beginCall(observer, provider, client, {
    operation,
    params: request,
    signal: isObject(options) ? options['signal'] : undefined,
    refusesContent: isContentRefused(options),
    server,
    provider: provider.providerOf(client),
    tags,
  });
  const host = server?.address ?? '';
  const mayAsk = operation.usageOnRequest && call.isWanted && provider.mayAskForUsage?.(client, request) !== false;
  const asking = mayAsk ? withIncludeUsage(request, host, observer.settings.includeUsageHosts) : undefined;
  const headers = tagsToSend(observer.settings.sendTags, host, call.start.tags)?.headers;
  const sent = headers === undefined ? options : withHeaders(options, headers);
  const given = sent === undefined ? [] : [sent];
  return { call, args: [asking ?? params, ...given, ...rest], host, hidesUsage: asking !== undefined };
}

function observeResult(result: unknown, { call, host, hidesUsage }: BegunCall): void {
  if (!call.isWanted) {
    call.span.end();
  } else if (isApiPromise(result)) {
    observePromise(result, call, {
      hidesUsage,
      onRejected: (error) => {
        if (hidesUsage) noteRefusal(error, host);
      },
    });
  } else if (result instanceof Promise) {
    // Another instrumentation or a test double put a plain promise in place: its value is all there is to see.
    result.then(
      (value) => guarded('observing a response', () => call.succeed(value)),
      (error) => guarded('observing a failed request', () => call.fail(error, false)),
    );
  } else {
    call.succeed(undefined);
  }
}
