import { type ColumnTypes, list, type SchemaTarget, STAGING, TABLE } from './target.ts';
import { checkSql, definitions, doubleQuoted, MADE, mergeSql } from './warehouse-sql.ts';

const TYPES: ColumnTypes = {
  text: 'VARCHAR',
  integer: 'BIGINT',
  decimal: 'NUMERIC(38, 18)',
  instant: 'TIMESTAMPTZ',
  boolean: 'BOOLEAN',
  json: 'VARCHAR',
};

/** Columns are created with lower-case names, as they are in the files. */
export const snowflake: SchemaTarget = {
  name: 'snowflake',
  about: 'table, stage and idempotent load of Parquet',
  file: 'snowflake.sql',
  write: (columns) => `-- ${MADE}
-- Set the URL and the storage integration of your account, and the folder of one period.

-- 1. Once.
CREATE TABLE IF NOT EXISTS ${TABLE} (
${definitions(columns, TYPES, doubleQuoted)},
  PRIMARY KEY ("call_id")
);

CREATE STAGE IF NOT EXISTS costspan_stage
  URL = 's3://YOUR-BUCKET/YOUR-PREFIX/'
  STORAGE_INTEGRATION = YOUR_INTEGRATION
  FILE_FORMAT = (TYPE = PARQUET USE_LOGICAL_TYPE = TRUE);

-- 2. For each period whose manifest.json is there.
CREATE OR REPLACE TEMPORARY TABLE ${STAGING} (
${definitions(columns, TYPES, doubleQuoted)}
);

COPY INTO ${STAGING}
FROM (
  SELECT
${list(columns, ({ name, kind }) => `$1:"${name}"::${TYPES[kind]}`, '    ')}
  FROM @costspan_stage/usage/2026-10-01/
)
PATTERN = '.*part-[0-9]+[.]parquet'
ON_ERROR = ABORT_STATEMENT;

${checkSql(doubleQuoted)}

${mergeSql(columns, doubleQuoted)}
`,
};
