import type { Field, FieldColumn } from '../../query/fields.ts';
import type { Dialect } from './dialect.ts';
import type { SqlParams } from './sql-params.ts';

/** Dimensions that are not a column of their own name. */
const EXPRESSIONS: Partial<Readonly<Record<FieldColumn, (dialect: Dialect) => string>>> = {
  agent: () => 'coalesce(agent_name, agent_above)',
  workflow: () => 'coalesce(workflow_name, workflow_above)',
  card: ({ jsonText }) => `${jsonText('card', 'provider')} || '/' || ${jsonText('card', 'model')}`,
  service_tier: ({ jsonText }) => jsonText('context', 'service_tier'),
  region: ({ jsonText }) => jsonText('context', 'region'),
};

/** The value of a field in a row of `calls` (or, where it is rolled up, of `hours`); NULL when it has none. */
export function fieldSql(field: Field, params: SqlParams): string {
  // A column name comes from our own list; a tag key is a parameter.
  if (field.kind === 'tag') return params.dialect.mapValue('other_tags', params.text(field.key));
  return EXPRESSIONS[field.column]?.(params.dialect) ?? `"${field.column}"`;
}

/** Where calls and the spans around them are read from. */
export interface CallTables {
  readonly calls: string;
  /** Called where they are needed: what it puts into the parameters stands in the statement. */
  readonly contexts: () => string;
}

/**
 * The table of calls as the given fields need it. Names that only the spans above a call know are looked up: the first
 * workflow or agent span of the trace, and the nearest agent above the call (at most 32 spans up, which also ends circles).
 */
export function callsTable(fields: readonly Field[], { calls, contexts }: CallTables, dialect: Dialect): string {
  const asked = new Set(fields.map((field) => (field.kind === 'column' ? field.column : '')));
  const joins: string[] = [];
  if (asked.has('workflow')) {
    joins.push(`LEFT JOIN (
      SELECT trace_id AS workflow_trace, ${dialect.firstBy('name', "(started_at, kind != 'workflow', span_id)")} AS workflow_above
      FROM ${contexts()} AS spans WHERE kind IN ('workflow', 'agent') AND name IS NOT NULL GROUP BY trace_id
    ) AS workflows ON workflow_trace = trace_id`);
  }
  if (asked.has('agent')) {
    joins.push(`LEFT JOIN (
      WITH RECURSIVE above AS (
        SELECT trace_id, span_id, parent_span_id, CASE WHEN kind = 'agent' THEN name END AS agent, 0 AS steps FROM ${contexts()} AS spans
        ${dialect.recursionUnion}
        SELECT above.trace_id, above.span_id, upper_span.parent_span_id,
          CASE WHEN upper_span.kind = 'agent' THEN upper_span.name END, steps + 1
        FROM above JOIN ${contexts()} AS upper_span
          ON upper_span.trace_id = above.trace_id AND upper_span.span_id = above.parent_span_id
        WHERE above.agent IS NULL AND steps < 32
      )
      SELECT trace_id AS agent_trace, span_id AS agent_child, ${dialect.firstBy('agent', '(steps, agent)')} AS agent_above
      FROM above WHERE agent IS NOT NULL GROUP BY trace_id, span_id
    ) AS agents ON agent_trace = trace_id AND agent_child = parent_span_id`);
  }
  return [calls, ...joins].join(' ');
}
