import type { UsageQuery } from './usage-query.ts';

/** Where a page of groups ended, and the knowledge time of the first page: all pages are of one snapshot. */
export interface PagePlace {
  readonly skip: number;
  readonly asOfUs: number;
}

/** Groups that pages may pass over; also the most a cursor can name. */
const PAGE_SKIP_MAX = 100_000_000;

const CURSOR = /^g(\d{1,9})\.(\d{1,16})\.([0-9a-f]{16})$/;

/** A text that goes into a question as it is. It belongs to the question it came from. */
export function formatPageCursor(query: UsageQuery, { skip, asOfUs }: PagePlace): string {
  return `g${skip}.${asOfUs}.${mark(query)}`;
}

/** `undefined` when the text is no cursor, or one of another question. */
export function parsePageCursor(query: UsageQuery, text: string): PagePlace | undefined {
  const match = CURSOR.exec(text);
  if (match === null || match[3] !== mark(query)) return undefined;
  const place = { skip: Number(match[1]), asOfUs: Number(match[2]) };
  return place.skip <= PAGE_SKIP_MAX && Number.isSafeInteger(place.asOfUs) ? place : undefined;
}

/** What decides which groups there are and their order, as 64 bits (FNV-1a). It guards against mix-ups, not against malice. */
function mark(query: UsageQuery): string {
  const { fromUs, toUs, filters, groupBy, orderBy } = query;
  const text = JSON.stringify([fromUs, toUs, filters, groupBy, orderBy], (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
  let hash = 0xcbf29ce484222325n;
  for (let at = 0; at < text.length; at += 1) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(at))) * 0x100000001b3n);
  }
  return hash.toString(16).padStart(16, '0');
}
