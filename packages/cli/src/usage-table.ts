import { type Column, textTable } from './text-table.ts';

/** One row of the usage API: dimensions and metrics by name. Money is an exact decimal text. */
export type UsageRow = Readonly<Record<string, string | number | null>>;

export interface UsageAnswer {
  readonly rows: readonly UsageRow[];
  readonly total: UsageRow;
  readonly unpriced_calls: number;
  readonly complete_to: string;
}

/** The answer as a table with its total, and a sentence for what has no price. */
export function formatUsage(
  answer: UsageAnswer,
  by: readonly string[],
  metrics: readonly string[],
  hasTime: boolean,
): string {
  const dimensions = [...(hasTime ? ['time'] : []), ...by];
  const columns: Column<UsageRow>[] = [
    ...dimensions.map(
      (name): Column<UsageRow> => ({ title: name, align: 'left', cell: (row) => String(row[name] ?? '') }),
    ),
    ...metrics.map(
      (name): Column<UsageRow> => ({
        title: name === 'cost' ? 'cost_usd' : name,
        align: 'right',
        cell: (row) => formatMetric(row[name]),
      }),
    ),
  ];
  const first = dimensions[0];
  const total: UsageRow = first === undefined ? answer.total : { ...answer.total, [first]: 'total' };
  const table = textTable(columns, first === undefined ? [total] : [...answer.rows, total]);
  return answer.unpriced_calls === 0
    ? table
    : `${table}\n${answer.unpriced_calls} calls have no known cost (no price, or no usage reported) and are not in the sum.`;
}

/** Money stays the exact text it is; counts get thousands separators; what is not known is a dash. */
function formatMetric(value: string | number | null | undefined): string {
  if (value === null || value === undefined) return '–';
  return typeof value === 'number' ? value.toLocaleString('en-US', { maximumFractionDigits: 3 }) : value;
}
