import { parseCallId } from './call-id.ts';
import type { CallPosition } from './calls-query.ts';

/** Where a page ended, as a text that goes into a URL as it is. */
export function formatCursor({ startedAtUs, traceId, spanId }: CallPosition): string {
  return `${startedAtUs}-${traceId}-${spanId}`;
}

export function parseCursor(text: string): CallPosition | undefined {
  const cut = text.indexOf('-');
  const startedAtUs = Number(text.slice(0, Math.max(cut, 0)) || Number.NaN);
  const id = parseCallId(text.slice(cut + 1));
  return id === undefined || !Number.isSafeInteger(startedAtUs) || startedAtUs < 0 ? undefined : { startedAtUs, ...id };
}
