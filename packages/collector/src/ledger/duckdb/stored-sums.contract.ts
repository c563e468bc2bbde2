import { costByClass } from '@costspan/pricing';
import { METER_NAMES, parseMoney } from '@costspan/usage';
import type { PricedCall } from '../ledger.ts';
import { METER_COLUMNS } from '../meter-columns.ts';
import { type Connection, openDatabase, type SqlCell } from './database.ts';
import { HOUR_DIMENSIONS } from './hour-sums.ts';

/** Sums by hour and dimensions. A sum that no call knew is not in it. Amounts and seconds are integers at 10⁻¹⁸. */
export type Sums = Record<string, Record<string, bigint>>;

const HOUR_US = 3_600_000_000;
const CLASSES = ['input', 'cache_read', 'cache_write', 'output'] as const;
const COUNTS = ['calls', 'unpriced_calls', 'late_calls', 'time_to_first_chunk_calls'];
const SUMS = [
  'duration_us',
  'time_to_first_chunk_us',
  ...METER_COLUMNS,
  'seconds',
  'cost',
  ...CLASSES.map((name) => `${name}_cost`),
  'computed_cost',
  'list_cost',
  'contracted_cost',
  'resale_cost',
  'margin',
];

/** The truth, in plain loops over the calls that are billed. */
export function sumsOf(calls: readonly { readonly priced: PricedCall; readonly late: boolean }[]): Sums {
  const sums: Sums = {};
  for (const { priced, late } of calls) {
    const { call, cost } = priced;
    const { tags } = call;
    const hour = Math.floor(call.startedAtUs / HOUR_US) * HOUR_US;
    const key = [
      hour,
      call.provider,
      call.operation,
      call.responseModel ?? call.requestModel,
      call.serviceName,
      call.outcome,
      call.usage.status,
      cost.status,
      cost.currency,
      call.dialect,
      tags['customer_id'],
      tags['business_unit'],
      tags['feature_name'],
      tags['environment'],
      tags['team'],
      tags['virtual_account'],
    ];
    add(sums, key, 'calls', 1n);
    if (cost.total === undefined || cost.currency !== 'USD') add(sums, key, 'unpriced_calls', 1n);
    if (late) add(sums, key, 'late_calls', 1n);
    add(sums, key, 'duration_us', BigInt(call.durationUs));
    if (call.timeToFirstChunkUs !== undefined) {
      add(sums, key, 'time_to_first_chunk_calls', 1n);
      add(sums, key, 'time_to_first_chunk_us', BigInt(call.timeToFirstChunkUs));
    }
    for (const meter of METER_NAMES) {
      const count = call.usage.meters[meter];
      if (count === undefined) continue;
      add(sums, key, meter, meter === 'seconds' ? BigInt(Math.round(count * 1e6)) * 10n ** 12n : BigInt(count));
    }
    const amounts = {
      cost: cost.total,
      ...classesOf(cost),
      computed_cost: cost.computed?.total,
      list_cost: cost.list ?? cost.computed?.total ?? cost.total,
      contracted_cost: cost.contracted,
      resale_cost: cost.resale,
      margin: cost.resale === undefined || cost.total === undefined ? undefined : cost.resale - cost.total,
    };
    for (const [name, amount] of Object.entries(amounts)) if (amount !== undefined) add(sums, key, name, amount);
  }
  return sums;
}

/** Of calls whose lines are in dollars. */
function classesOf({ total, currency, lines, native }: PricedCall['cost']): Record<string, bigint | undefined> {
  if (total === undefined || currency !== 'USD') return {};
  const sums = costByClass(lines);
  const rate = native?.fxRate === undefined ? undefined : parseMoney(native.fxRate);
  const amount = (name: (typeof CLASSES)[number]): bigint | undefined => {
    if (native === undefined) return sums[name];
    return rate === undefined ? undefined : (sums[name] * rate) / 10n ** 18n;
  };
  return Object.fromEntries(CLASSES.map((name) => [`${name}_cost`, amount(name)]));
}

function add(sums: Sums, key: readonly unknown[], name: string, value: bigint): void {
  const text = JSON.stringify(key.map((part) => part ?? null));
  const group = sums[text] ?? {};
  sums[text] = group;
  group[name] = (group[name] ?? 0n) + value;
}

/** What a closed ledger holds: the hours, and the calls that are not in them yet, each read row by row. */
export async function storedSums(path: string): Promise<Sums> {
  const sums: Sums = {};
  await withFile(path, async (connection) => {
    const dimensions = HOUR_DIMENSIONS.join(', ');
    const hours = await connection.rows(
      `SELECT epoch_us(hour), ${dimensions}, to_json(other_meters)::VARCHAR, ${[...COUNTS, ...SUMS].join(', ')} FROM hours`,
    );
    for (const row of hours) addRow(sums, row);
    const known = (column: string) => `(${column} IS NOT NULL)::BIGINT`;
    const rest = await connection.rows(
      `SELECT epoch_us(started_at) // ${HOUR_US} * ${HOUR_US}, ${dimensions}, to_json(other_meters)::VARCHAR,
         1::BIGINT, (cost IS NULL OR currency <> 'USD')::BIGINT, late::BIGINT, ${known('time_to_first_chunk_us')},
         duration_us, time_to_first_chunk_us, ${METER_COLUMNS.join(', ')}, seconds, cost, ${CLASSES.map((name) => `${name}_cost`).join(', ')}, computed_cost,
         coalesce(list_cost, computed_cost, cost), contracted_cost, resale_cost, resale_cost - cost
       FROM calls, roll_up WHERE received_at > rolled_to`,
    );
    for (const row of rest) addRow(sums, row);
  });
  return sums;
}

function addRow(sums: Sums, row: readonly SqlCell[]): void {
  const [hour, ...rest] = row;
  const key = [Number(hour), ...rest.slice(0, HOUR_DIMENSIONS.length)];
  const [meters, ...values] = rest.slice(HOUR_DIMENSIONS.length);
  for (const [index, name] of [...COUNTS, ...SUMS].entries()) {
    const value = values[index] as SqlCell;
    // A count of nothing is no sum; a sum of 0 is one that somebody knew.
    if (value !== null && !(COUNTS.includes(name) && Number(value) === 0))
      add(sums, key, name, BigInt(value as bigint));
  }
  const pairs = String(meters).matchAll(/"(\w+)":\s*"?(\d+)"?/g);
  for (const [, meter, count] of pairs) add(sums, key, meter as string, BigInt(count as string));
}

/** The ids of the calls that a closed ledger bills, sorted. */
export async function billedIds(path: string): Promise<string[]> {
  let ids: string[] = [];
  await withFile(path, async (connection) => {
    const rows = await connection.rows(
      "SELECT replace(trace_id::VARCHAR, '-', '') || '-' || printf('%016x', span_id) FROM calls ORDER BY 1",
    );
    ids = rows.map(([id]) => String(id));
  });
  return ids;
}

export async function withFile(path: string, work: (connection: Connection) => Promise<void>): Promise<void> {
  const database = await openDatabase({ path, threads: 1, memoryBytesMax: 2 ** 29, walBytesMax: 2 ** 24 });
  const connection = await database.connect();
  try {
    await work(connection);
  } finally {
    connection.close();
    database.close();
  }
}
