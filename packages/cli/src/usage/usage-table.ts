import type { UsageResult } from '@costspan/collector';
import { type Column, textTable } from '../text-table.ts';
import { type Cell, changeText, metricText, metricTitle } from './metric-text.ts';

/** One row of the usage API: dimensions and metrics by name, with those of the period before where that was asked. */
export interface UsageRow {
  readonly [name: string]: Cell | Readonly<Record<string, Cell>>;
  readonly previous?: Readonly<Record<string, Cell>>;
}

/** The value of a dimension or a metric. */
export function cellOf(row: UsageRow, name: string): Cell {
  const value = row[name];
  return typeof value === 'object' ? null : value;
}

/** An answer of the usage API, as far as it is shown. */
export type UsageAnswer = Pick<
  UsageResult,
  'unpriced_calls' | 'complete_to' | 'as_of_from' | 'compared_with' | 'next_cursor'
> &
  Partial<Pick<UsageResult, 'late_calls' | 'expired_calls'>> & {
    readonly rows: readonly UsageRow[];
    readonly total: UsageRow;
  };

export interface UsageTableOptions {
  readonly by: readonly string[];
  readonly metrics: readonly string[];
  readonly hasTime: boolean;
  /** Places that money is rounded to; all of them without it. */
  readonly places?: number;
}

/** The answer as a table with its total, and a sentence for everything that makes it less than the whole truth. */
export function formatUsage(answer: UsageAnswer, options: UsageTableOptions): string {
  const { by, metrics, places } = options;
  const dimensions = [...(options.hasTime ? ['time'] : []), ...by];
  const isCompared = answer.total.previous !== undefined;
  const columns: Column<UsageRow>[] = [
    ...dimensions.map(
      (name): Column<UsageRow> => ({ title: name, align: 'left', cell: (row) => String(row[name] ?? '') }),
    ),
    ...metrics.flatMap((name): Column<UsageRow>[] => [
      { title: metricTitle(name), align: 'right', cell: (row) => metricText(name, cellOf(row, name), places) },
      ...(isCompared ? comparedColumns(name, places) : []),
    ]),
  ];
  const first = dimensions[0];
  const total = first === undefined ? answer.total : { ...answer.total, [first]: 'total' };
  const table = textTable(columns, first === undefined ? [total] : [...answer.rows, total]);
  return [table, ...warnings(answer)].join('\n');
}

function comparedColumns(name: string, places: number | undefined): Column<UsageRow>[] {
  return [
    { title: 'before', align: 'right', cell: (row) => metricText(name, row.previous?.[name], places) },
    { title: 'change', align: 'right', cell: (row) => changeText(row.previous?.[name], cellOf(row, name)) },
  ];
}

/** What a reader must know before believing the numbers. */
export function warnings(answer: UsageAnswer): string[] {
  const {
    unpriced_calls: unpriced,
    late_calls: late = 0,
    expired_calls: expired = 0,
    compared_with: compared,
  } = answer;
  return [
    ...(compared === undefined ? [] : [`compared with ${compared.from} to ${compared.to}`]),
    ...(unpriced === 0
      ? []
      : [`! ${counted(unpriced)} no known cost (no price, or no usage reported) and ${are(unpriced)} not in the sum.`]),
    ...(late === 0
      ? []
      : [
          `! ${late.toLocaleString('en-US')} ${late === 1 ? 'call' : 'calls'} arrived long after ${late === 1 ? 'it' : 'they'} ended: answers given before did not hold ${late === 1 ? 'it' : 'them'}.`,
        ]),
    ...(expired === 0
      ? []
      : [
          `! ${counted(expired)} been deleted: ${expired === 1 ? 'it is' : 'they are'} in the sums, in no percentile, and grouped as (expired) where only single calls know.`,
        ]),
    ...(answer.as_of_from === undefined
      ? []
      : [`! Calls that started before ${answer.as_of_from} are deleted since and are counted as they are known now.`]),
    ...(typeof answer.next_cursor === 'string'
      ? [`There are more groups: go on with --cursor ${answer.next_cursor}`]
      : []),
  ];
}

function counted(calls: number): string {
  return `${calls.toLocaleString('en-US')} ${calls === 1 ? 'call has' : 'calls have'}`;
}

function are(count: number): string {
  return count === 1 ? 'is' : 'are';
}
