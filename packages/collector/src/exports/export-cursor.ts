import { createHash } from 'node:crypto';
import type { ExportQuery } from './export-query.ts';

/** Where a part ended, and of which snapshot: the part after begins there. */
export interface ExportPlace {
  readonly startUs: number;
  readonly asOfUs: number;
}

const CURSOR = /^e(\d{1,16})\.(\d{1,16})\.([0-9a-f]{16})$/;

/** A text that goes into a URL as it is. It holds positions only, and belongs to the question it came from. */
export function formatExportCursor(query: ExportQuery, { startUs, asOfUs }: ExportPlace): string {
  return `e${startUs}.${asOfUs}.${mark(query)}`;
}

/** `undefined` when the text is no cursor, or one of another question. */
export function parseExportCursor(query: ExportQuery, text: string): ExportPlace | undefined {
  const match = CURSOR.exec(text);
  if (match === null || match[3] !== mark(query)) return undefined;
  const place = { startUs: Number(match[1]), asOfUs: Number(match[2]) };
  return Number.isSafeInteger(place.startUs) && Number.isSafeInteger(place.asOfUs) ? place : undefined;
}

/** What decides which rows there are and how they are written. It guards against mix-ups, not against malice. */
function mark({ format, version, locale, fromUs, toUs, filters }: ExportQuery): string {
  const text = JSON.stringify([format, version, locale, fromUs, toUs, filters], (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
