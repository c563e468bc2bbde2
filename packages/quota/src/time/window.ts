import type { Calendar, Period } from './calendar.ts';
import { civilDate, dayNumber, daysInMonth, formatDate, weekday } from './civil-date.ts';
import { HOUR_MS, instantOfLocal, MINUTE_MS, offsetAt, PAPER_DAY_MS } from './zone.ts';

/** One turn of a period. `id` is part of the key of every counter, so that a reset is a new key and not a job. */
export interface Window {
  /** Local start and zone: `2026-11-01@Europe/Berlin`. A rule whose zone changes gets new windows. */
  readonly id: string;
  /** Included. */
  readonly startMs: number;
  /** Not included. */
  readonly endMs: number;
}

/** End of a window that never ends: the last instant of the runtime's calendar. */
export const NEVER_MS = 8_640_000_000_000_000;
const LIFETIME: Window = { id: 'lifetime', startMs: -NEVER_MS, endMs: NEVER_MS };

/** The window of a period in which an instant lies. Windows of one calendar follow each other without gap or overlap. */
export function windowAt(calendar: Calendar, period: Period, atMs: number): Window {
  if (period === 'lifetime') return LIFETIME;
  if (period === 'minute') return clockWindow(atMs, MINUTE_MS);
  if (period === 'hour') return clockWindow(atMs, HOUR_MS);
  const { timezone, dayStartMinutes } = calendar;
  const shiftMs = dayStartMinutes * MINUTE_MS;
  const today = Math.floor((atMs + offsetAt(timezone, atMs) - shiftMs) / PAPER_DAY_MS);
  const instant = (day: number): number => instantOfLocal(timezone, day * PAPER_DAY_MS + shiftMs);
  let first = firstDay(calendar, period, today);
  let startMs = instant(first);
  let next = nextFirstDay(calendar, period, first);
  let endMs = instant(next);
  // Where a clock goes back over midnight, the date alone would put the second hour into the day before.
  while (atMs >= endMs) {
    [first, startMs] = [next, endMs];
    next = nextFirstDay(calendar, period, first);
    endMs = instant(next);
  }
  const time = dayStartMinutes === 0 ? '' : `T${formatTime(dayStartMinutes)}`;
  return { id: `${formatDate(first)}${time}@${timezone}`, startMs, endMs };
}

function clockWindow(atMs: number, lengthMs: number): Window {
  const startMs = Math.floor(atMs / lengthMs) * lengthMs;
  const day = Math.floor(startMs / PAPER_DAY_MS);
  const time = formatTime((startMs - day * PAPER_DAY_MS) / MINUTE_MS);
  return { id: `${formatDate(day)}T${time}Z`, startMs, endMs: startMs + lengthMs };
}

type CalendarPeriod = Exclude<Period, 'minute' | 'hour' | 'lifetime'>;

/** The first day of the period that holds `day`, both as days since 1970. */
function firstDay(calendar: Calendar, period: CalendarPeriod, day: number): number {
  if (period === 'day') return day;
  if (period === 'week') return day - ((weekday(day) - calendar.weekStart + 7) % 7);
  const months = monthsOf(period);
  const { year, month } = civilDate(day);
  const since = (((month - calendar.yearMonth) % months) + months) % months;
  const start = anchorDay(calendar, year, month - since);
  return start <= day ? start : anchorDay(calendar, year, month - since - months);
}

function nextFirstDay(calendar: Calendar, period: CalendarPeriod, first: number): number {
  if (period === 'day') return first + 1;
  if (period === 'week') return first + 7;
  const { year, month } = civilDate(first);
  return anchorDay(calendar, year, month + monthsOf(period));
}

function monthsOf(period: 'month' | 'quarter' | 'year'): 1 | 3 | 12 {
  return period === 'month' ? 1 : period === 'quarter' ? 3 : 12;
}

function anchorDay({ monthDay }: Calendar, year: number, month: number): number {
  return dayNumber(year, month, Math.min(monthDay, daysInMonth(year, month)));
}

function formatTime(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}
