import { type CallId, parseCallId } from './call-id.ts';
import type { CallPosition, CallsQuery } from './calls-query.ts';

type Order = NonNullable<CallsQuery['orderBy']>;

/** `-`, 32 and 16 digits and the `-` between them. */
const ID_LENGTH = 50;

/**
 * Where a page ended, as a text that goes into a URL as it is: the start of the last call and its id; in another order its
 * name, direction and value instead of the start.
 */
export function formatCursor(position: CallPosition, order?: Order): string {
  const id = `${position.traceId}-${position.spanId}`;
  if ('startedAtUs' in position && isNewestFirst(order)) return `${position.startedAtUs}-${id}`;
  const value = 'value' in position ? position.value : position.startedAtUs;
  return `${order?.field}.${order?.direction}.${value ?? ''}-${id}`;
}

const CURSOR = /^(\d{1,16}|[a-z_]+\.(asc|desc)\.(-?\d{1,38})?)-[0-9a-f]{32}-[0-9a-f]{16}$/i;

/** True for a cursor of some order. */
export function isCursor(text: string): boolean {
  return CURSOR.test(text);
}

/** `undefined` when the text is no cursor of this order. */
export function parseCursor(text: string, order?: Order): CallPosition | undefined {
  const id = parseCallId(text.slice(1 - ID_LENGTH));
  const head = text.slice(0, -ID_LENGTH);
  if (id === undefined || text.at(-ID_LENGTH) !== '-') return undefined;
  if (isNewestFirst(order)) return startedAt(head, id);
  const prefix = `${order?.field}.${order?.direction}.`;
  if (!head.startsWith(prefix)) return undefined;
  const value = head.slice(prefix.length);
  if (order?.field === 'started_at') return startedAt(value, id);
  if (value === '') return { ...id, value: null };
  return /^-?\d{1,38}$/.test(value) ? { ...id, value: BigInt(value) } : undefined;
}

function startedAt(digits: string, id: CallId): CallPosition | undefined {
  const startedAtUs = /^\d{1,16}$/.test(digits) ? Number(digits) : Number.NaN;
  return Number.isSafeInteger(startedAtUs) ? { startedAtUs, traceId: id.traceId, spanId: id.spanId } : undefined;
}

function isNewestFirst(order: Order | undefined): boolean {
  return order === undefined || (order.field === 'started_at' && order.direction === 'desc');
}
