import type { Grain } from '../domain/grain.ts';

/** How the start of a bucket is written, on the axis and in full. */
export function timeLabels(grain: Grain, locale: string, timeZone: string) {
  const format = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, { timeZone, ...options });
  const axis = {
    minute: format({ hour: '2-digit', minute: '2-digit' }),
    hour: format({ day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' }),
    day: format({ day: 'numeric', month: 'short' }),
    week: format({ day: 'numeric', month: 'short' }),
    month: format({ month: 'short', year: '2-digit' }),
  }[grain];
  const full = {
    minute: format({ dateStyle: 'medium', timeStyle: 'short' }),
    hour: format({ weekday: 'short', day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit' }),
    day: format({ weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' }),
    week: format({ day: 'numeric', month: 'short', year: 'numeric' }),
    month: format({ month: 'long', year: 'numeric' }),
  }[grain];
  return { axis: (ms: number) => axis.format(ms), full: (ms: number) => full.format(ms) };
}

/** Which of `count` labels fit when each takes `labelWidth`: evenly spaced, the last one always. */
export function shownLabels(count: number, width: number, labelWidth: number): ReadonlySet<number> {
  const every = Math.max(1, Math.ceil((count * labelWidth) / Math.max(width, 1)));
  const shown = new Set<number>();
  for (let index = count - 1; index >= 0; index -= every) shown.add(index);
  return shown;
}

/** Room in pixels for the texts of a value axis at its font size, and for the space after them. */
export function axisWidth(texts: readonly string[]): number {
  return Math.ceil(Math.max(...texts.map((text) => text.replace(/[\u2066\u2069]/g, '').length)) * 7.5) + 10;
}
