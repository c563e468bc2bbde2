import { STORED_CLASSES } from '../class-costs.ts';
import { FRACTION_METER, METER_COLUMNS } from '../meter-columns.ts';

/** What the sums of an hour are kept apart by: columns of both `calls` and `hours`. */
export const HOUR_DIMENSIONS = [
  'provider',
  'operation',
  'model',
  'service',
  'outcome',
  'usage_status',
  'cost_status',
  'currency',
  'dialect',
  'customer_id',
  'business_unit',
  'feature_name',
  'environment',
  'team',
  'virtual_account',
] as const;

/** The sums of `hours` by column, as sums over calls. */
const SUMS: Readonly<Record<string, string>> = {
  calls: 'count(*)',
  unpriced_calls: "count(*) FILTER (cost IS NULL OR currency <> 'USD')",
  late_calls: 'count(*) FILTER (late)',
  duration_us: 'sum(duration_us)',
  time_to_first_chunk_us: 'sum(time_to_first_chunk_us)',
  time_to_first_chunk_calls: 'count(time_to_first_chunk_us)',
  ...Object.fromEntries([...METER_COLUMNS, FRACTION_METER].map((meter) => [meter, `sum(${meter})`])),
  cost: 'sum(cost)',
  ...Object.fromEntries(STORED_CLASSES.map((name) => [`${name}_cost`, `sum(${name}_cost)`])),
  computed_cost: 'sum(computed_cost)',
  list_cost: 'sum(coalesce(list_cost, computed_cost, cost))',
  contracted_cost: 'sum(contracted_cost)',
  resale_cost: 'sum(resale_cost)',
  margin: 'sum(resale_cost - cost)',
};

const KEYS = ['hour', ...HOUR_DIMENSIONS].join(', ');
const SUM_COLUMNS = Object.keys(SUMS);
const NO_METERS = 'MAP {}::MAP(VARCHAR, HUGEINT)';
/** The columns of a row that holds one other meter. */
const METER_ROW = 'calls, unpriced_calls, late_calls, time_to_first_chunk_calls, other_meters, rolled_at';

/** Counts of a call or a row that are summed into BIGINT columns. */
const COUNTS = ['duration_us', 'time_to_first_chunk_us', ...METER_COLUMNS];
/** The largest of them. */
export const LARGEST_COUNT = `greatest(${COUNTS.join(', ')})`;

/**
 * Statements that add the sums of `calls`, a table expression with the columns of `calls`, to `hours`, as rolled up at
 * `rolledUs`. `apart` gives every call a row of its own.
 */
export function addHours(calls: string, rolledUs: number, apart: boolean): string[] {
  const dimensions = HOUR_DIMENSIONS.join(', ');
  const hour = "date_trunc('hour', started_at) AS hour";
  const rolledAt = `make_timestamp(${rolledUs})`;
  return [
    `INSERT INTO hours (${KEYS}, ${SUM_COLUMNS.join(', ')}, other_meters, rolled_at)
     SELECT ${hour}, ${dimensions}, ${Object.values(SUMS).join(', ')}, ${NO_METERS}, ${rolledAt} FROM ${calls}
     GROUP BY ${KEYS}${apart ? ', trace_id, span_id' : ''}`,
    `INSERT INTO hours (${KEYS}, ${METER_ROW})
     SELECT ${KEYS}, 0, 0, 0, 0, MAP([meter.key], [sum(meter.value::HUGEINT)]), ${rolledAt}
     FROM (
       SELECT ${hour}, ${dimensions}, unnest(map_entries(other_meters)) AS meter FROM ${calls}
       WHERE cardinality(other_meters) > 0
     ) GROUP BY ${KEYS}, meter.key`,
  ];
}

const MERGED = "hour IN (SELECT make_timestamp(unnest(string_split($1, ','))::BIGINT)) AND rowid <= $2::BIGINT";
/**
 * Statements that make one row of the rows of each hour and dimensions (and other meter), in the hours of the list `$1` (as
 * microseconds, separated by commas). `$2` is the last rowid there is, `$3` becomes their one `rolled_at`.
 */
export const MERGE_HOURS: readonly [add: string, addMeters: string, remove: string] = [
  `INSERT INTO hours (${KEYS}, ${SUM_COLUMNS.join(', ')}, other_meters, rolled_at)
   SELECT ${KEYS}, ${SUM_COLUMNS.map((column) => `sum(${column})`).join(', ')}, ${NO_METERS}, make_timestamp($3::BIGINT)
   FROM hours WHERE ${MERGED} GROUP BY ${KEYS}`,
  `INSERT INTO hours (${KEYS}, ${METER_ROW})
   SELECT ${KEYS}, 0, 0, 0, 0, MAP([meter.key], [sum(meter.value)]), make_timestamp($3::BIGINT)
   FROM (
     SELECT ${KEYS}, unnest(map_entries(other_meters)) AS meter FROM hours
     WHERE ${MERGED} AND cardinality(other_meters) > 0
   ) GROUP BY ${KEYS}, meter.key`,
  `DELETE FROM hours WHERE ${MERGED}`,
];

/** Joins `calls` (or `hours` itself) with the table `touched` of hours and dimensions. */
export function sameHour(table: 'calls' | 'hours'): string {
  const hour = table === 'hours' ? 'hours.hour' : "date_trunc('hour', calls.started_at)";
  const same = HOUR_DIMENSIONS.map((name) => `${table}.${name} IS NOT DISTINCT FROM touched.${name}`);
  return [`${hour} = touched.hour`, ...same].join(' AND ');
}

export const HOUR_KEYS_OF_CALLS = ["date_trunc('hour', started_at) AS hour", ...HOUR_DIMENSIONS].join(', ');
