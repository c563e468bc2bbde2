import type { SqlCell } from '../sql/dialect.ts';

/** What is compared, for each customer and UTC day: how many calls, which ones, and their sums to the last digit. */
const SUMS = [
  'calls',
  'ids',
  'cost',
  'input_tokens',
  'output_tokens',
  'duration_us',
  'list_cost',
  'other_tags',
] as const;

export type Checksums = ReadonlyMap<string, readonly string[]>;

const NO_CUSTOMER = "coalesce(customer_id, '')";

/** By day and customer, of all calls that are billed. */
export const DUCKDB_CHECKSUMS = `SELECT strftime(started_at, '%Y-%m-%d'), ${NO_CUSTOMER}, customer_id IS NULL, count(*),
  sum(span_id::HUGEINT), sum(cost), sum(input_tokens), sum(output_tokens), sum(duration_us), sum(list_cost),
  sum(cardinality(other_tags))
  FROM calls GROUP BY ALL`;

/** Of what had come by an instant: collectors may write already. */
export const CLICKHOUSE_CHECKSUMS = `SELECT formatDateTime(started_at, '%F'), ${NO_CUSTOMER}, customer_id IS NULL, count(),
  sum(toInt128(reinterpretAsUInt64(reverse(unhex(span_id))))), sum(cost), sum(toInt128(input_tokens)), sum(toInt128(output_tokens)),
  sum(toInt128(duration_us)), sum(list_cost), sum(length(mapKeys(other_tags)))
  FROM calls FINAL WHERE billed AND received_at <= fromUnixTimestamp64Micro({p1:Int64}, 'UTC') GROUP BY ALL`;

export function readChecksums(rows: readonly (readonly SqlCell[])[]): Checksums {
  return new Map(
    rows.map(([day, customer, isUnknown, ...sums]) => [
      `${day} ${Number(isUnknown) === 0 ? JSON.stringify(customer) : '(untagged)'}`,
      sums.map((sum) => String(sum ?? 'unknown')),
    ]),
  );
}

/** One sentence for each customer and day that is not alike on both sides. */
export function differences(before: Checksums, after: Checksums): string[] {
  const keys = [...new Set([...before.keys(), ...after.keys()])].sort();
  return keys.flatMap((key) => {
    const [source, target] = [before.get(key), after.get(key)];
    const unlike = SUMS.filter((_, index) => source?.[index] !== target?.[index]);
    return unlike.length === 0
      ? []
      : [
          `${key}: ${unlike.map((name) => `${name} ${source?.[SUMS.indexOf(name)] ?? 'none'} became ${target?.[SUMS.indexOf(name)] ?? 'none'}`).join(', ')}`,
        ];
  });
}
