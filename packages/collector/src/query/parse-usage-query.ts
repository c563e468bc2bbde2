import { type Finding, InvalidInputError } from '@costspan/usage';
import { type Field, type Filter, parseField } from './fields.ts';
import { parseInstantUs } from './instants.ts';
import { check, type UsageQueryBody, usageQueryBody } from './request-schemas.ts';
import { isMetric, type UsageQuery } from './usage-query.ts';

/** Longest time a question with a grain may span. */
const GRAINED_RANGE_MAX_US = 50 * 366 * 86_400 * 1_000_000;

/**
 * Reads the body of `POST /api/v1/usage/query`.
 * @throws InvalidInputError `USAGE_QUERY_INVALID` with every mistake in it.
 */
export function parseUsageQuery(value: unknown): UsageQuery {
  const shape = check(usageQueryBody, value);
  // What concerns several fields is checked even when others are wrong, as far as the parts can be read.
  const findings = [...(shape.ok ? [] : shape.findings), ...acrossFields(value)];
  if (!shape.ok || findings.length > 0) throw new InvalidInputError('USAGE_QUERY_INVALID', 'usage query', findings);
  const body = shape.value;
  return {
    fromUs: parseInstantUs(body.from) as number,
    toUs: parseInstantUs(body.to) as number,
    timezone: body.timezone,
    grain: body.grain,
    metrics: [...new Set(body.metrics)],
    groupBy: body.groupBy.map((name) => parseField(name) as Field),
    filters: body.filters.map(readFilter),
    orderBy: body.orderBy ?? { field: 'cost', direction: 'desc' },
    limit: body.limit,
  };
}

function acrossFields(value: unknown): Finding[] {
  if (typeof value !== 'object' || value === null) return [];
  const { from, to, grain, groupBy, orderBy } = value as Readonly<Record<string, unknown>>;
  const grained = grain !== undefined && grain !== 'none';
  const groups = Array.isArray(groupBy) ? groupBy : [];
  return [...checkRange(from, to, grained), ...checkGroups(groups), ...checkOrder(orderBy, groups, grained)];
}

export function checkRange(from: unknown, to: unknown, grained: boolean): Finding[] {
  const fromUs = typeof from === 'string' ? parseInstantUs(from) : undefined;
  const toUs = typeof to === 'string' ? parseInstantUs(to) : undefined;
  if (fromUs === undefined || toUs === undefined) return [];
  if (toUs <= fromUs) return [{ at: 'to', code: 'RANGE_EMPTY', message: '`to` must be later than `from`' }];
  if (!grained || toUs - fromUs <= GRAINED_RANGE_MAX_US) return [];
  return [{ at: 'to', code: 'RANGE_TOO_LONG', message: 'with a grain a question spans at most 50 years' }];
}

function checkGroups(groups: readonly unknown[]): Finding[] {
  return groups.flatMap((name, index) =>
    groups.indexOf(name) < index
      ? [{ at: `groupBy[${index}]`, code: 'DUPLICATE', message: `"${String(name)}" is there twice` }]
      : [],
  );
}

function checkOrder(orderBy: unknown, groups: readonly unknown[], grained: boolean): Finding[] {
  const field = typeof orderBy === 'object' && orderBy !== null && 'field' in orderBy ? orderBy.field : undefined;
  if (typeof field !== 'string' || isMetric(field) || groups.includes(field)) return [];
  if (field === 'time' && grained) return [];
  const hint = field === 'time' ? 'time needs a grain' : `"${field}" is neither a metric nor in groupBy`;
  return [{ at: 'orderBy.field', code: 'FIELD_UNKNOWN', message: hint }];
}

function readFilter({ field: name, op, value }: UsageQueryBody['filters'][number]): Filter {
  const field = parseField(name) as Field;
  if (op === 'exists' || op === 'not_exists') return { field, op };
  const values = typeof value === 'string' ? [value] : (value ?? []);
  return { field, op: op === 'eq' || op === 'in' ? 'in' : 'not_in', values };
}
