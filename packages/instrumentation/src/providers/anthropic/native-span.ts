import { sayOnce } from '../../say-once.ts';

/**
 * The SDK makes a span of its own for every call once a tracer provider is registered, and sends trace context *and
 * baggage* to the API host with it. Its documented switch (`openTelemetry: false`) works per client, when the client is
 * made, and would also silence its spans for batches, files and agents. `create` and `stream` read the client's `_tracer`
 * before they return, so hiding it for just that long turns off exactly this call's native span and headers.
 */
export function silenceNativeSpan<T>(client: object, call: () => T): T {
  const tracer: unknown = Reflect.get(client, '_tracer');
  if (tracer === undefined) return call();
  if (!Reflect.set(client, '_tracer', undefined)) {
    sayOnce(
      'anthropic:native',
      "the Anthropic SDK's own span could not be turned off for this client; make it with `openTelemetry: false`",
    );
    return call();
  }
  try {
    return call();
  } finally {
    Reflect.set(client, '_tracer', tracer);
  }
}
