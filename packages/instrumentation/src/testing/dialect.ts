/** One method of one SDK, with what its provider answers: enough to run the same promises on each of them. */
export interface Dialect {
  readonly name: string;
  open(url: string, options?: ClientOptions): DialectClient;
  /** The request parameters, as given to the method. */
  readonly params: object;
  /** The model asked for, where the parameters do not call it `model`. */
  readonly model?: string;
  readonly body: object;
  /** A complete answer as the provider streams it, and how many of its parts make a partial one. */
  readonly events: readonly (string | Uint8Array)[];
  readonly partial: number;
  /** Content type of a streamed answer, where it is not `text/event-stream`. */
  readonly streamType?: string;
  /** The same answer to a caller who does not ask for usage. */
  readonly bareEvents: readonly (string | Uint8Array)[];
  /** A part by which the provider says, in the middle of a stream, that it failed; absent where there is no such thing. */
  readonly errorEvent?: string | Uint8Array;
  /** `error.type` of that; without it the code in `errorBody`. */
  readonly streamErrorType?: string;
  readonly errorBody: object;
  /** Headers of an error answer. */
  readonly errorHeaders?: Readonly<Record<string, string>>;
  /** `error.type` of an answer 404 with `errorBody`; without it the code in `errorBody`. */
  readonly errorType?: string;
  /** Span attributes of the complete answer. */
  readonly usage: Readonly<Record<string, number>>;
  /** Span attributes of the partial answer: what had been reported by then. */
  readonly partialUsage: Readonly<Record<string, number>>;
  readonly finishReason: string;
  /** What this SDK does not have, or does not let anybody see. `whole-reason`: why a whole answer ended. */
  readonly lacks?: readonly (Ability | 'whole-reason')[];
}

/** What the contract asks of an SDK that has it. */
export type Ability = 'signal' | 'timeout' | 'retries' | 'attempts' | 'early-stop';

export interface ClientOptions {
  readonly maxRetries?: number;
  readonly timeout?: number;
}

export interface CallOptions {
  readonly signal?: AbortSignal;
}

export interface DialectClient {
  readonly client: object;
  whole(options?: CallOptions): PromiseLike<unknown>;
  streamed(options?: CallOptions): PromiseLike<AsyncIterable<unknown>>;
}
