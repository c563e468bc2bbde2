import { correlation } from '@costspan/insight';
import { InvalidInputError, isObject } from '@costspan/usage';
import type { AskedLedger } from '../access/scoped-ledger.ts';
import { type Field, parseField } from './fields.ts';
import type { Filter } from './filter.ts';
import { parseInstantUs } from './instants.ts';
import { checkFilterSize, checkRange } from './parse-usage-query.ts';
import { readFilter } from './read-filter.ts';
import { type CORRELATED_METRICS, check, correlationBody } from './request-schemas.ts';
import { USAGE_LIMIT_MAX } from './usage-query.ts';

export interface CorrelationQuery {
  readonly fromUs: number;
  readonly toUs: number;
  readonly group: Field;
  readonly metric: (typeof CORRELATED_METRICS)[number];
  readonly values: ReadonlyMap<string, number>;
  readonly filters: readonly Filter[];
}

/** What goes together with usage, as it goes over the wire. */
export interface CorrelationAnswer {
  readonly correlation: { readonly coefficient: number; readonly low: number; readonly high: number } | null;
  readonly pairs: number;
  readonly unknown: number;
  readonly complete_to: string;
}

/**
 * Reads the body of `POST /api/v1/usage/correlation`.
 * @throws InvalidInputError `CORRELATION_QUERY_INVALID` with every mistake in it.
 */
export function parseCorrelationQuery(value: unknown): CorrelationQuery {
  const tooLarge = checkFilterSize(value);
  const shape = check(correlationBody, tooLarge.length > 0 && isObject(value) ? { ...value, filters: [] } : value);
  const { from, to } = isObject(value) ? value : {};
  const findings = [...(shape.ok ? [] : shape.findings), ...tooLarge, ...checkRange(from, to, true)];
  if (!shape.ok || findings.length > 0) {
    throw new InvalidInputError('CORRELATION_QUERY_INVALID', 'correlation query', findings);
  }
  const { groupBy, metric, values, filters, ...body } = shape.value;
  return {
    fromUs: parseInstantUs(body.from) as number,
    toUs: parseInstantUs(body.to) as number,
    group: parseField(groupBy) as Field,
    metric,
    values: new Map(Object.entries(values)),
    filters: filters.map(readFilter),
  };
}

/** Sets what each group used against the value that was given for it. */
export async function readCorrelation(ledger: AskedLedger, query: CorrelationQuery): Promise<CorrelationAnswer> {
  const { fromUs, toUs, group, metric, values, filters } = query;
  const { rows, complete_to } = await ledger.query({
    fromUs,
    toUs,
    timezone: 'UTC',
    grain: 'none',
    metrics: [metric],
    groupBy: [group],
    filters: [...filters, { field: group, op: 'in', values: [...values.keys()] }],
    orderBy: { field: metric, direction: 'desc' },
    limit: USAGE_LIMIT_MAX,
  });
  const used = new Map(rows.map((row) => [row[group.name], row[metric]]));
  const pairs: (readonly [used: number, value: number])[] = [];
  for (const [name, value] of values) {
    const amount = used.has(name) ? used.get(name) : 0;
    if (amount !== null) pairs.push([Number(amount), value]);
  }
  const found = correlation(pairs);
  return {
    correlation: found === undefined ? null : { coefficient: found.coefficient, low: found.low, high: found.high },
    pairs: pairs.length,
    unknown: values.size - pairs.length,
    complete_to,
  };
}
