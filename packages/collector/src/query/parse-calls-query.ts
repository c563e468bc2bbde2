import { type Finding, InvalidInputError } from '@costspan/usage';
import type { CallsQuery } from './calls-query.ts';
import { parseCursor } from './cursor.ts';
import { FIELD_COLUMNS, parseField } from './fields.ts';
import type { Filter } from './filter.ts';
import { parseInstantUs } from './instants.ts';
import { checkRange } from './parse-usage-query.ts';
import { filterSizeMistake, readFilter } from './read-filter.ts';
import { callFilters, callsParameters, check } from './request-schemas.ts';

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
  const written = readFilters(own['filters']);
  filters.push(...written.filters);
  const shape = check(callsParameters, own);
  findings.push(...written.findings, ...(shape.ok ? [] : shape.findings), ...checkRange(own['from'], own['to'], false));
  if (!shape.ok || findings.length > 0) throw invalid(findings);
  const { from, to, limit, cursor, orderBy, direction } = shape.value;
  const order = { field: orderBy, direction };
  const after = cursor === undefined ? undefined : parseCursor(cursor, order);
  if (cursor !== undefined && after === undefined) {
    const message = 'give `next_cursor` of a page as it came, with the same orderBy and direction';
    throw invalid([{ at: 'cursor', code: 'CURSOR_INVALID', message }]);
  }
  return {
    filters,
    limit,
    ...(orderBy === 'started_at' && direction === 'desc' ? {} : { orderBy: order }),
    ...(from === undefined ? {} : { fromUs: parseInstantUs(from) as number }),
    ...(to === undefined ? {} : { toUs: parseInstantUs(to) as number }),
    ...(after === undefined ? {} : { after }),
  };
}

function invalid(findings: readonly Finding[]): InvalidInputError {
  return new InvalidInputError('CALLS_QUERY_INVALID', 'calls query', findings);
}

function readFilters(text: string | undefined): { readonly filters: Filter[]; readonly findings: readonly Finding[] } {
  if (text === undefined) return { filters: [], findings: [] };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    const message = 'must be a JSON list of filters, such as [{"field":"cost","op":"gt","value":"0.5"}]';
    return { filters: [], findings: [{ at: 'filters', code: 'FILTERS_JSON', message }] };
  }
  const mistake = filterSizeMistake(value);
  if (mistake !== undefined) return { filters: [], findings: [{ at: 'filters', code: 'TOO_LARGE', message: mistake }] };
  const shape = check(callFilters, { filters: value });
  return shape.ok
    ? { filters: shape.value.filters.map(readFilter), findings: [] }
    : { filters: [], findings: shape.findings };
}

function unknownParameter(name: string): string {
  return `"${name}" is not a parameter; write "tag.${name}" for the tag of that name`;
}
