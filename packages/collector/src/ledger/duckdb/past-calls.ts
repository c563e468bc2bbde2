import type { CallTables } from '../sql/field-sql.ts';
import type { SqlParams } from '../sql/sql-params.ts';

/** The tables that a question about now, or about what was known at an instant, reads its calls from. */
export function callTables(asOfUs: number | undefined, isTakenBack: boolean, params: SqlParams): CallTables {
  if (asOfUs === undefined) return { calls: 'calls', contexts: () => 'contexts' };
  return {
    calls: isTakenBack ? callsTakenBackSince(asOfUs, params) : 'calls',
    contexts: () => contextsAsOf(asOfUs, params),
  };
}

/**
 * Calls that were billed at an instant of knowledge time and are not billed now, or only since a later one: another span
 * has taken their place since. With the calls received up to that instant they are the calls billed then.
 */
function callsTakenBackSince(asOfUs: number, params: SqlParams): string {
  const at = params.instant(asOfUs);
  const then = `received_at <= ${at} AND superseded_at > ${at}`;
  return `(SELECT * EXCLUDE (superseded_at) FROM superseded WHERE ${then}
    UNION ALL BY NAME SELECT * EXCLUDE (superseded_at, revived_at) FROM revised WHERE ${then}) AS calls`;
}

/** The spans around the calls that were known at an instant, as far as they are not deleted. */
function contextsAsOf(asOfUs: number, params: SqlParams): string {
  const at = params.instant(asOfUs);
  const columns = 'trace_id, span_id, parent_span_id, started_at';
  return `(SELECT ${columns}, kind, name FROM context_spans WHERE received_at <= ${at}
    UNION ALL SELECT ${columns}, 'framework', model FROM superseded WHERE superseded_at <= ${at}
    UNION ALL SELECT ${columns}, 'framework', model FROM revised WHERE superseded_at <= ${at} AND revived_at > ${at})`;
}
