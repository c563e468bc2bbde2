/**
 * The parts of Stainless-generated SDKs (openai, @anthropic-ai/sdk) that we touch, as they look from outside. SDK types
 * stay out of our public types, and a copy of any version can be looked at.
 */
export interface Resource {
  readonly _client?: object;
}

/** The promise that SDK methods return. It fetches at once and reads the body only when it is awaited. */
export interface ApiPromise {
  /** Shared by all promises derived from one request. */
  readonly responsePromise: Promise<unknown>;
  parse(): Promise<unknown>;
  asResponse(): Promise<unknown>;
  _thenUnwrap?(transform: (value: unknown, props: unknown) => unknown): unknown;
}

export function isApiPromise(value: unknown): value is ApiPromise {
  return (
    typeof value === 'object' &&
    value !== null &&
    'responsePromise' in value &&
    value.responsePromise instanceof Promise &&
    'parse' in value &&
    typeof value.parse === 'function'
  );
}

/** A stream of parsed chunks. Everything that reads it, `tee` included, goes through its own property `iterator`. */
export interface SdkStream {
  iterator: () => AsyncIterator<unknown>;
  readonly controller?: AbortController;
}

export function isSdkStream(value: unknown): value is SdkStream {
  return (
    typeof value === 'object' &&
    value !== null &&
    'iterator' in value &&
    typeof value.iterator === 'function' &&
    Symbol.asyncIterator in value
  );
}
