import { type ColumnTypes, type SchemaTarget, STAGING, TABLE } from './target.ts';
import { checkSql, definitions, MADE, mergeSql, type Quote } from './warehouse-sql.ts';

const TYPES: ColumnTypes = {
  text: 'STRING',
  integer: 'INT64',
  // NUMERIC holds nine places after the point, and costs have eighteen.
  decimal: 'BIGNUMERIC(38, 18)',
  instant: 'TIMESTAMP',
  boolean: 'BOOL',
  json: 'STRING',
};
const quote: Quote = (name) => `\`${name}\``;

export const bigquery: SchemaTarget = {
  name: 'bigquery',
  about: 'table and idempotent load of Parquet from Cloud Storage',
  file: 'bigquery.sql',
  write: (columns) => `-- ${MADE}
-- Run in the data set that is to hold them (--dataset_id). Set the bucket, and the folder of one period.

-- 1. Once.
CREATE TABLE IF NOT EXISTS ${TABLE} (
${definitions(columns, TYPES, quote)}
)
PARTITION BY DATE(\`started_at\`)
CLUSTER BY \`customer_id\`, \`model\`;

-- 2. For each period whose manifest.json is there.
LOAD DATA OVERWRITE ${STAGING} (
${definitions(columns, TYPES, quote)}
)
FROM FILES (
  format = 'PARQUET',
  uris = ['gs://YOUR-BUCKET/YOUR-PREFIX/usage/2026-10-01/part-*.parquet'],
  decimal_target_types = ['BIGNUMERIC']
);

${checkSql(quote)}

${mergeSql(columns, quote)}
`,
};
