import { US_PER_DAY, US_PER_MINUTE } from './instant.ts';

const MINUTES_PER_DAY = 1440;
const MINUTES_PER_WEEK = 7 * MINUTES_PER_DAY;
/** 1970-01-01 was a Thursday; weeks here start on Monday. */
const FIRST_DAY = 3;

/** Minutes since Monday 00:00 UTC of an instant. */
export function utcMinuteOfWeek(atUs: number): number {
  const minute = Math.floor(atUs / US_PER_MINUTE) + FIRST_DAY * MINUTES_PER_DAY;
  return ((minute % MINUTES_PER_WEEK) + MINUTES_PER_WEEK) % MINUTES_PER_WEEK;
}

/** Minutes since Monday 00:00 in a time zone. The zone's rules are those of the runtime's ICU data. */
export type LocalClock = (atUs: number) => number;

export function localClock(zone: string): LocalClock {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
  });
  // Formatting takes about 1 µs; calls come in bursts within one minute, so the last minute is remembered.
  let minute = Number.NaN;
  let result = 0;
  return (atUs) => {
    const asked = Math.floor(atUs / US_PER_MINUTE);
    if (asked !== minute) {
      minute = asked;
      result = minuteOfWeek(format, asked * (US_PER_MINUTE / 1000));
    }
    return result;
  };
}

/** Largest distance from 1970 that the calendar of the runtime covers. */
const INSTANT_MAX_US = 100_000_000 * US_PER_DAY;

/** True for an instant that has a price: a number of microseconds within the calendar. */
export function isInstant(atUs: number): boolean {
  return typeof atUs === 'number' && Math.abs(atUs) <= INSTANT_MAX_US;
}

const SHORT_DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

function minuteOfWeek(format: Intl.DateTimeFormat, atMs: number): number {
  let day = 0;
  let hour = 0;
  let minute = 0;
  for (const { type, value } of format.formatToParts(atMs)) {
    if (type === 'weekday') day = SHORT_DAYS.indexOf(value);
    if (type === 'hour') hour = Number(value);
    if (type === 'minute') minute = Number(value);
  }
  return day * MINUTES_PER_DAY + hour * 60 + minute;
}
