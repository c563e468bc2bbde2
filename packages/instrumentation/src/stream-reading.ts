import { isObject } from '@costspan/usage';
import type { ObservedCall } from './observed-call.ts';
import type { StreamFold } from './providers/provider.ts';
import { guarded, stepFailed } from './say-once.ts';

type Step = IteratorResult<unknown, unknown>;

/**
 * What is read of one streamed answer, seen while the application reads it. Nothing is read that it does not ask for.
 */
export class StreamReading {
  readonly soFar: () => ReturnType<StreamFold['body']>;
  readonly #call: ObservedCall;
  readonly #fold: StreamFold;
  readonly #controller: AbortController | undefined;
  readonly #hidesUsage: boolean;
  /** The iterator that is being read. A second one can only fail (streams are read once) and says nothing about the call. */
  #current: object | undefined;

  constructor(call: ObservedCall, fold: StreamFold, controller: AbortController | undefined, hidesUsage: boolean) {
    this.#call = call;
    this.#fold = fold;
    this.#controller = controller;
    this.#hidesUsage = hidesUsage;
    this.soFar = () => fold.body();
  }

  /** Replaces the methods of one iterator by ones that report. The object, an async generator, stays what it is. */
  follow(source: AsyncIterator<unknown>): void {
    const next = source.next.bind(source);
    // Runs per chunk: no closure and no clock, only one promise more than without us (bench/overhead.bench.ts).
    const onStep = (step: Step): Step | Promise<Step> => {
      if (this.#current !== source) return step;
      try {
        if (step.done === true) this.#completed();
        else if (this.#take(step.value) === 'hide') return next().then(onStep, onError);
      } catch (cause) {
        stepFailed('observing a chunk', cause);
      }
      return step;
    };
    const onError = (error: unknown): never => {
      if (this.#current === source) guarded('observing a broken stream', () => this.#broke(error));
      throw error;
    };
    source.next = (value?: unknown) => {
      this.#current ??= source;
      return next(value as undefined).then(onStep, onError);
    };
    const { return: close, throw: raise } = source;
    if (close !== undefined) {
      source.return = (value) => {
        if (this.#current === source) guarded('observing an early end', () => this.stopped());
        return close.call(source, value);
      };
    }
    if (raise !== undefined) {
      source.throw = (error) => {
        if (this.#current === source) guarded('observing an early end', () => this.stopped());
        return raise.call(source, error);
      };
    }
    this.#call.leaveOpen(source, this.soFar);
  }

  #take(chunk: unknown): 'hide' | 'show' {
    this.#call.chunk();
    if (!isObject(chunk)) return 'show';
    this.#fold.add(chunk);
    this.#call.content?.chunk(chunk);
    if (!this.#hidesUsage || !('usage' in chunk)) return 'show';
    if (chunk['usage'] !== null) {
      return Array.isArray(chunk['choices']) && chunk['choices'].length === 0 ? 'hide' : 'show';
    }
    // Asking for usage puts `usage: null` on every other chunk; without our asking it would not be there.
    Reflect.deleteProperty(chunk, 'usage');
    return 'show';
  }

  #completed(): void {
    if (this.#failed()) return;
    if (this.#fold.isComplete()) this.#call.succeed(this.#fold.body());
    else this.#call.stop(this.#aborted() ? 'cancelled' : 'truncated', this.#fold.body());
  }

  #broke(error: unknown): void {
    if (this.#failed()) return;
    this.#call.fail(error, true, this.#fold.body());
  }

  /** The application reads no further. */
  stopped(): void {
    if (this.#failed()) return;
    if (this.#fold.isComplete()) this.#call.succeed(this.#fold.body());
    else this.#call.stop('cancelled', this.#fold.body());
  }

  /** The provider has said in the stream that it failed, whatever the SDK makes of that. */
  #failed(): boolean {
    const type = this.#fold.failure?.();
    if (type === undefined) return false;
    this.#call.failedAs(type, this.#fold.body());
    return true;
  }

  /** SDKs end an aborted stream as if it were complete. */
  #aborted(): boolean {
    return this.#call.wasAborted || this.#controller?.signal.aborted === true;
  }
}
