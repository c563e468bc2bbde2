import { CostspanError } from '@costspan/usage';
import { readHex } from './known-ids.ts';

/** Words per span: four of the trace, two of the span, two of its parent, two of the response id. What is not there is two zeros. */
export const ID_WORDS = 10;
export const SPAN_WORD = 4;
export const PARENT_WORD = 6;
export const RESPONSE_WORD = 8;

interface SpanIds {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
}

/** @throws CostspanError `LEDGER_CALL_INVALID` when an id is not hexadecimal of its length. */
export function writeIds(
  { traceId, spanId, parentSpanId }: SpanIds,
  index: number,
  what: string,
  words: Uint32Array,
  at: number,
): void {
  const read =
    readHex(traceId, 4, words, at) &&
    readHex(spanId, 2, words, at + SPAN_WORD) &&
    (parentSpanId === undefined || readHex(parentSpanId, 2, words, at + PARENT_WORD));
  if (!read) {
    throw new CostspanError(
      'LEDGER_CALL_INVALID',
      `${what} ${index} of the batch has ids that are not 32 and 16 hexadecimal digits: ${traceId}, ${spanId}`,
    );
  }
}
