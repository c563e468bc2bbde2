import { COST_HEADER, isObject } from '@costspan/usage';
import type { ObservedCall } from '../observed-call.ts';
import { guarded } from '../say-once.ts';
import { observeResponse } from './observe-response.ts';
import { observeStream } from './observe-stream.ts';
import { type ApiPromise, isSdkStream } from './stainless-client.ts';

/** All promises derived from one request share its `responsePromise`; so the observation is found from any of them. */
const observations = new WeakMap<object, PromiseObservation>();

export interface PromiseOutcomes {
  /** We asked for a usage chunk that the application did not ask for. */
  readonly hidesUsage: boolean;
  onRejected(error: unknown): void;
}

/**
 * Watches one SDK promise. The application gets the very object the SDK made; the body is parsed when the application
 * asks for it and never before.
 */
export function observePromise(promise: ApiPromise, call: ObservedCall, outcomes: PromiseOutcomes): void {
  watchClassOf(promise);
  const observation = new PromiseObservation(promise, call, outcomes);
  observations.set(promise.responsePromise, observation);
  const unwrap = promise._thenUnwrap;
  if (unwrap !== undefined) {
    // A helper such as `parse()` may throw on an answer that the provider has billed; we look at the answer before it does.
    promise._thenUnwrap = (transform) =>
      unwrap.call(promise, (value, props) => {
        guarded('observing a response', () => observation.onValue(value));
        return transform(value, props);
      });
  }
}

class PromiseObservation {
  readonly #call: ObservedCall;
  readonly #outcomes: PromiseOutcomes;
  readonly #rejection: Promise<unknown>;
  #parsed: Promise<unknown> | undefined;
  #touched = false;

  constructor(promise: ApiPromise, call: ObservedCall, outcomes: PromiseOutcomes) {
    this.#call = call;
    this.#outcomes = outcomes;
    // Listening must not make a rejection look handled that the application ignores. So our branch rejects again, and is
    // only silenced when the application takes up the promise, in `#touch`.
    this.#rejection = promise.responsePromise.then(
      (props) => {
        guarded('reading response headers', () => noteCost(props, call));
        if (!this.#touched) call.leaveOpen(promise.responsePromise, () => undefined);
      },
      (error) => {
        guarded('observing a failed request', () => this.onError(error));
        throw error;
      },
    );
  }

  /** The application asked for the parsed body. */
  onParse(parsed: Promise<unknown>): void {
    this.#touch();
    this.#call.takenUp();
    if (this.#parsed === parsed) return;
    this.#parsed = parsed;
    parsed.then(
      (value) => guarded('observing a response', () => this.onValue(value)),
      (error) => guarded('observing a failed request', () => this.onError(error)),
    );
  }

  /** The application asked for the raw response. Beside a parse (`withResponse`) it is only looked at. */
  onRaw(response: Promise<unknown>): void {
    this.#touch();
    response.then(
      (raw) =>
        guarded('observing a raw response', () => {
          if (this.#parsed !== undefined) return;
          if (typeof raw === 'object' && raw !== null) observeResponse(raw as Response, this.#call);
          else this.#call.succeed(undefined);
        }),
      () => undefined,
    );
  }

  onValue(value: unknown): void {
    if (this.#call.ended) return;
    if (isSdkStream(value)) observeStream(value, this.#call, this.#outcomes.hidesUsage);
    else this.#call.succeed(value);
  }

  onError(error: unknown): void {
    if (this.#call.ended) return;
    this.#outcomes.onRejected(error);
    this.#call.fail(error, false);
  }

  /** A helper takes the unparsed response along, to parse it through a promise of its own. */
  onProps(handedOut: Promise<unknown>): void {
    this.#touch();
    handedOut.then(
      (props) => {
        if (typeof props !== 'object' || props === null) return;
        observations.set(props, this);
        if (this.#parsed === undefined) this.#call.leaveOpen(props, () => undefined);
      },
      () => undefined,
    );
  }

  #touch(): void {
    if (this.#touched) return;
    this.#touched = true;
    this.#rejection.catch(() => undefined);
  }
}

/** A gateway states what a call cost beside the answer. */
function noteCost(props: unknown, call: ObservedCall): void {
  const response = isObject(props) ? props['response'] : undefined;
  const headers = isObject(response) ? response['headers'] : undefined;
  const cost: unknown = headers instanceof Headers ? headers.get(COST_HEADER) : undefined;
  if (typeof cost === 'string') call.billingHeaders = { [COST_HEADER]: cost };
}

/** Gives an APIPromise class its own methods back. One entry per loaded copy of an SDK. */
const watched = new Map<object, () => void>();

type Method = (this: ApiPromise, ...args: unknown[]) => Promise<unknown>;

/** Makes the promise's class report, once per class. `then`, `catch` and `finally` all go through `parse`. */
function watchClassOf(promise: ApiPromise): void {
  let prototype: object | null = Object.getPrototypeOf(promise);
  while (prototype !== null && !Object.hasOwn(prototype, 'parse')) prototype = Object.getPrototypeOf(prototype);
  if (prototype === null || watched.has(prototype)) return;
  const restores = [
    report(prototype, 'parse', (own, result) => observations.get(own.responsePromise)?.onParse(result)),
    report(prototype, 'asResponse', (own, result) => observations.get(own.responsePromise)?.onRaw(result)),
    // Anthropic's message threads and tool runner: the response of one promise is parsed by another.
    report(prototype, '_responseProps', (own, result) => observations.get(own.responsePromise)?.onProps(result)),
    report(prototype, 'parseResponseTraced', (own, result, props) => {
      if (observations.has(own.responsePromise) || typeof props !== 'object' || props === null) return;
      observations.get(props)?.onParse(result);
    }),
  ];
  watched.set(prototype, () => {
    for (const restore of restores) restore();
  });
}

/** Tells `tell` what a method returned. @returns how to undo it, unless somebody else has wrapped it since. */
function report(
  prototype: object,
  name: string,
  tell: (own: ApiPromise, result: Promise<unknown>, argument: unknown) => void,
): () => void {
  const target = prototype as Record<string, Method | undefined>;
  const original = target[name];
  if (typeof original !== 'function') return () => undefined;
  const reporting: Method = function (this: ApiPromise, ...args) {
    const result = original.apply(this, args);
    guarded(`observing ${name}`, () => tell(this, result, args[0]));
    return result;
  };
  target[name] = reporting;
  return () => {
    if (target[name] === reporting) target[name] = original;
  };
}

/** Undoes all of it. Calls still in flight end when they are given up. */
export function unwatchPromiseClasses(): void {
  for (const restore of watched.values()) restore();
  watched.clear();
}
