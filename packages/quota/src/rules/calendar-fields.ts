import { isTimeZone, nearestName } from '@costspan/usage';
import { type Calendar, UTC_CALENDAR, WEEKDAYS } from '../time/calendar.ts';
import { choice, into, text, type Values, whole } from './shape.ts';

export const timezone = into(text({ max: 64, example: 'Europe/Berlin' }), (name, path, findings) => {
  if (isTimeZone(name)) return name;
  const near = nearestName(name, Intl.supportedValuesOf('timeZone'));
  const hint = near === undefined ? 'write an IANA name such as "Europe/Berlin"' : `did you mean "${near}"?`;
  return findings.add(path, 'TIMEZONE_UNKNOWN', `"${name}" is not a time zone; ${hint}`);
});

/** Where windows begin; stands on the file, and on a rule that differs. */
export const CALENDAR_FIELDS = {
  timezone,
  week_start: choice(WEEKDAYS),
  month_day: whole({ min: 1, max: 31, unit: 'the month' }),
  year_month: whole({ min: 1, max: 12 }),
  day_start: text({ max: 5, pattern: '^([01]\\d|2[0-3]):[0-5]\\d$', example: '06:00' }),
};

export function calendarOf(fields: Partial<Values<typeof CALENDAR_FIELDS>>, base: Calendar = UTC_CALENDAR): Calendar {
  const time = fields.day_start;
  return {
    timezone: fields.timezone ?? base.timezone,
    weekStart: fields.week_start === undefined ? base.weekStart : WEEKDAYS.indexOf(fields.week_start),
    monthDay: fields.month_day ?? base.monthDay,
    yearMonth: fields.year_month ?? base.yearMonth,
    dayStartMinutes:
      time === undefined ? base.dayStartMinutes : Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5)),
  };
}
