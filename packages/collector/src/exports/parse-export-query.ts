import { type Finding, InvalidInputError } from '@costspan/usage';
import { parseInstantUs } from '../query/instants.ts';
import { parseCallsQuery } from '../query/parse-calls-query.ts';
import { check, exportParameters } from '../query/request-schemas.ts';
import { parseExportCursor } from './export-cursor.ts';
import { type ExportQuery, isParquet, PART_CALLS_MAX } from './export-query.ts';

const OWN = Object.keys(exportParameters.shape);
/** Of a list of calls; an export has its own order. */
const NOT_OURS = ['orderBy', 'direction'];

/**
 * Reads the parameters of `GET /api/v1/usage/export`. Filters are those of `GET /api/v1/calls`.
 * @throws InvalidInputError `EXPORT_QUERY_INVALID` with every mistake.
 */
export function parseExportQuery(parameters: URLSearchParams): ExportQuery {
  const own: Record<string, string> = {};
  const findings: Finding[] = [];
  const asCalls = new URLSearchParams(parameters);
  for (const name of OWN) {
    const values = parameters.getAll(name);
    if (values[0] !== undefined) own[name] = values[0];
    if (isRange(name)) continue;
    asCalls.delete(name);
    if (values.length > 1) {
      findings.push({ at: name, code: 'DUPLICATE', message: `"${name}" is there twice` });
    }
  }
  for (const name of NOT_OURS) {
    if (!asCalls.has(name)) continue;
    asCalls.delete(name);
    findings.push({ at: name, code: 'UNKNOWN', message: `an export is in order of time; leave \`${name}\` out` });
  }
  const shape = check(exportParameters, own);
  // What a list of calls checks as well is told once.
  if (!shape.ok) findings.push(...shape.findings.filter(({ at }) => !isRange(at) || own[at] === undefined));
  const filters = filtersOf(asCalls, findings);
  if (!shape.ok || findings.length > 0) throw invalid(findings);
  const { format, version, locale, from, to, as_of, limit, cursor } = shape.value;
  const most = isParquet(format) ? PART_CALLS_MAX.parquet : PART_CALLS_MAX.text;
  if (limit !== undefined && limit > most) {
    throw invalid([{ at: 'limit', code: 'TOO_LARGE', message: `at most ${most} calls in a part of this format` }]);
  }
  const query: ExportQuery = {
    format,
    version,
    ...(locale === undefined ? {} : { locale }),
    fromUs: parseInstantUs(from) as number,
    toUs: parseInstantUs(to) as number,
    filters,
    ...(as_of === undefined ? {} : { asOfUs: parseInstantUs(as_of) as number }),
    ...(limit === undefined ? {} : { limit }),
  };
  if (cursor === undefined) return query;
  const place = parseExportCursor(query, cursor);
  if (place === undefined || place.startUs < query.fromUs || place.startUs > query.toUs) {
    const message = 'give `costspan-next-cursor` of a part as it came, with the same question';
    throw invalid([{ at: 'cursor', code: 'CURSOR_INVALID', message }]);
  }
  return { ...query, ...place };
}

function isRange(name: string): boolean {
  return name === 'from' || name === 'to';
}

function filtersOf(parameters: URLSearchParams, findings: Finding[]): ExportQuery['filters'] {
  try {
    return parseCallsQuery(parameters).filters;
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    findings.push(...error.findings);
    return [];
  }
}

function invalid(findings: readonly Finding[]): InvalidInputError {
  return new InvalidInputError('EXPORT_QUERY_INVALID', 'export', findings);
}
