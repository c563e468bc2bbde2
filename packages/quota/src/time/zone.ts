import { firstWithOffset, zoneOffset } from '@costspan/usage';

const SECOND_MS = 1000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
/** The length of a day of the calendar on paper. Instants are never moved by it: days in a zone have 23 to 25 hours. */
export const PAPER_DAY_MS = 24 * HOUR_MS;

/** Local time minus UTC at an instant, in ms. The rules are those of the runtime's own ICU data. */
export function offsetAt(zone: string, atMs: number): number {
  return zoneOffset(zone)(atMs);
}

/**
 * The first instant at which the local clock has reached a local time (ms since 1970 as if it were UTC). A time that the
 * clock jumps over is reached at the jump. No zone has changed twice within two days.
 */
export function instantOfLocal(zone: string, localMs: number): number {
  const read = zoneOffset(zone);
  const before = read(localMs - PAPER_DAY_MS);
  const after = read(localMs + PAPER_DAY_MS);
  if (before === after) return localMs - before;
  const change = firstWithOffset(read, after, localMs - PAPER_DAY_MS, localMs + PAPER_DAY_MS);
  const early = localMs - before;
  return early < change ? early : Math.max(change, localMs - after);
}
