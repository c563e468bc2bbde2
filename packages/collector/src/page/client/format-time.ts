import type { Grain } from './time-window.ts';

/** A bucket as a title: `Thu, 12 Nov`, `12 Nov, 14:00`, … in the visitor's time zone. */
export function formatBucket(grain: Grain, ms: number): string {
  switch (grain) {
    case 'minute':
    case 'hour':
      return FORMATS.minute.format(ms);
    case 'day':
      return FORMATS.day.format(ms);
    case 'week':
      return `Week of ${FORMATS.date.format(ms)}`;
    case 'month':
      return FORMATS.month.format(ms);
  }
}

/** A label below the time axis. Among hours the midnights carry the date. */
export function formatTimeTick(grain: Grain, ms: number): string {
  if (grain === 'month') return FORMATS.month.format(ms);
  if (grain === 'day' || grain === 'week') return FORMATS.date.format(ms);
  const date = new Date(ms);
  return date.getHours() === 0 && date.getMinutes() === 0 ? FORMATS.date.format(ms) : FORMATS.time.format(ms);
}

/** An instant to the second, as in a list of calls. */
export function formatInstant(ms: number): string {
  return FORMATS.second.format(ms);
}

export function formatClock(ms: number): string {
  return FORMATS.clock.format(ms);
}

/** `340 ms`, `1.42 s`, `2 m 05 s`. */
export function formatDuration(durationMs: number): string {
  if (durationMs < 1_000) return `${Math.round(durationMs)} ms`;
  if (durationMs < 60_000) return `${(durationMs / 1_000).toFixed(2)} s`;
  const seconds = Math.round(durationMs / 1_000);
  return `${Math.floor(seconds / 60)} m ${String(seconds % 60).padStart(2, '0')} s`;
}

const LOCALE = 'en-GB';
const FORMATS = {
  clock: new Intl.DateTimeFormat(LOCALE, { hour: '2-digit', minute: '2-digit', second: '2-digit' }),
  time: new Intl.DateTimeFormat(LOCALE, { hour: '2-digit', minute: '2-digit' }),
  minute: new Intl.DateTimeFormat(LOCALE, { day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' }),
  second: new Intl.DateTimeFormat(LOCALE, {
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  }),
  day: new Intl.DateTimeFormat(LOCALE, { weekday: 'short', day: 'numeric', month: 'short' }),
  date: new Intl.DateTimeFormat(LOCALE, { day: 'numeric', month: 'short' }),
  month: new Intl.DateTimeFormat(LOCALE, { month: 'short', year: 'numeric' }),
};
