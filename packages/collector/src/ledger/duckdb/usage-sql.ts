import { attoFromInteger, formatMoney } from '@costspan/usage';
import { formatInstantUs } from '../../query/instants.ts';
import { OTHER, UNTAGGED } from '../../query/labels.ts';
import { isMetric, type UsageQuery, type UsageResult, type UsageRow } from '../../query/usage-query.ts';
import { QueryTooLargeError } from '../ledger.ts';
import { type BucketSql, bucketSql } from './bucket-sql.ts';
import type { Connection, SqlCell } from './database.ts';
import { fieldSql, filterSql } from './filter-sql.ts';
import { type MetricSql, type MetricUnit, metricSql } from './metric-sql.ts';
import { SqlParams } from './sql-params.ts';

/** Most rows of one answer. */
const USAGE_ROWS_MAX = 100_000;

/**
 * Answers a usage question with one statement: calls are summed per bucket and group in one scan, the groups beyond the
 * limit fold into `(other)`, and the total is made from the same sums, so rows and total cannot disagree.
 */
export async function readUsage(connection: Connection, query: UsageQuery, completeToUs: number): Promise<UsageResult> {
  const bucket = bucketSql(query);
  const { sql, params, metrics } = usageSql(query, bucket);
  const found = await connection.rows(sql, params.values);
  // One more than the rows is the total.
  if (found.length > USAGE_ROWS_MAX + 1) {
    throw new QueryTooLargeError(
      'QUERY_ROWS',
      `the answer has more than ${USAGE_ROWS_MAX} rows; use a smaller limit, a coarser grain or a shorter time`,
    );
  }
  const rows: UsageRow[] = [];
  let total: UsageRow = {};
  let unpriced = 0;
  for (const cells of found) {
    const [isTotal, , bucketCell, ...rest] = cells;
    const groups = rest.slice(0, query.groupBy.length);
    const values = rest.slice(query.groupBy.length);
    const row: Record<string, string | number | null> = {};
    if (isTotal === 0 || isTotal === 0n) {
      if (query.grain !== 'none') row['time'] = formatInstantUs(bucket.startUs(bucketCell as SqlCell));
      for (const [index, { name }] of query.groupBy.entries()) row[name] = String(groups[index]);
    }
    const callCount = Number(values[0] ?? 0);
    for (const [index, metric] of query.metrics.entries()) {
      const { unit } = metrics[index] as MetricSql;
      row[metric] = present(values[index + 2] as SqlCell, unit, callCount);
    }
    if (isTotal === 0 || isTotal === 0n) rows.push(row);
    else {
      total = row;
      unpriced = Number(values[1] ?? 0);
    }
  }
  return { rows, total, unpriced_calls: unpriced, complete_to: formatInstantUs(completeToUs) };
}

/** Nothing known about some calls is `null`; about no calls at all it is zero. */
function present(cell: SqlCell, unit: MetricUnit, callCount: number): string | number | null {
  if (cell === null) {
    if (callCount > 0 || unit === 'us' || unit === 'average_us') return null;
    return unit === 'money' ? '0' : 0;
  }
  switch (unit) {
    case 'count':
      return wholeNumber(BigInt(cell as bigint));
    case 'money':
      return formatMoney(attoFromInteger(cell as bigint));
    case 'decimal': {
      const text = formatMoney(attoFromInteger(cell as bigint));
      return text.includes('.') ? text : wholeNumber(BigInt(text));
    }
    case 'average_us':
    case 'us':
      return Math.round(Number(cell)) / 1000;
    default:
      return unit satisfies never;
  }
}

function wholeNumber(value: bigint): number | string {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value.toString();
}

interface UsageSql {
  readonly sql: string;
  readonly params: SqlParams;
  readonly metrics: readonly MetricSql[];
}

/** Columns: is it the total, is it `(other)`, bucket, groups…, calls, unpriced calls, metrics… */
function usageSql(query: UsageQuery, bucket: BucketSql): UsageSql {
  const params = new SqlParams();
  const metrics = query.metrics.map(metricSql);
  const order = isMetric(query.orderBy.field) ? metricSql(query.orderBy.field) : metricSql('cost');
  const used = [metricSql('calls'), metricSql('unpriced_calls'), order, ...metrics];
  const parts = Object.entries(Object.assign({}, ...used.map((metric) => metric.parts)) as Record<string, string>);
  const fromRows = used.some((metric) => metric.needsRows);

  const groups = query.groupBy.map((_, index) => `g${index}`);
  const keys = ['bucket', ...groups];
  const rawColumns = [
    `${bucket.sql} AS bucket`,
    ...query.groupBy.map((field, index) => `coalesce(${fieldSql(field, params)}, '${UNTAGGED}') AS g${index}`),
    ...parts.map(([alias, sql]) => `${sql} AS ${alias}`),
  ];
  const where = [
    `started_at >= ${params.instant(query.fromUs)}`,
    `started_at < ${params.instant(query.toUs)}`,
    ...query.filters.map((filter) => filterSql(filter, params)),
  ];
  const calls = `SELECT ${rawColumns.join(', ')} FROM calls WHERE ${where.join(' AND ')}`;
  const cells = fromRows
    ? `cells AS (${calls})`
    : `cells AS MATERIALIZED (SELECT ${keys.join(', ')}, ${parts.map(([alias]) => `sum(${alias}) AS ${alias}`).join(', ')} FROM (${calls}) GROUP BY ALL)`;

  const direction = query.orderBy.direction === 'asc' ? 'ASC' : 'DESC';
  const groupIndex = query.groupBy.findIndex(({ name }) => name === query.orderBy.field);
  const ranking =
    groupIndex >= 0
      ? `g${groupIndex} ${direction}`
      : `${order.value} ${query.orderBy.field === 'time' ? 'DESC' : direction} NULLS LAST`;
  const values = [metricSql('calls'), metricSql('unpriced_calls'), ...metrics].map((metric) => metric.value);
  const inTime = `bucket ${query.orderBy.field === 'time' ? direction : 'ASC'}`;
  const tail = `ORDER BY is_total, ${inTime}, is_other, ${ranking}${groups.map((group) => `, ${group}`).join('')} LIMIT ${USAGE_ROWS_MAX + 2}`;

  if (groups.length === 0) {
    const sql = `WITH ${cells}
      SELECT grouping(bucket) AS is_total, false AS is_other, bucket, ${values.join(', ')}
      FROM cells GROUP BY GROUPING SETS ((bucket), ()) ${tail}`;
    return { sql, params, metrics };
  }
  // A real group that is named like the fold goes into the fold.
  const notTheFold = `NOT (${groups.map((group) => `${group} = '${OTHER}'`).join(' AND ')})`;
  const sql = `WITH ${cells},
    top AS (
      SELECT ${groups.join(', ')}, true AS is_top FROM cells WHERE ${notTheFold}
      GROUP BY ${groups.join(', ')} ORDER BY ${ranking}, ${groups.join(', ')} LIMIT ${params.integer(query.limit)}
    ),
    folded AS (
      SELECT bucket, is_top IS NULL AS is_other,
        ${groups.map((group) => `CASE WHEN is_top THEN cells.${group} ELSE '${OTHER}' END AS ${group}`).join(', ')},
        ${parts.map(([alias]) => alias).join(', ')}
      FROM cells LEFT JOIN top USING (${groups.join(', ')})
    )
    SELECT grouping(bucket) AS is_total, is_other, bucket, ${groups.join(', ')}, ${values.join(', ')}
    FROM folded GROUP BY GROUPING SETS ((bucket, is_other, ${groups.join(', ')}), ()) ${tail}`;
  return { sql, params, metrics };
}
