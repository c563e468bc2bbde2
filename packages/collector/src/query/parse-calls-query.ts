import { type Finding, InvalidInputError } from '@costspan/usage';
import type { CallsQuery } from './calls-query.ts';
import { parseCursor } from './cursor.ts';
import { FIELD_COLUMNS, type Filter, parseField } from './fields.ts';
import { parseInstantUs } from './instants.ts';
import { checkRange } from './parse-usage-query.ts';
import { callsParameters, check } from './request-schemas.ts';

const ownParameters: ReadonlySet<string> = new Set(Object.keys(callsParameters.shape));
const columns: ReadonlySet<string> = new Set(FIELD_COLUMNS);

/** Most values of one filter, and most filters. */
const VALUES_MAX = 100;
const FILTERS_MAX = 32;

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
    else filters.push({ field, op: 'in', values });
    if (values.length > VALUES_MAX) {
      findings.push({ at: name, code: 'TOO_LARGE', message: `at most ${VALUES_MAX} values` });
    }
  }
  if (filters.length > FILTERS_MAX) {
    findings.push({ at: 'query', code: 'TOO_LARGE', message: `at most ${FILTERS_MAX} filters` });
  }
  const shape = check(callsParameters, own);
  findings.push(...(shape.ok ? [] : shape.findings), ...checkRange(own['from'], own['to'], false));
  if (!shape.ok || findings.length > 0) throw new InvalidInputError('CALLS_QUERY_INVALID', 'calls query', findings);
  const { from, to, limit, cursor } = shape.value;
  return {
    filters,
    limit,
    ...(from === undefined ? {} : { fromUs: parseInstantUs(from) as number }),
    ...(to === undefined ? {} : { toUs: parseInstantUs(to) as number }),
    ...(cursor === undefined ? {} : { after: parseCursor(cursor) as NonNullable<CallsQuery['after']> }),
  };
}

function unknownParameter(name: string): string {
  return `"${name}" is not a parameter; write "tag.${name}" for the tag of that name`;
}
