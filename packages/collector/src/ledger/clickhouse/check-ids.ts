import { CostspanError } from '@costspan/usage';
import type { ContextSpan, PricedCall } from '../ledger.ts';

const TRACE = /^[0-9a-f]{32}$/i;
const SPAN = /^[0-9a-f]{16}$/i;

/**
 * Ids stand in statements as they are, so they are held to their form here.
 * @throws CostspanError `LEDGER_CALL_INVALID` when an id is not hexadecimal of its length.
 */
export function checkIds(calls: readonly PricedCall[], contexts: readonly ContextSpan[]): void {
  for (const { call } of calls) check(call, 'call');
  for (const context of contexts) check(context, 'context span');
}

function check(
  { traceId, spanId, parentSpanId }: Pick<ContextSpan, 'traceId' | 'spanId' | 'parentSpanId'>,
  what: string,
): void {
  if (TRACE.test(traceId) && SPAN.test(spanId) && (parentSpanId === undefined || SPAN.test(parentSpanId))) return;
  throw new CostspanError(
    'LEDGER_CALL_INVALID',
    `a ${what} has the ids ${traceId}, ${spanId}${parentSpanId === undefined ? '' : ` and ${parentSpanId}`}; 32 and 16 hexadecimal digits are wanted`,
  );
}
