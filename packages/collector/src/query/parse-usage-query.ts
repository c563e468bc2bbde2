import { type Finding, InvalidInputError, isObject } from '@costspan/usage';
import { type Field, parseField } from './fields.ts';
import { parseInstantUs } from './instants.ts';
import { isMetric } from './metrics.ts';
import { parsePageCursor } from './page-cursor.ts';
import { previousPeriod, previousYear, type TimeRange } from './periods.ts';
import { filterSizeMistake, readFilter } from './read-filter.ts';
import { check, type UsageQueryBody, usageQueryBody } from './request-schemas.ts';
import type { UsageQuery } from './usage-query.ts';

/** Longest time that a question with a grain or a comparison may span. */
const LONG_RANGE_MAX_US = 50 * 366 * 86_400 * 1_000_000;

const GROUPS_LOOKED_AT = 50;

/**
 * Reads the body of `POST /api/v1/usage/query`.
 * @throws InvalidInputError `USAGE_QUERY_INVALID` with every mistake in it.
 */
export function parseUsageQuery(value: unknown): UsageQuery {
  const tooLarge = checkFilterSize(value);
  const shape = check(usageQueryBody, tooLarge.length > 0 && isObject(value) ? { ...value, filters: [] } : value);
  // What concerns several fields is checked even when others are wrong, as far as the parts can be read.
  const findings = [...(shape.ok ? [] : shape.findings), ...tooLarge, ...acrossFields(value)];
  if (!shape.ok || findings.length > 0) throw invalid(findings);
  const query = readBody(shape.value);
  if (shape.value.cursor === undefined) return query;
  const place = parsePageCursor(query, shape.value.cursor);
  if (place !== undefined) return { ...query, page: { skip: place.skip }, asOfUs: place.asOfUs };
  const message = 'give `next_cursor` of a page as it came, with the question that it came from';
  throw invalid([{ at: 'cursor', code: 'CURSOR_INVALID', message }]);
}

function invalid(findings: readonly Finding[]): InvalidInputError {
  return new InvalidInputError('USAGE_QUERY_INVALID', 'usage query', findings);
}

/** What is at its default is left out. */
function readBody(body: UsageQueryBody): UsageQuery {
  const range = { fromUs: parseInstantUs(body.from) as number, toUs: parseInstantUs(body.to) as number };
  return {
    ...range,
    timezone: body.timezone,
    grain: body.grain,
    ...(body.weekStart === 'monday' ? {} : { weekStart: body.weekStart }),
    metrics: [...new Set(body.metrics)],
    groupBy: body.groupBy.map((name) => parseField(name) as Field),
    filters: body.filters.map(readFilter),
    orderBy: body.orderBy ?? { field: 'cost', direction: 'desc' },
    limit: body.limit,
    ...(body.fill === 'none' ? {} : { fill: body.fill }),
    ...(body.compare === undefined ? {} : { compare: comparedRange(body.compare, range, body.timezone) }),
    ...(body.asOf === undefined ? {} : { asOfUs: parseInstantUs(body.asOf) as number }),
    ...(body.fold ? {} : { page: { skip: 0 } }),
  };
}

/** The period that one is compared with. */
export function comparedRange(
  compare: NonNullable<UsageQueryBody['compare']>,
  range: TimeRange,
  timezone: string,
): TimeRange {
  if (compare === 'previous_period') return previousPeriod(range, timezone);
  if (compare === 'previous_year') return previousYear(range, timezone);
  return { fromUs: parseInstantUs(compare.from) as number, toUs: parseInstantUs(compare.to) as number };
}

export function checkFilterSize(value: unknown): Finding[] {
  const message = isObject(value) ? filterSizeMistake(value['filters']) : undefined;
  return message === undefined ? [] : [{ at: 'filters', code: 'TOO_LARGE', message }];
}

function acrossFields(value: unknown): Finding[] {
  if (!isObject(value)) return [];
  const { from, to, grain, groupBy, orderBy, compare, fold, cursor } = value;
  const grained = grain !== undefined && grain !== 'none';
  // More are refused by their number; looking at them all would take long.
  const groups = Array.isArray(groupBy) ? groupBy.slice(0, GROUPS_LOOKED_AT) : [];
  const findings = [
    ...checkRange(from, to, grained || compare !== undefined),
    ...checkComparison(compare),
    ...checkGroups(groups),
    ...checkOrder(orderBy, groups, grained),
  ];
  if (compare !== undefined && groups.includes('previous')) {
    const message = '"previous" is the period before in this answer; write "tag.previous" for the tag of that name';
    findings.push({ at: `groupBy[${groups.indexOf('previous')}]`, code: 'FIELD_UNKNOWN', message });
  }
  if (cursor !== undefined && fold !== false) {
    findings.push({ at: 'cursor', code: 'CURSOR_INVALID', message: 'pages of groups need `fold: false`' });
  }
  return findings;
}

export function checkRange(from: unknown, to: unknown, bounded: boolean): Finding[] {
  const fromUs = typeof from === 'string' ? parseInstantUs(from) : undefined;
  const toUs = typeof to === 'string' ? parseInstantUs(to) : undefined;
  if (fromUs === undefined || toUs === undefined) return [];
  if (toUs <= fromUs) return [{ at: 'to', code: 'RANGE_EMPTY', message: '`to` must be later than `from`' }];
  if (!bounded || toUs - fromUs <= LONG_RANGE_MAX_US) return [];
  return [
    { at: 'to', code: 'RANGE_TOO_LONG', message: 'with a grain or a comparison a question spans at most 50 years' },
  ];
}

export function checkComparison(compare: unknown): Finding[] {
  if (!isObject(compare)) return [];
  return checkRange(compare['from'], compare['to'], true).map((finding) => ({
    ...finding,
    at: `compare.${finding.at}`,
  }));
}

export function checkGroups(groups: readonly unknown[]): Finding[] {
  return groups.flatMap((name, index) =>
    groups.indexOf(name) < index
      ? [{ at: `groupBy[${index}]`, code: 'DUPLICATE', message: `"${String(name)}" is there twice` }]
      : [],
  );
}

function checkOrder(orderBy: unknown, groups: readonly unknown[], grained: boolean): Finding[] {
  const field = isObject(orderBy) ? orderBy['field'] : undefined;
  if (typeof field !== 'string' || isMetric(field) || groups.includes(field)) return [];
  if (field === 'time' && grained) return [];
  const hint = field === 'time' ? 'time needs a grain' : `"${field}" is neither a metric nor in groupBy`;
  return [{ at: 'orderBy.field', code: 'FIELD_UNKNOWN', message: hint }];
}
