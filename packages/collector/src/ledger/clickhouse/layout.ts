import type { ClickHousePlace } from './click-house-url.ts';

interface Table {
  readonly name: string;
  readonly columns: readonly string[];
  /** The column whose largest value wins among rows with one key; the rows are kept as they are where there is none. */
  readonly version?: string;
  readonly partitionBy?: string;
  readonly orderBy: string;
  readonly settings?: string;
  /** What rows are spread over shards by: one trace is on one shard, so that it is decided in one place. */
  readonly shardBy: string;
}

/** How many inserts of a table are remembered by their token. */
const TOKENS_KEPT = 10_000;

/**
 * The statements that make a table. On a single server it is one; in a cluster every node has a replicated part
 * `<name>_local`, and `<name>` stands for all of them.
 */
export function createTable(
  table: Table,
  { cluster, database }: Pick<ClickHousePlace, 'cluster' | 'database'>,
): string[] {
  const { name, columns, version, partitionBy, orderBy } = table;
  const kind = version === undefined ? 'MergeTree' : 'ReplacingMergeTree';
  const rest = [
    ...(partitionBy === undefined ? [] : [`PARTITION BY ${partitionBy}`]),
    `ORDER BY ${orderBy}`,
    `SETTINGS ${[...(table.settings === undefined ? [] : [table.settings]), window(cluster)].join(', ')}`,
  ].join(' ');
  const body = `(${columns.join(', ')})`;
  if (cluster === undefined) {
    return [`CREATE TABLE IF NOT EXISTS ${name} ${body} ENGINE = ${kind}(${version ?? ''}) ${rest}`];
  }
  const path = `'/clickhouse/tables/{shard}/${database}/${name}', '{replica}'`;
  const engine = `Replicated${kind}(${[path, ...(version === undefined ? [] : [version])].join(', ')})`;
  return [
    `CREATE TABLE IF NOT EXISTS ${name}_local ON CLUSTER ${cluster} ${body} ENGINE = ${engine} ${rest}`,
    `CREATE TABLE IF NOT EXISTS ${name} ON CLUSTER ${cluster} AS ${name}_local
     ENGINE = Distributed(${cluster}, ${database}, ${name}_local, ${table.shardBy})`,
  ];
}

function window(cluster: string | undefined): string {
  const setting = cluster === undefined ? 'non_replicated_deduplication_window' : 'replicated_deduplication_window';
  return `${setting} = ${TOKENS_KEPT}`;
}
