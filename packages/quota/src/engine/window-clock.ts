import type { Calendar, Period } from '../time/calendar.ts';
import { type Window, windowAt } from '../time/window.ts';

/** The windows of one calendar and period. Remembers the last, so that a decision asks no time zone. */
export class WindowClock {
  readonly calendar: Calendar;
  readonly period: Period;
  #last: Window | undefined;

  constructor(calendar: Calendar, period: Period) {
    this.calendar = calendar;
    this.period = period;
  }

  at(atMs: number): Window {
    const last = this.#last;
    if (last !== undefined && atMs >= last.startMs && atMs < last.endMs) return last;
    const window = windowAt(this.calendar, this.period, atMs);
    this.#last = window;
    return window;
  }
}
