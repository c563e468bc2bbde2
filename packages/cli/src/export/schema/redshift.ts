import { type ColumnTypes, list, type SchemaTarget, STAGING, TABLE } from './target.ts';
import { checkSql, definitions, doubleQuoted, MADE } from './warehouse-sql.ts';

const TYPES: ColumnTypes = {
  text: 'VARCHAR(65535)',
  integer: 'BIGINT',
  decimal: 'DECIMAL(38, 18)',
  instant: 'TIMESTAMPTZ',
  boolean: 'BOOLEAN',
  json: 'VARCHAR(65535)',
};

/** By CSV: a COPY of Parquet takes no instant with a zone. */
export const redshift: SchemaTarget = {
  name: 'redshift',
  about: 'table and idempotent load of CSV from S3',
  file: 'redshift.sql',
  write: (columns) => `-- ${MADE}
-- Set the bucket and the role of your cluster, and the folder of one period. The export has \`format: csv\`.

-- 1. Once.
CREATE TABLE IF NOT EXISTS ${TABLE} (
${definitions(columns, TYPES, doubleQuoted)},
  PRIMARY KEY ("call_id")
)
DISTKEY ("customer_id")
SORTKEY ("started_at");

-- 2. For each period whose manifest.json is there.
CREATE TEMPORARY TABLE ${STAGING} (
${definitions(columns, TYPES, doubleQuoted)}
);

COPY ${STAGING} (
${list(columns, ({ name }) => doubleQuoted(name))}
)
FROM 's3://YOUR-BUCKET/YOUR-PREFIX/usage/2026-10-01/part-'
IAM_ROLE 'arn:aws:iam::YOUR-ACCOUNT:role/YOUR-ROLE'
FORMAT AS CSV
IGNOREHEADER 1
TIMEFORMAT 'auto'
EMPTYASNULL;

${checkSql(doubleQuoted)}

BEGIN;

DELETE FROM ${TABLE}
USING ${STAGING}
WHERE ${TABLE}."call_id" = ${STAGING}."call_id";

INSERT INTO ${TABLE} (
${list(columns, ({ name }) => doubleQuoted(name))}
)
SELECT
${list(columns, ({ name }) => doubleQuoted(name))}
FROM ${STAGING};

COMMIT;

DROP TABLE ${STAGING};
`,
};
