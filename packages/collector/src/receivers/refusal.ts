import { BusyError } from '../inflight.ts';
import { RPC_INVALID_ARGUMENT, RPC_RESOURCE_EXHAUSTED, RPC_UNAVAILABLE } from '../otlp/export-response.ts';
import { OtlpDecodeError } from '../otlp/otlp-decode-error.ts';
import { NotRecordedError } from '../pipeline.ts';
import type { SelfCounter } from '../self-metrics.ts';
import { BodyError } from './read-body.ts';

/** Seconds after which a sender should come again. */
const RETRY_BUSY_S = 1;
const RETRY_LEDGER_S = 5;

/** Why a request was not taken, in the words of both transports. */
export interface Refusal {
  readonly httpStatus: 400 | 413 | 415 | 503;
  /** A `google.rpc.Code`. */
  readonly rpcCode: number;
  readonly message: string;
  /** When the same request may be taken; absent when it never will be. */
  readonly retryAfterS?: number;
  readonly counter?: SelfCounter;
}

/** Every failure has its answer; `undefined` for what is none of ours. */
export function refusalFor(error: unknown): Refusal | undefined {
  if (error instanceof BusyError) {
    return {
      httpStatus: 503,
      rpcCode: RPC_UNAVAILABLE,
      message: error.message,
      retryAfterS: RETRY_BUSY_S,
      counter: 'requestsBusy',
    };
  }
  if (error instanceof NotRecordedError) {
    return { httpStatus: 503, rpcCode: RPC_UNAVAILABLE, message: error.message, retryAfterS: RETRY_LEDGER_S };
  }
  if (error instanceof BodyError) {
    const rpcCode = error.status === 413 ? RPC_RESOURCE_EXHAUSTED : RPC_INVALID_ARGUMENT;
    return { httpStatus: error.status, rpcCode, message: error.message, counter: 'requestsInvalid' };
  }
  if (error instanceof OtlpDecodeError) {
    const message = `not an OTLP trace request: ${error.message}`;
    return { httpStatus: 400, rpcCode: RPC_INVALID_ARGUMENT, message, counter: 'requestsInvalid' };
  }
  return undefined;
}
