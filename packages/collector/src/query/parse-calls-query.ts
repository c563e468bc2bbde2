import { type Finding, InvalidInputError } from '@costspan/usage';
import type { CallsQuery } from './calls-query.ts';
import { parseCursor } from './cursor.ts';
import { FIELD_COLUMNS, type Filter, parseField } from './fields.ts';
import { parseInstant } from './parse-usage-query.ts';
import { callsParameters, check } from './schemas.ts';

const ownParameters: ReadonlySet<string> = new Set(['from', 'to', 'limit', 'cursor']);
const columns: ReadonlySet<string> = new Set(FIELD_COLUMNS);

/** Most values of one filter. */
const VALUES_MAX = 100;

/**
 * Reads the parameters of `GET /api/v1/calls`. A parameter named like a dimension or a first-class tag, or `tag.<key>`,
 * is a filter; given several times, any of its values will do.
 * @throws InvalidInputError `CALLS_QUERY_INVALID` with every mistake.
 */
export function parseCallsQuery(parameters: URLSearchParams): CallsQuery {
  const findings: Finding[] = [];
  const own: Record<string, string> = {};
  const filters: Filter[] = [];
  for (const name of new Set(parameters.keys())) {
    const values = parameters.getAll(name);
    if (ownParameters.has(name)) {
      if (values.length > 1) findings.push({ at: name, code: 'DUPLICATE', message: `"${name}" is there twice` });
      own[name] = values[0] as string;
      continue;
    }
    const field = columns.has(name) || name.startsWith('tag.') ? parseField(name) : unknownParameter(name);
    if (typeof field === 'string') findings.push({ at: name, code: 'FIELD_UNKNOWN', message: field });
    else if (values.length > VALUES_MAX) {
      findings.push({ at: name, code: 'TOO_LARGE', message: `at most ${VALUES_MAX} values` });
    } else filters.push({ field, op: 'in', values });
  }
  const shape = check(callsParameters, own);
  if (!shape.ok) throw new InvalidInputError('CALLS_QUERY_INVALID', 'calls query', [...findings, ...shape.findings]);
  const { from, to, limit, cursor } = shape.value;
  const fromUs = from === undefined ? undefined : parseInstant(from, 'from', findings);
  const toUs = to === undefined ? undefined : parseInstant(to, 'to', findings);
  if (fromUs !== undefined && toUs !== undefined && toUs <= fromUs) {
    findings.push({ at: 'to', code: 'RANGE_EMPTY', message: '`to` must be later than `from`' });
  }
  const after = cursor === undefined ? undefined : parseCursor(cursor);
  if (cursor !== undefined && after === undefined) {
    findings.push({ at: 'cursor', code: 'CURSOR_INVALID', message: 'give `next_cursor` of a page as it came' });
  }
  if (findings.length > 0) throw new InvalidInputError('CALLS_QUERY_INVALID', 'calls query', findings);
  return {
    filters,
    limit,
    ...(fromUs === undefined ? {} : { fromUs }),
    ...(toUs === undefined ? {} : { toUs }),
    ...(after === undefined ? {} : { after }),
  };
}

function unknownParameter(name: string): string {
  return `"${name}" is not a parameter; write "tag.${name}" for the tag of that name`;
}
