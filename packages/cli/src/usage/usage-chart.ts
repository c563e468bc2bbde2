import { printable } from '../text-table.ts';
import { metricNumber, metricText, metricTitle } from './metric-text.ts';
import { cellOf, type UsageAnswer, type UsageRow } from './usage-table.ts';

export interface ChartOptions {
  readonly by: readonly string[];
  readonly metric: string;
  readonly hasTime: boolean;
  readonly columns: number;
  /** Without block characters. */
  readonly ascii: boolean;
  readonly places?: number;
}

const LABEL_LENGTH_MAX = 32;
const HEIGHT = 8;
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const;
const LEVELS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;
const ASCII_LEVELS = ['_', '.', '-', '=', '+', '*', '%', '#'] as const;

/**
 * One metric as a picture for a terminal: bars for groups, columns for a time, a line of levels per group for both. A bucket
 * in which nothing was recorded stays empty: it is no zero. Asks for `calls` in each row, and for `fill: zero` with a grain.
 */
export function usageChart(answer: UsageAnswer, options: ChartOptions): string {
  if (answer.rows.length === 0) return 'nothing to draw: no calls in this time';
  if (!options.hasTime) return bars(answer.rows, options);
  const times = [...new Set(answer.rows.map((row) => String(row['time'])))].sort();
  const first = times[0] ?? '';
  const last = times.at(-1) ?? '';
  const span = `${times.length} buckets, ${first} to ${last}; empty where nothing was recorded`;
  return `${options.by.length === 0 ? columns(answer.rows, times, options) : levels(answer.rows, times, options)}\n${span}`;
}

function bars(rows: readonly UsageRow[], options: ChartOptions): string {
  const lines = rows.map((row) => ({
    label: labelOf(row, options.by),
    value: metricNumber(cellOf(row, options.metric)),
    text: valueText(row, options),
  }));
  const labelWidth = Math.max(...lines.map(({ label }) => label.length));
  const textWidth = Math.max(...lines.map(({ text }) => text.length));
  const width = Math.max(8, options.columns - labelWidth - textWidth - 4);
  const most = Math.max(0, ...lines.map(({ value }) => Math.abs(value ?? 0)));
  const drawn = lines.map(({ label, value, text }) => {
    const length = value === undefined || most === 0 ? 0 : (Math.abs(value) / most) * width;
    return `${label.padEnd(labelWidth)}  ${bar(length, value ?? 0, options.ascii).padEnd(width)}  ${text.padStart(textWidth)}`;
  });
  return [metricTitle(options.metric), ...drawn].join('\n');
}

/** A bar of so many cells. What is below zero is drawn lighter. */
function bar(length: number, value: number, ascii: boolean): string {
  if (value < 0) return (ascii ? '-' : '░').repeat(Math.max(1, Math.round(length)));
  if (ascii) return '#'.repeat(length > 0 ? Math.max(1, Math.round(length)) : 0);
  const eighths = length > 0 ? Math.max(1, Math.round(length * 8)) : 0;
  return '█'.repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8];
}

/** The value of each bucket; `undefined` where nothing was recorded or it is not known. */
function series(rows: readonly UsageRow[], times: readonly string[], metric: string): (number | undefined)[] {
  const byTime = new Map(rows.map((row) => [String(row['time']), row]));
  return times.map((time) => {
    const row = byTime.get(time);
    return row === undefined || row['calls'] === 0 ? undefined : metricNumber(cellOf(row, metric));
  });
}

function columns(rows: readonly UsageRow[], times: readonly string[], options: ChartOptions): string {
  const values = series(rows, times, options.metric);
  const most = Math.max(0, ...values.map((value) => value ?? 0));
  const top = valueAt(rows, values.indexOf(most), times, options);
  const width = Math.floor((options.columns - top.length - 2) / times.length);
  if (width < 1) return tooMany(times.length);
  const cells = Math.min(width, 6);
  const lines: string[] = [];
  for (let line = HEIGHT - 1; line >= 0; line--) {
    const drawn = values.map((value) => {
      if (value === undefined) return ' '.repeat(cells);
      const eighths = most === 0 ? 0 : Math.round((Math.max(0, value) / most) * HEIGHT * 8) - line * 8;
      const cell = eighths >= 8 ? 7 : eighths > 0 ? eighths - 1 : line === 0 ? 0 : -1;
      const sign = cell < 0 ? ' ' : (options.ascii ? ASCII_LEVELS : LEVELS)[cell];
      return (sign as string).repeat(cells > 2 ? cells - 1 : cells) + (cells > 2 ? ' ' : '');
    });
    const label = line === HEIGHT - 1 ? top : line === 0 ? '0' : '';
    lines.push(`${label.padStart(top.length)}  ${drawn.join('')}`.trimEnd());
  }
  return [metricTitle(options.metric), ...lines].join('\n');
}

function levels(rows: readonly UsageRow[], times: readonly string[], options: ChartOptions): string {
  const groups = Map.groupBy(rows, (row) => labelOf(row, options.by));
  const labelWidth = Math.max(...[...groups.keys()].map((label) => label.length));
  if (options.columns - labelWidth - 2 < times.length) return tooMany(times.length);
  const all = [...groups].map(([label, members]) => ({ label, values: series(members, times, options.metric) }));
  const most = Math.max(0, ...all.flatMap(({ values }) => values.map((value) => value ?? 0)));
  const signs = options.ascii ? ASCII_LEVELS : LEVELS;
  const lines = all.map(({ label, values }) => {
    const drawn = values.map((value) => {
      if (value === undefined) return ' ';
      return signs[most === 0 ? 0 : Math.min(7, Math.floor((Math.max(0, value) / most) * 8))];
    });
    return `${label.padEnd(labelWidth)}  ${drawn.join('')}`.trimEnd();
  });
  const scale = `${metricTitle(options.metric)}, every line to ${most.toLocaleString('en-US', { maximumFractionDigits: 6 })}`;
  return [scale, ...lines].join('\n');
}

function tooMany(buckets: number): string {
  return `${buckets} buckets are more than fit side by side; use a coarser --grain, a shorter time or a wider terminal`;
}

function valueAt(rows: readonly UsageRow[], index: number, times: readonly string[], options: ChartOptions): string {
  const row = rows.find((each) => each['time'] === times[index]);
  return row === undefined ? '0' : valueText(row, options);
}

function valueText(row: UsageRow, options: ChartOptions): string {
  return metricText(options.metric, cellOf(row, options.metric), options.places);
}

function labelOf(row: UsageRow, by: readonly string[]): string {
  const label = by.length === 0 ? 'total' : by.map((name) => String(row[name] ?? '')).join(' · ');
  const text = printable(label);
  return text.length > LABEL_LENGTH_MAX ? `${text.slice(0, LABEL_LENGTH_MAX - 1)}…` : text;
}
