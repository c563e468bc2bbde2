import { type PriceWindow, WEEKDAYS } from './card.ts';
import { parseTime } from './instant.ts';

const MINUTES_PER_DAY = 1440;
const MINUTES_PER_WEEK = 7 * MINUTES_PER_DAY;

/** A half-open span of minutes since Monday 00:00, local to the window's zone. */
export interface MinuteSpan {
  readonly from: number;
  readonly to: number;
}

/** The spans of the week that a window covers. A span that runs past Sunday midnight is split in two. */
export function windowMinutes(window: Pick<PriceWindow, 'start' | 'end' | 'days'>): MinuteSpan[] {
  const start = parseTime(window.start) ?? 0;
  const end = parseTime(window.end) ?? MINUTES_PER_DAY;
  const length = end > start ? end - start : end + MINUTES_PER_DAY - start;
  return (window.days ?? WEEKDAYS).flatMap((day) => {
    const from = WEEKDAYS.indexOf(day) * MINUTES_PER_DAY + start;
    const to = from + length;
    return to <= MINUTES_PER_WEEK
      ? [{ from, to }]
      : [
          { from, to: MINUTES_PER_WEEK },
          { from: 0, to: to - MINUTES_PER_WEEK },
        ];
  });
}
