import { CostspanError } from '@costspan/usage';
import type { ContextSpan, PricedCall } from '../ledger.ts';
import { readHex } from './known-ids.ts';
import { writeResponseWords } from './response-words.ts';

/** Words per span in {@link Batch.ids}: four of the trace, two of the span, two of its parent, two of the response id. */
export const ID_WORDS = 10;
export const SPAN_WORD = 4;
export const PARENT_WORD = 6;
export const RESPONSE_WORD = 8;

/** What one `append` was given, with its ids already read. A parent or response that is not there is two zero words. */
export interface Batch {
  readonly calls: readonly PricedCall[];
  readonly callIds: Uint32Array;
  readonly contexts: readonly ContextSpan[];
  readonly contextIds: Uint32Array;
}

/** @throws CostspanError `LEDGER_CALL_INVALID` when an id is not hexadecimal of its length. */
export function readBatch(calls: readonly PricedCall[], contexts: readonly ContextSpan[]): Batch {
  const callIds = new Uint32Array(calls.length * ID_WORDS);
  for (let index = 0; index < calls.length; index += 1) {
    const { call } = calls[index] as PricedCall;
    readIds(call, callIds, index, 'call');
    if (call.responseId !== undefined) writeResponseWords(call.responseId, callIds, index * ID_WORDS + RESPONSE_WORD);
  }
  const contextIds = new Uint32Array(contexts.length * ID_WORDS);
  for (const [index, context] of contexts.entries()) readIds(context, contextIds, index, 'context span');
  return { calls, callIds, contexts, contextIds };
}

interface SpanIds {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
}

function readIds({ traceId, spanId, parentSpanId }: SpanIds, ids: Uint32Array, index: number, what: string): void {
  const at = index * ID_WORDS;
  const read =
    readHex(traceId, 4, ids, at) &&
    readHex(spanId, 2, ids, at + SPAN_WORD) &&
    (parentSpanId === undefined || readHex(parentSpanId, 2, ids, at + PARENT_WORD));
  if (!read) {
    throw new CostspanError(
      'LEDGER_CALL_INVALID',
      `${what} ${index} of the batch has ids that are not 32 and 16 hexadecimal digits: ${traceId}, ${spanId}`,
    );
  }
}
