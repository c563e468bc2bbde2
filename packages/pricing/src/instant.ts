const INSTANT = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?(Z|[+-]\d{2}:\d{2})$/;
const DAY = /^(\d{4})-(\d{2})-(\d{2})$/;
const TIME = /^(\d{2}):(\d{2})$/;

const DAYS_BEFORE_1970 = 719_468;
const MINUTES_PER_DAY = 1440;
export const US_PER_MINUTE = 60_000_000;
export const US_PER_DAY = MINUTES_PER_DAY * US_PER_MINUTE;

/**
 * Microseconds since 1970 UTC of an ISO 8601 instant with a zone (`2026-03-13T00:00:00Z`, `…+08:00`); `undefined` when
 * the text is not one. A date without time and zone is not an instant: half of the world would read another moment.
 */
export function parseInstant(text: string): number | undefined {
  const match = INSTANT.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second = '0', fraction = '', zone = 'Z'] = match;
  const days = dayNumber(Number(year), Number(month), Number(day));
  const offset = zone === 'Z' ? 0 : offsetMinutes(zone);
  if (days === undefined || offset === undefined) return undefined;
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const minutes = days * MINUTES_PER_DAY + Number(hour) * 60 + Number(minute) - offset;
  return minutes * US_PER_MINUTE + Number(second) * 1_000_000 + Number(fraction.padEnd(6, '0'));
}

/** Microseconds of an instant that was read before, `open` where none is stated. */
export function instantOr(text: string | undefined, open: number): number {
  return text === undefined ? open : (parseInstant(text) ?? open);
}

/** True for a date that exists, written `YYYY-MM-DD`. */
export function isDay(text: string): boolean {
  const match = DAY.exec(text);
  return match !== null && dayNumber(Number(match[1]), Number(match[2]), Number(match[3])) !== undefined;
}

/** Minutes after midnight of `HH:MM`, `24:00` included; `undefined` when the text is not a time. */
export function parseTime(text: string): number | undefined {
  const match = TIME.exec(text);
  if (match === null) return undefined;
  const minutes = Number(match[1]) * 60 + Number(match[2]);
  return Number(match[2]) < 60 && minutes <= MINUTES_PER_DAY ? minutes : undefined;
}

/** Whole days from the beginning of a day (`YYYY-MM-DD`, UTC) to an instant. */
export function daysSince(day: string, atUs: number): number {
  return Math.floor((atUs - instantOr(`${day}T00:00:00Z`, atUs)) / US_PER_DAY);
}

function offsetMinutes(zone: string): number | undefined {
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(4, 6));
  if (hours > 18 || minutes > 59) return undefined;
  return (zone[0] === '-' ? -1 : 1) * (hours * 60 + minutes);
}

/**
 * Days since 1970-01-01 of a Gregorian date, `undefined` when there is no such date.
 * Counts from March so that the leap day is the last of its year; 146 097 days are 400 years.
 */
function dayNumber(year: number, month: number, day: number): number | undefined {
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined;
  const marchYear = month <= 2 ? year - 1 : year;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - DAYS_BEFORE_1970;
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}
