import { FIRST_CLASS_TAGS, type Finding, InvalidInputError } from '@costspan/usage';
import type { AskedLedger } from '../access/scoped-ledger.ts';
import { DIMENSION_WORDS, DIMENSIONS, FIELD_COLUMNS, type Field, isRolledUp, parseField } from './fields.ts';
import { COMPARE_OPS, MEASURES } from './filter.ts';
import { INSTANT_MAX_US, parseInstantUs } from './instants.ts';
import { CALL_METRICS, type CallMetric, METRICS, metricUnit } from './metrics.ts';
import { checkRange } from './parse-usage-query.ts';
import { TEXT_FILTER_OPS } from './read-filter.ts';
import { check, fieldsParameters, valuesParameters } from './request-schemas.ts';
import { GRAINS } from './usage-query.ts';

export interface FieldsAnswer {
  /** What a question may group and filter by: everything known by name, then the tags that calls carry. */
  readonly fields: readonly {
    readonly name: string;
    readonly kind: 'dimension' | 'tag';
    readonly description: string | null;
    /** Its sums by hour outlive the calls, and are answered from fast. */
    readonly is_rolled_up: boolean;
    /** Calls that carry the tag, where that was counted. */
    readonly calls: number | null;
  }[];
  readonly metrics: readonly { readonly name: string; readonly unit: string; readonly description: string | null }[];
  readonly grains: readonly string[];
  readonly operators: { readonly text: readonly string[]; readonly number: readonly string[] };
  /** What of a call can be compared with a number. */
  readonly measures: readonly string[];
}

export interface ValuesAnswer {
  readonly field: string;
  /** Those of most calls first. */
  readonly values: readonly { readonly value: string; readonly calls: number }[];
  /** There are more values than the limit. */
  readonly is_truncated: boolean;
}

/** @throws InvalidInputError `FIELDS_QUERY_INVALID` */
export async function readFields(ledger: AskedLedger, parameters: URLSearchParams): Promise<FieldsAnswer> {
  const own = plain(parameters);
  const shape = check(fieldsParameters, own.values);
  const findings = [...own.findings, ...(shape.ok ? [] : shape.findings), ...rangeMistakes(own.values)];
  if (!shape.ok || findings.length > 0) throw new InvalidInputError('FIELDS_QUERY_INVALID', 'fields query', findings);
  const tags = await ledger.tagKeys({ ...rangeOf(shape.value), limit: shape.value.limit });
  const dimensions: ReadonlySet<string> = new Set(DIMENSIONS);
  const taken: ReadonlySet<string> = new Set([...FIELD_COLUMNS, ...METRICS, 'time', 'previous']);
  return {
    fields: [
      ...DIMENSIONS.map((name) => ({
        name,
        kind: 'dimension' as const,
        description: DIMENSION_WORDS[name],
        is_rolled_up: isRolledUp(parseField(name) as Field),
        calls: null,
      })),
      ...FIRST_CLASS_TAGS.map((name) => ({
        name,
        kind: 'tag' as const,
        description: null,
        is_rolled_up: isRolledUp(parseField(name) as Field),
        calls: null,
      })),
      ...tags.map(({ key, calls }) => ({
        name: taken.has(key) || dimensions.has(key) ? `tag.${key}` : key,
        kind: 'tag' as const,
        description: null,
        is_rolled_up: false,
        calls,
      })),
    ],
    metrics: METRICS.map((name) => ({
      name,
      unit: metricUnit(name),
      description: name in CALL_METRICS ? CALL_METRICS[name as CallMetric].is : null,
    })),
    grains: GRAINS,
    operators: {
      text: ['eq', 'neq', 'in', 'not_in', 'exists', 'not_exists', ...TEXT_FILTER_OPS],
      number: [...COMPARE_OPS, 'exists', 'not_exists'],
    },
    measures: MEASURES,
  };
}

/** @throws InvalidInputError `VALUES_QUERY_INVALID` */
export async function readValues(ledger: AskedLedger, parameters: URLSearchParams): Promise<ValuesAnswer> {
  const own = plain(parameters);
  const shape = check(valuesParameters, own.values);
  const findings = [...own.findings, ...(shape.ok ? [] : shape.findings), ...rangeMistakes(own.values)];
  if (!shape.ok || findings.length > 0) throw new InvalidInputError('VALUES_QUERY_INVALID', 'values query', findings);
  const { field: name, prefix, limit } = shape.value;
  const field = parseField(name) as Field;
  const { rows, next_cursor } = await ledger.query({
    fromUs: 0,
    toUs: INSTANT_MAX_US,
    ...rangeOf(shape.value),
    timezone: 'UTC',
    grain: 'none',
    metrics: ['calls'],
    groupBy: [field],
    filters: [
      { field, op: 'exists' },
      ...(prefix === undefined ? [] : [{ field, op: 'starts_with', text: prefix } as const]),
    ],
    orderBy: { field: 'calls', direction: 'desc' },
    limit,
    page: { skip: 0 },
  });
  return {
    field: name,
    values: rows.map((row) => ({ value: String(row[name]), calls: Number(row['calls']) })),
    is_truncated: next_cursor !== null,
  };
}

/** Every parameter once. */
function plain(parameters: URLSearchParams): { readonly values: Record<string, string>; readonly findings: Finding[] } {
  const values: Record<string, string> = {};
  const findings: Finding[] = [];
  for (const [name, value] of parameters) {
    if (Object.hasOwn(values, name))
      findings.push({ at: name, code: 'DUPLICATE', message: `"${name}" is there twice` });
    values[name] = value;
  }
  return { values, findings };
}

function rangeMistakes({ from, to }: Readonly<Record<string, string>>): Finding[] {
  return checkRange(from, to, false);
}

function rangeOf({ from, to }: { readonly from?: string | undefined; readonly to?: string | undefined }) {
  return {
    ...(from === undefined ? {} : { fromUs: parseInstantUs(from) as number }),
    ...(to === undefined ? {} : { toUs: parseInstantUs(to) as number }),
  };
}
