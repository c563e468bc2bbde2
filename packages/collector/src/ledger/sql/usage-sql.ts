import { InvalidInputError } from '@costspan/usage';
import { isRolledUp } from '../../query/fields.ts';
import { fieldsOf } from '../../query/filter.ts';
import { formatInstantUs } from '../../query/instants.ts';
import { EXPIRED, OTHER, UNTAGGED } from '../../query/labels.ts';
import { isMetric, type Metric } from '../../query/metrics.ts';
import { formatPageCursor } from '../../query/page-cursor.ts';
import type { TimeRange } from '../../query/periods.ts';
import { type FoundRow, usageAnswer } from '../../query/usage-answer.ts';
import { USAGE_ROWS_MAX, type UsageCell, type UsageQuery, type UsageResult } from '../../query/usage-query.ts';
import { QueryTooLargeError } from '../ledger.ts';
import { bucketSql } from './bucket-sql.ts';
import type { Dialect, SqlCell, SqlReader } from './dialect.ts';
import { callsTable, fieldSql } from './field-sql.ts';
import { filterSql } from './filter-sql.ts';
import { type CallSource, type MetricSql, metricSql } from './metric-sql.ts';
import { readMetric } from './read-metric.ts';
import { SqlParams } from './sql-params.ts';
import { answersFromHours, deletedSince, hoursOf, type RollUpState, type RowsOf, rowsOf } from './usage-plan.ts';

/** What every answer tells beside the metrics that were asked for. */
const ALWAYS = ['calls', 'unpriced_calls', 'late_calls'] as const satisfies readonly Metric[];

/**
 * Answers a usage question with one statement: calls (or their sums by hour) are summed per bucket and group in one scan,
 * the groups beyond the limit fold into `(other)`, and the total is made from the same sums, so rows and total cannot disagree.
 */
export async function readUsage(reader: SqlReader, asked: UsageQuery, completeToUs: number): Promise<UsageResult> {
  const { dialect } = reader;
  const state = await dialect.readState(reader);
  const { asOfUs = Number.POSITIVE_INFINITY, page } = asked;
  // An instant that has not come yet would let pages that follow see more.
  const query = page === undefined ? asked : { ...asked, asOfUs: Math.min(asOfUs, await newestUs(reader)) };
  const asOfFromUs = deletedSince(query, state);
  if (asOfFromUs !== undefined && (query.page?.skip ?? 0) > 0) throw pagesEnded();
  const metrics = query.metrics.map((metric) => metricSql(metric, dialect));
  const order = metricSql(isMetric(query.orderBy.field) ? query.orderBy.field : 'cost', dialect);
  const used = [...ALWAYS.map((metric) => metricSql(metric, dialect)), order, ...metrics];
  const source: CallSource = answersFromHours(query, used, state) ? 'hours' : 'calls';
  const { sql, params } = usageSql(query, { dialect, state, source, metrics, order, used });
  const readRow = rowReader(query, dialect);
  const found = (await reader.rows(sql, params.values)).map(readRow);
  if (found.filter((row) => !row.isTotal).length > USAGE_ROWS_MAX) throw tooManyRows();
  const answer = usageAnswer(query, found);
  if (answer === undefined) throw tooManyRows();
  const { rows, total, current, groupCount } = answer;
  const { compare } = query;
  const to = (page?.skip ?? 0) + query.limit;
  return {
    rows,
    total,
    unpriced_calls: Number(current['unpriced_calls'] ?? 0),
    late_calls: Number(current['late_calls'] ?? 0),
    expired_calls: source === 'calls' ? await expiredCalls(reader, query, state) : 0,
    source: source === 'hours' ? 'roll-up' : 'calls',
    complete_to: formatInstantUs(Math.min(completeToUs, asked.asOfUs ?? completeToUs)),
    data_from: state.dataFromUs === undefined ? null : formatInstantUs(state.dataFromUs),
    ...(compare === undefined
      ? {}
      : { compared_with: { from: formatInstantUs(compare.fromUs), to: formatInstantUs(compare.toUs) } }),
    ...(asOfFromUs === undefined ? {} : { as_of_from: formatInstantUs(asOfFromUs) }),
    ...(page === undefined
      ? {}
      : {
          next_cursor: groupCount > to ? formatPageCursor(query, { skip: to, asOfUs: query.asOfUs as number }) : null,
        }),
  };
}

function tooManyRows(): QueryTooLargeError {
  return new QueryTooLargeError(
    'QUERY_ROWS',
    `the answer has more than ${USAGE_ROWS_MAX} rows; use a smaller limit, a coarser grain or a shorter time`,
  );
}

function pagesEnded(): InvalidInputError {
  const message = 'calls of this time were deleted since the first page; ask for the first page again';
  return new InvalidInputError('CURSOR_EXPIRED', 'question', [{ at: 'cursor', code: 'CURSOR_EXPIRED', message }]);
}

/** The newest knowledge time: pages that follow are asked of the same calls. */
async function newestUs({ dialect, rows }: SqlReader): Promise<number> {
  const [row] = await rows(dialect.newestSql);
  return Number(row?.[0]);
}

/** Calls of the question's time that may belong to it, and of which only sums are left. */
async function expiredCalls({ dialect, rows }: SqlReader, query: UsageQuery, state: RollUpState): Promise<number> {
  if (query.fromUs >= state.callsFromUs) return 0;
  const params = new SqlParams(dialect);
  const { conditions } = hoursOf(query, Math.min(query.toUs, state.callsFromUs), params);
  const where = [...conditions, ...query.filters.map((filter) => filterSql(filter, params, 'hours-perhaps'))];
  const [row] = await rows(
    `SELECT coalesce(sum(calls), 0) FROM ${dialect.hours} WHERE ${where.join(' AND ')}`,
    params.values,
  );
  return Number(row?.[0]);
}

interface Parts {
  readonly dialect: Dialect;
  readonly state: RollUpState;
  readonly source: CallSource;
  readonly metrics: readonly MetricSql[];
  readonly order: MetricSql;
  readonly used: readonly MetricSql[];
}

/** Columns: period, is it a total, is it `(other)`, groups that stand alone, bucket, groups…, then the cells of {@link ALWAYS} and of each metric. */
export function usageSql(query: UsageQuery, plan: Parts): { readonly sql: string; readonly params: SqlParams } {
  const { dialect, order, metrics, used } = plan;
  const params = new SqlParams(dialect);
  const partNames = Object.keys(Object.assign({}, ...used.map((metric) => metric.parts('calls'))) as object);
  const keys = Object.assign({}, ...used.map((metric) => metric.keys ?? {})) as Readonly<Record<string, string>>;
  const singles = Object.assign({}, ...used.map((metric) => metric.singles ?? {})) as Readonly<Record<string, string>>;
  const groups = query.groupBy.map((_, index) => `g${index}`);
  const together = ['period', 'bucket', ...groups, ...Object.keys(keys)];

  const periods: readonly TimeRange[] = query.compare === undefined ? [query] : [query, query.compare];
  const selects = periods.flatMap((range, period) =>
    rowsOf(range, query, plan.state, plan.source, params).map((rows) =>
      selectRows(query, { range, period, rows, used, keys, singles }, params),
    ),
  );
  const union = selects.join(' UNION ALL ');
  const sums = partNames.map((name) => `sum(${name}) AS ${name}`);
  const cells =
    Object.keys(singles).length > 0
      ? `cells AS (${union})`
      : `cells ${dialect.materialized} (SELECT ${[...together, ...sums].join(', ')} FROM (${union}) GROUP BY ALL)`;

  const direction = query.orderBy.direction === 'asc' ? 'ASC' : 'DESC';
  const byTime = query.orderBy.field === 'time';
  const groupIndex = query.groupBy.findIndex(({ name }) => name === query.orderBy.field);
  const ranking = [
    groupIndex >= 0 ? `g${groupIndex} ${direction}` : `${order.order} ${byTime ? 'DESC' : direction} NULLS LAST`,
    ...groups,
  ].join(', ');
  const values = [...ALWAYS.map((metric) => metricSql(metric, dialect)), ...metrics].flatMap((metric) => metric.cells);
  const tail = `ORDER BY period, is_total, bucket ${byTime ? direction : 'ASC'}, is_other, ${ranking} LIMIT ${USAGE_ROWS_MAX + 3}`;

  if (groups.length === 0) {
    const sql = `WITH ${cells}
      SELECT period, grouping(bucket) AS is_total, false AS is_other, 0 AS group_count, bucket, ${values.join(', ')}
      FROM cells GROUP BY GROUPING SETS ((period, bucket), (period)) ${tail}`;
    return { sql, params };
  }
  const list = groups.join(', ');
  // A real group that is named like the fold goes into the fold.
  const standing =
    query.page === undefined ? ` AND NOT (${groups.map((group) => `${group} = '${OTHER}'`).join(' AND ')})` : '';
  const columns = [...partNames, ...Object.keys(keys), ...Object.keys(singles)];
  const sql = `WITH ${cells},
    ranked AS (SELECT ${list} FROM cells WHERE period = 0${standing} GROUP BY ${list} ORDER BY ${ranking}
      LIMIT ${params.integer(query.limit)} OFFSET ${params.integer(query.page?.skip ?? 0)}),
    top AS (SELECT *, true AS is_top FROM ranked),
    folded AS (
      SELECT period, bucket, is_top IS NULL AS is_other,
        ${groups.map((group) => `CASE WHEN is_top THEN cells.${group} ELSE '${OTHER}' END AS ${group}`).join(', ')},
        ${columns.join(', ')}
      FROM cells LEFT JOIN top USING (${list})
    )
    SELECT period, grouping(bucket) AS is_total, is_other,
      ${query.page === undefined ? '0' : `(SELECT count(*) FROM (SELECT DISTINCT ${list} FROM cells WHERE period = 0))`} AS group_count,
      bucket, ${list}, ${values.join(', ')}
    FROM folded GROUP BY GROUPING SETS ((period, bucket, is_other, ${list}), (period)) ${tail}`;
  return { sql, params };
}

interface Selected {
  readonly range: TimeRange;
  readonly period: number;
  readonly rows: RowsOf;
  readonly used: readonly MetricSql[];
  readonly keys: Readonly<Record<string, string>>;
  readonly singles: Readonly<Record<string, string>>;
}

/** The rows of one period from one table: bucket, groups, and what the metrics need. */
function selectRows(query: UsageQuery, selected: Selected, params: SqlParams): string {
  const { range, period, rows, used, keys, singles } = selected;
  const { source } = rows;
  const { dialect } = params;
  const fromHours = source === 'hours';
  const parts = Object.assign({}, ...used.map((metric) => metric.parts(source))) as Record<string, string>;
  const bucket = bucketSql({ ...query, ...range }, dialect).sql(fromHours ? 'hour' : 'started_at');
  const together = {
    period: String(period),
    bucket: dialect.integer(bucket),
    ...Object.fromEntries(
      query.groupBy.map((field, index) => [
        `g${index}`,
        fromHours && !isRolledUp(field) ? `'${EXPIRED}'` : `coalesce(${fieldSql(field, params)}, '${UNTAGGED}')`,
      ]),
    ),
    ...mapValues(keys, (column) => (fromHours && column === '"user"' ? dialect.nothing('text') : column)),
  };
  const where = [...rows.conditions, ...query.filters.map((filter) => filterSql(filter, params, source))].join(' AND ');
  if (!fromHours) {
    const tables = dialect.tables(query.asOfUs, rows.isTakenBack === true, params);
    const table = callsTable([...query.groupBy, ...fieldsOf(query.filters)], tables, dialect);
    return `SELECT ${columns({ ...together, ...parts, ...singles })} FROM ${table} WHERE ${where}`;
  }
  // Rows that take back what others of their group had added leave no group of nothing.
  const sums = mapValues(parts, (part) => `sum(${part})`);
  const absent = mapValues(singles, () => dialect.nothing('integer'));
  return `SELECT ${columns({ ...together, ...sums, ...absent })} FROM ${dialect.hours} WHERE ${where} GROUP BY ALL HAVING sum(calls) <> 0`;
}

function columns(byAlias: Readonly<Record<string, string>>): string {
  return Object.entries(byAlias)
    .map(([alias, sql]) => `${sql} AS ${alias}`)
    .join(', ');
}

function mapValues(
  record: Readonly<Record<string, string>>,
  change: (value: string) => string,
): Record<string, string> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value)]));
}

function rowReader(query: UsageQuery, dialect: Dialect): (cells: readonly SqlCell[]) => FoundRow {
  const starts = [query, query.compare ?? query].map((range) => bucketSql({ ...query, ...range }, dialect).startUs);
  const asked = [...ALWAYS, ...query.metrics].map((metric) => ({
    metric,
    width: metricSql(metric, dialect).cells.length,
  }));
  return (cells) => {
    const [period, isTotal, isOther, groupCount, bucket, ...rest] = cells;
    let at = query.groupBy.length;
    const groups = rest.slice(0, at).map(String);
    const calls = Number(rest[at] ?? 0);
    const values = asked.map(({ metric, width }): [Metric, UsageCell] => {
      at += width;
      return [metric, readMetric(metric, rest.slice(at - width, at), calls)];
    });
    const total = Number(isTotal) !== 0;
    return {
      isPrevious: Number(period) !== 0,
      isTotal: total,
      isOther: Number(isOther) !== 0,
      startUs: total ? query.fromUs : (starts[Number(period)] as (bucket: SqlCell) => number)(bucket as SqlCell),
      groups,
      groupCount: Number(groupCount),
      always: Object.fromEntries(values.slice(0, ALWAYS.length)),
      values: Object.fromEntries(values.slice(ALWAYS.length)),
    };
  };
}
