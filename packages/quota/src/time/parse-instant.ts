import { dayNumber, daysInMonth } from './civil-date.ts';
import { HOUR_MS, instantOfLocal, MINUTE_MS, PAPER_DAY_MS } from './zone.ts';

export const INSTANT_PATTERN = '^\\d{4}-\\d\\d-\\d\\d(T\\d\\d:\\d\\d(:\\d\\d)?(Z|[+-]\\d\\d:\\d\\d))?$';
const INSTANT = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d))?(Z|[+-]\d\d:\d\d))?$/;

/** The instant (ms) of `2026-12-01`, where that day begins in the zone, or of `2026-12-01T08:00:00+01:00`. */
export function parseInstant(text: string, timezone: string): number | undefined {
  const match = INSTANT.exec(text);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined;
  if (hour > 23 || minute > 59 || second > 59) return undefined;
  const local = dayNumber(year, month, day) * PAPER_DAY_MS + hour * HOUR_MS + minute * MINUTE_MS + second * 1000;
  const zone = match[7];
  if (zone === undefined) return instantOfLocal(timezone, local);
  if (zone === 'Z') return local;
  const offset = Number(zone.slice(1, 3)) * HOUR_MS + Number(zone.slice(4, 6)) * MINUTE_MS;
  return zone.startsWith('-') ? local + offset : local - offset;
}
