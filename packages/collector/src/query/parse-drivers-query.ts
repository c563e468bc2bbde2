import { InvalidInputError, isObject } from '@costspan/usage';
import { type Field, parseField } from './fields.ts';
import { parseInstantUs } from './instants.ts';
import type { Metric } from './metrics.ts';
import { checkComparison, checkFilterSize, checkGroups, checkRange, comparedRange } from './parse-usage-query.ts';
import type { TimeRange } from './periods.ts';
import { readFilter } from './read-filter.ts';
import { check, driversBody } from './request-schemas.ts';
import type { UsageQuery } from './usage-query.ts';

/** What the drivers of a change are made of. */
const DRIVER_METRICS = [
  'calls',
  'cost',
  'input_cost',
  'cache_read_cost',
  'cache_write_cost',
  'output_cost',
  'input_tokens',
  'cache_read_tokens',
  'cache_write_tokens',
  'output_tokens',
] as const satisfies readonly Metric[];

/** A question with both periods in it, over the calls whose cost is known. */
export type DriversQuery = UsageQuery & { readonly compare: TimeRange };

/**
 * Reads the body of `POST /api/v1/usage/drivers`.
 * @throws InvalidInputError `DRIVERS_QUERY_INVALID` with every mistake in it.
 */
export function parseDriversQuery(value: unknown): DriversQuery {
  const tooLarge = checkFilterSize(value);
  const shape = check(driversBody, tooLarge.length > 0 && isObject(value) ? { ...value, filters: [] } : value);
  const { from, to, compare, groupBy } = isObject(value) ? value : {};
  const findings = [
    ...(shape.ok ? [] : shape.findings),
    ...tooLarge,
    ...checkRange(from, to, true),
    ...checkComparison(compare),
    ...checkGroups(Array.isArray(groupBy) ? groupBy.slice(0, 50) : []),
  ];
  if (!shape.ok || findings.length > 0) {
    throw new InvalidInputError('DRIVERS_QUERY_INVALID', 'drivers query', findings);
  }
  const body = shape.value;
  const range = { fromUs: parseInstantUs(body.from) as number, toUs: parseInstantUs(body.to) as number };
  return {
    ...range,
    timezone: body.timezone,
    grain: 'none',
    metrics: DRIVER_METRICS,
    groupBy: body.groupBy.map((name) => parseField(name) as Field),
    filters: body.filters.map(readFilter),
    orderBy: { field: 'cost', direction: 'desc' },
    limit: body.limit,
    compare: comparedRange(body.compare, range, body.timezone),
  };
}
