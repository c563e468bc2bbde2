import { type Finding, InvalidInputError } from '@costspan/usage';
import { type Field, type Filter, parseField } from './fields.ts';
import { parseInstantUs } from './instants.ts';
import { check, type UsageQueryBody, usageQueryBody } from './schemas.ts';
import { isTimeZone } from './time-zone.ts';
import { isMetric, type UsageQuery } from './usage-query.ts';

/** Longest time a question with a grain may span. */
const GRAINED_RANGE_MAX_US = 50 * 366 * 86_400 * 1_000_000;

/**
 * Reads the body of `POST /api/v1/usage/query`.
 * @throws InvalidInputError `USAGE_QUERY_INVALID` with every mistake in it.
 */
export function parseUsageQuery(value: unknown): UsageQuery {
  const shape = check(usageQueryBody, value);
  if (!shape.ok) throw invalid(shape.findings);
  const body = shape.value;
  const findings: Finding[] = [];
  const fromUs = parseInstant(body.from, 'from', findings);
  const toUs = parseInstant(body.to, 'to', findings);
  if (fromUs !== undefined && toUs !== undefined) checkRange(fromUs, toUs, body, findings);
  if (!isTimeZone(body.timezone)) {
    findings.push({
      at: 'timezone',
      code: 'TIMEZONE_UNKNOWN',
      message: `"${body.timezone}" is not a time zone; use an IANA name such as Europe/Berlin`,
    });
  }
  const groupBy = body.groupBy.map((name, index) => readField(name, `groupBy[${index}]`, findings));
  body.groupBy.forEach((name, index) => {
    if (body.groupBy.indexOf(name) < index) {
      findings.push({ at: `groupBy[${index}]`, code: 'DUPLICATE', message: `"${name}" is there twice` });
    }
  });
  const filters = body.filters.map((filter, index) => readFilter(filter, `filters[${index}]`, findings));
  const orderBy = body.orderBy ?? { field: 'cost', direction: 'desc' };
  const sortable = isMetric(orderBy.field) || body.groupBy.includes(orderBy.field);
  if (!sortable && !(orderBy.field === 'time' && body.grain !== 'none')) {
    findings.push({
      at: 'orderBy.field',
      code: 'FIELD_UNKNOWN',
      message: `"${orderBy.field}" is neither a metric nor in groupBy${orderBy.field === 'time' ? '; time needs a grain' : ''}`,
    });
  }
  if (findings.length > 0) throw invalid(findings);
  return {
    fromUs: fromUs as number,
    toUs: toUs as number,
    timezone: body.timezone,
    grain: body.grain,
    metrics: [...new Set(body.metrics)],
    groupBy: groupBy as Field[],
    filters: filters as Filter[],
    orderBy,
    limit: body.limit,
  };
}

function invalid(findings: readonly Finding[]): InvalidInputError {
  return new InvalidInputError('USAGE_QUERY_INVALID', 'usage query', findings);
}

function checkRange(fromUs: number, toUs: number, body: UsageQueryBody, findings: Finding[]): void {
  if (toUs <= fromUs) {
    findings.push({ at: 'to', code: 'RANGE_EMPTY', message: '`to` must be later than `from`' });
  } else if (body.grain !== 'none' && toUs - fromUs > GRAINED_RANGE_MAX_US) {
    findings.push({ at: 'to', code: 'RANGE_TOO_LONG', message: 'with a grain a question spans at most 50 years' });
  }
}

export function parseInstant(text: string, at: string, findings: Finding[]): number | undefined {
  const us = parseInstantUs(text);
  if (us === undefined) {
    findings.push({
      at,
      code: 'INSTANT_INVALID',
      message: `"${text}" is not an instant from 1970 to 2199 with a zone, such as 2026-11-01T00:00:00Z`,
    });
  }
  return us;
}

function readField(name: string, at: string, findings: Finding[]): Field | undefined {
  const field = parseField(name);
  if (typeof field !== 'string') return field;
  findings.push({ at, code: 'FIELD_UNKNOWN', message: field });
  return undefined;
}

function readFilter(
  { field: name, op, value }: UsageQueryBody['filters'][number],
  at: string,
  findings: Finding[],
): Filter | undefined {
  const field = readField(name, `${at}.field`, findings);
  const wrong = (message: string) => {
    findings.push({ at: `${at}.value`, code: 'FILTER_VALUE', message });
    return undefined;
  };
  switch (op) {
    case 'exists':
    case 'not_exists':
      if (value !== undefined) return wrong(`"${op}" takes no value`);
      return field && { field, op };
    case 'eq':
    case 'neq':
      if (typeof value !== 'string')
        return wrong(`"${op}" takes one text; for several use "${op === 'eq' ? 'in' : 'not_in'}"`);
      return field && { field, op: op === 'eq' ? 'in' : 'not_in', values: [value] };
    case 'in':
    case 'not_in':
      if (!Array.isArray(value))
        return wrong(`"${op}" takes a list of texts; for one use "${op === 'in' ? 'eq' : 'neq'}"`);
      return field && { field, op, values: value };
    default:
      return op satisfies never;
  }
}
