const INSTANT = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:\d\d)$/i;

/** First and last instant a question may name: from 1970 to the end of 2199, well inside exact microseconds. */
export const INSTANT_MAX_US = Date.UTC(2200, 0, 1) * 1000;

/** Microseconds since 1970 UTC of an ISO 8601 instant with a zone, such as `2026-11-01T00:00:00Z`. */
export function parseInstantUs(text: string): number | undefined {
  const match = INSTANT.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second = '00', fraction = '', zone] = match;
  const seconds = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${(zone as string).toUpperCase()}`);
  if (Number.isNaN(seconds)) return undefined;
  // Date.parse takes 31 February for 3 March.
  if (new Date(Date.UTC(Number(year), Number(month) - 1, Number(day))).getUTCDate() !== Number(day)) return undefined;
  const us = seconds * 1000 + Number(fraction.padEnd(6, '0').slice(0, 6));
  return us >= 0 && us <= INSTANT_MAX_US ? us : undefined;
}

/** `2026-11-01T00:00:00.000Z`; three more digits when they are not zero. */
export function formatInstantUs(us: number): string {
  const iso = new Date(Math.floor(us / 1000)).toISOString();
  const micros = us % 1000;
  return micros === 0 ? iso : `${iso.slice(0, -1)}${String(micros).padStart(3, '0')}Z`;
}
