import { bigquery } from './bigquery.ts';
import { clickhouse } from './clickhouse.ts';
import { looker } from './looker.ts';
import { newrelic } from './newrelic.ts';
import { powerbi } from './powerbi.ts';
import { redshift } from './redshift.ts';
import { snowflake } from './snowflake.ts';
import { tableau } from './tableau.ts';
import type { SchemaTarget } from './target.ts';

/** Every target, one file and one line each. */
export const SCHEMA_TARGETS: readonly SchemaTarget[] = [
  snowflake,
  bigquery,
  redshift,
  clickhouse,
  looker,
  tableau,
  powerbi,
  newrelic,
];
