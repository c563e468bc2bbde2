import { formatDate } from './civil-date.ts';
import { HOUR_MS, MINUTE_MS, offsetAt, PAPER_DAY_MS } from './zone.ts';

/** An instant as local time with its distance from UTC, to the second: `2026-11-01T00:00:00+01:00`. UTC is `Z`. */
export function formatInstant(atMs: number, timezone = 'UTC'): string {
  const offset = offsetAt(timezone, atMs);
  const local = atMs + offset;
  const day = Math.floor(local / PAPER_DAY_MS);
  return `${formatDate(day)}T${clock(local - day * PAPER_DAY_MS)}${timezone === 'UTC' ? 'Z' : distance(offset)}`;
}

function clock(ofDayMs: number): string {
  return [Math.floor(ofDayMs / HOUR_MS), Math.floor(ofDayMs / MINUTE_MS) % 60, Math.floor(ofDayMs / 1000) % 60]
    .map((part) => String(part).padStart(2, '0'))
    .join(':');
}

function distance(offset: number): string {
  const size = Math.abs(offset);
  return `${offset < 0 ? '-' : '+'}${clock(size).slice(0, 5)}`;
}
