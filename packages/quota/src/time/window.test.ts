import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import { type Calendar, type Period, UTC_CALENDAR } from './calendar.ts';
import { formatInstant } from './format-instant.ts';
import { windowAt } from './window.ts';
import { HOUR_MS } from './zone.ts';

const ms = (text: string): number => Temporal.Instant.from(text).epochMilliseconds;
const zoned = (text: string): number => Temporal.ZonedDateTime.from(text).epochMilliseconds;
const inZone = (timezone: string, more: Partial<Calendar> = {}): Calendar => ({ ...UTC_CALENDAR, timezone, ...more });

describe('a day has as many hours as the zone gives it', () => {
  test.each([
    ['Europe/Berlin', '2026-03-29T12:00:00Z', 23],
    ['Europe/Berlin', '2026-10-25T12:00:00Z', 25],
    ['America/New_York', '2026-03-08T12:00:00Z', 23],
    ['America/New_York', '2026-11-01T12:00:00Z', 25],
    ['Australia/Lord_Howe', '2026-04-05T06:00:00Z', 24.5],
    ['Asia/Kathmandu', '2026-03-29T12:00:00Z', 24],
    ['UTC', '2026-03-29T12:00:00Z', 24],
  ])('%s, %s: %d', (timezone, at, hours) => {
    const { startMs, endMs } = windowAt(inZone(timezone), 'day', ms(at));
    expect((endMs - startMs) / HOUR_MS).toBe(hours);
  });
});

test.each<[name: string, calendar: Calendar, period: Period, at: string, id: string, start: string, end: string]>([
  [
    'Kathmandu’s midnight is at 18:15 UTC',
    inZone('Asia/Kathmandu'),
    'day',
    '2026-11-23T18:15:00Z',
    '2026-11-24@Asia/Kathmandu',
    '2026-11-23T18:15:00Z',
    '2026-11-24T18:15:00Z',
  ],
  [
    'the last moment before it is the day before',
    inZone('Asia/Kathmandu'),
    'day',
    '2026-11-23T18:14:59.999Z',
    '2026-11-23@Asia/Kathmandu',
    '2026-11-22T18:15:00Z',
    '2026-11-23T18:15:00Z',
  ],
  [
    'February of a leap year has 29 days',
    inZone('UTC'),
    'month',
    '2028-02-29T23:59:59Z',
    '2028-02-01@UTC',
    '2028-02-01T00:00:00Z',
    '2028-03-01T00:00:00Z',
  ],
  [
    'a month from the 31st begins on the last day of a short month',
    inZone('UTC', { monthDay: 31 }),
    'month',
    '2028-03-15T00:00:00Z',
    '2028-02-29@UTC',
    '2028-02-29T00:00:00Z',
    '2028-03-31T00:00:00Z',
  ],
  [
    'a month from the 15th holds the 14th of the next',
    inZone('UTC', { monthDay: 15 }),
    'month',
    '2026-11-14T23:00:00Z',
    '2026-10-15@UTC',
    '2026-10-15T00:00:00Z',
    '2026-11-15T00:00:00Z',
  ],
  [
    'a week may begin on Sunday',
    inZone('America/Los_Angeles', { weekStart: 6 }),
    'week',
    '2026-11-01T12:00:00Z',
    '2026-11-01@America/Los_Angeles',
    '2026-11-01T07:00:00Z',
    '2026-11-08T08:00:00Z',
  ],
  [
    'a quarter of a year from February',
    inZone('UTC', { yearMonth: 2 }),
    'quarter',
    '2026-01-31T00:00:00Z',
    '2025-11-01@UTC',
    '2025-11-01T00:00:00Z',
    '2026-02-01T00:00:00Z',
  ],
  [
    'a year from April',
    inZone('UTC', { yearMonth: 4 }),
    'year',
    '2026-03-31T00:00:00Z',
    '2025-04-01@UTC',
    '2025-04-01T00:00:00Z',
    '2026-04-01T00:00:00Z',
  ],
  [
    'a day from six in the morning',
    inZone('Europe/Berlin', { dayStartMinutes: 360 }),
    'day',
    '2026-11-23T04:59:59Z',
    '2026-11-22T06:00@Europe/Berlin',
    '2026-11-22T05:00:00Z',
    '2026-11-23T05:00:00Z',
  ],
  [
    'Samoa had no 30 December 2011',
    inZone('Pacific/Apia'),
    'day',
    '2011-12-30T10:00:00Z',
    '2011-12-31@Pacific/Apia',
    '2011-12-30T10:00:00Z',
    '2011-12-31T10:00:00Z',
  ],
  [
    'a clock that goes back over midnight',
    inZone('America/Sao_Paulo'),
    'day',
    '2018-02-18T02:30:00Z',
    '2018-02-17@America/Sao_Paulo',
    '2018-02-17T02:00:00Z',
    '2018-02-18T03:00:00Z',
  ],
  [
    'an hour is an hour of UTC',
    inZone('Asia/Kathmandu'),
    'hour',
    '2026-11-23T18:15:00Z',
    '2026-11-23T18:00Z',
    '2026-11-23T18:00:00Z',
    '2026-11-23T19:00:00Z',
  ],
])('%s', (_, calendar, period, at, id, start, end) => {
  expect(windowAt(calendar, period, ms(at))).toEqual({ id, startMs: ms(start), endMs: ms(end) });
});

const ZONES = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'America/Sao_Paulo',
  'Pacific/Apia',
  'Pacific/Chatham',
  'Africa/Casablanca',
  'America/St_Johns',
  'Asia/Beirut',
  'America/Havana',
];
const calendars = fc.record({
  timezone: fc.constantFrom(...ZONES),
  weekStart: fc.integer({ min: 0, max: 6 }),
  monthDay: fc.integer({ min: 1, max: 31 }),
  yearMonth: fc.integer({ min: 1, max: 12 }),
  dayStartMinutes: fc.constantFrom(0, 0, 90, 360, 1410),
});
const periods = fc.constantFrom<Period>('day', 'week', 'month', 'quarter', 'year');
const instants = fc.integer({ min: ms('2005-01-01T00:00:00Z'), max: ms('2039-12-31T00:00:00Z') });

test('a window is that of an independent calendar', () => {
  fc.assert(
    fc.property(calendars, periods, instants, (calendar, period, at) => {
      const { startMs, endMs } = windowAt(calendar, period, at);
      const judged = judge(calendar, period, at);
      expect([formatInstant(startMs), formatInstant(endMs)]).toEqual(judged.map((edge) => formatInstant(edge)));
    }),
    { numRuns: 600 },
  );
});

test('windows follow each other without gap or overlap, and each has its own id', () => {
  fc.assert(
    fc.property(calendars, periods, instants, (calendar, period, at) => {
      const here = windowAt(calendar, period, at);
      const next = windowAt(calendar, period, here.endMs);
      expect(here.startMs <= at && at < here.endMs).toBe(true);
      expect(next.startMs).toBe(here.endMs);
      expect(next.id).not.toBe(here.id);
      expect(windowAt(calendar, period, here.endMs - 1)).toEqual(here);
    }),
    { numRuns: 1000 },
  );
});

/** The same period by Temporal: walks local dates and asks the library when each of them begins. */
function judge(calendar: Calendar, period: Period, at: number): [startMs: number, endMs: number] {
  const today = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(calendar.timezone).toPlainDate();
  const starts: number[] = [];
  const reach = { day: 3, week: 9, month: 70, quarter: 200, year: 800 }[period as 'day'];
  for (let day = today.subtract({ days: reach }); day.until(today).total('days') > -reach; day = day.add({ days: 1 })) {
    if (isFirst(calendar, period, day)) starts.push(startOf(calendar, day));
  }
  const unique = [...new Set(starts)];
  return [Math.max(...unique.filter((start) => start <= at)), Math.min(...unique.filter((start) => start > at))];
}

function isFirst({ weekStart, monthDay, yearMonth }: Calendar, period: Period, day: Temporal.PlainDate): boolean {
  if (period === 'day') return true;
  if (period === 'week') return day.dayOfWeek === weekStart + 1;
  if (day.day !== Math.min(monthDay, day.daysInMonth)) return false;
  const since = (day.month - yearMonth + 12) % 12;
  return since % { month: 1, quarter: 3, year: 12 }[period as 'month'] === 0;
}

/** The first instant whose local clock shows this time or a later one. */
function startOf({ timezone, dayStartMinutes }: Calendar, day: Temporal.PlainDate): number {
  const local = day.toPlainDateTime({ hour: Math.floor(dayStartMinutes / 60), minute: dayStartMinutes % 60 });
  const probe = local.toZonedDateTime(timezone, { disambiguation: 'earlier' });
  const later = local.toZonedDateTime(timezone, { disambiguation: 'later' });
  const shows = (candidate: Temporal.ZonedDateTime): boolean => candidate.toPlainDateTime().equals(local);
  if (shows(probe)) return probe.epochMilliseconds;
  // The clock jumps over this time: the instant of the jump lies between the two readings.
  return (probe.getTimeZoneTransition('next') ?? later).epochMilliseconds;
}

test('an instant is written with its distance from UTC', () => {
  const at = zoned('2026-11-01T00:00:00[Europe/Berlin]');
  expect(formatInstant(at, 'Europe/Berlin')).toBe('2026-11-01T00:00:00+01:00');
  expect(formatInstant(at)).toBe('2026-10-31T23:00:00Z');
  expect(formatInstant(zoned('2026-11-01T00:00:00[America/St_Johns]'), 'America/St_Johns')).toBe(
    '2026-11-01T00:00:00-02:30',
  );
});
