import type { ExportColumn } from '@costspan/collector';
import { type ColumnTypes, list, type SchemaTarget, TABLE } from './target.ts';
import { MADE } from './warehouse-sql.ts';

const TYPES: ColumnTypes = {
  text: 'String',
  integer: 'Int64',
  decimal: 'Decimal(38, 18)',
  instant: "DateTime64(6, 'UTC')",
  boolean: 'Bool',
  json: 'String',
};

const typeOf = ({ kind, isRequired }: ExportColumn) => (isRequired ? TYPES[kind] : `Nullable(${TYPES[kind]})`);

/** A call that is loaded twice stands once: the engine keeps one row of each key, and FINAL does so before it has. */
export const clickhouse: SchemaTarget = {
  name: 'clickhouse',
  about: 'table and idempotent load of Parquet from S3 or a directory',
  file: 'clickhouse.sql',
  write: (columns) => `-- ${MADE}
-- Set the URL and the folder of one period; for files on the server use file('usage/2026-10-01/part-*.parquet', Parquet).

-- 1. Once.
CREATE TABLE IF NOT EXISTS ${TABLE}
(
${list(columns, (column) => `\`${column.name}\` ${typeOf(column)}`)}
)
ENGINE = ReplacingMergeTree(\`received_at\`)
PARTITION BY toYYYYMM(\`started_at\`)
ORDER BY (\`started_at\`, \`call_id\`);

-- 2. For each period whose manifest.json is there.
INSERT INTO ${TABLE} (
${list(columns, ({ name }) => `\`${name}\``)}
)
SELECT
${list(columns, ({ name }) => `\`${name}\``)}
FROM s3('https://YOUR-BUCKET.s3.amazonaws.com/YOUR-PREFIX/usage/2026-10-01/part-*.parquet', 'YOUR-KEY', 'YOUR-SECRET', 'Parquet');

-- These must be "calls" and "cost_usd" of manifest.json, for the period that was loaded:
SELECT count() AS calls, sumIf(\`cost\`, \`currency\` = 'USD') AS cost_usd
FROM ${TABLE} FINAL
WHERE \`started_at\` >= toDateTime64('2026-10-01 00:00:00', 6, 'UTC') AND \`started_at\` < toDateTime64('2026-10-02 00:00:00', 6, 'UTC');
`,
};
