import type { Field } from '../../query/fields.ts';
import type { CompareOp, Filter, Measure, TextOp } from '../../query/filter.ts';
import { parseBound } from '../../query/read-filter.ts';
import type { MetricsFilter } from './metrics-body.ts';
import { fieldNamed, type Place, refuse } from './names.ts';

const NUMBERS: ReadonlyMap<string, Measure> = new Map(
  Object.entries({
    latencyMs: 'duration_ms',
    timeToFirstTokenMs: 'time_to_first_token_ms',
    inputTokens: 'input_tokens',
    outputTokens: 'output_tokens',
    cacheReadInputTokens: 'cache_read_tokens',
    cacheCreationInputTokens: 'cache_write_tokens',
    costInUSD: 'cost',
  }),
);

const COMPARISONS: ReadonlyMap<string, CompareOp> = new Map(
  Object.entries({
    GREATER_THAN: 'gt',
    GREATER_THAN_EQUAL: 'gte',
    LESS_THAN: 'lt',
    LESS_THAN_EQUAL: 'lte',
  }),
);

const TEXTS: ReadonlyMap<string, TextOp> = new Map(
  Object.entries({
    STRING_CONTAINS: 'contains',
    STRING_STARTS_WITH: 'starts_with',
    STRING_ENDS_WITH: 'ends_with',
  }),
);

/** The filters that one of theirs means; none where it holds for every call. @returns findings through `place`. */
export function readFilter(filter: MetricsFilter, place: Place): Filter[] {
  const { fieldName, metadataKey } = filter;
  if ((fieldName === undefined) === (metadataKey === undefined)) {
    return refuse(place, 'FILTER_SHAPE', 'a filter has either fieldName or metadataKey');
  }
  if (fieldName === 'virtualModelName') return virtualModel(filter, place);
  if (fieldName === 'isFailure') return failure(filter, place);
  const measure = fieldName === undefined ? undefined : NUMBERS.get(fieldName);
  if (measure !== undefined) return numeric(measure, filter, place);
  const name = fieldName ?? `metadata.${metadataKey}`;
  const field = fieldNamed(name, {
    ...place,
    at: `${place.at}.${fieldName === undefined ? 'metadataKey' : 'fieldName'}`,
  });
  return field === undefined ? [] : textual(field, filter, place);
}

/** Every call here is one of a model, so nothing is counted twice and nothing needs to be left out. */
function virtualModel({ operator, value }: MetricsFilter, place: Place): Filter[] {
  if (operator === 'IS_NULL' && value !== false) return [];
  return refuse(place, 'VALUE_UNKNOWN', 'there are no virtual models in this ledger; only IS_NULL true has a meaning');
}

function failure({ operator, value }: MetricsFilter, place: Place): Filter[] {
  const field: Field = { kind: 'column', name: 'outcome', column: 'outcome' };
  if (operator === 'EQUAL' && typeof value === 'boolean')
    return [{ field, op: value ? 'in' : 'not_in', values: ['error'] }];
  return refuse(place, 'OPERATOR_UNKNOWN', 'isFailure takes EQUAL and true or false');
}

function numeric(measure: Measure, { operator, value }: MetricsFilter, place: Place): Filter[] {
  const bound = (each: unknown): bigint | undefined => (typeof each === 'number' ? parseBound(each) : undefined);
  if (operator === 'BETWEEN') {
    const [low, high] = Array.isArray(value) && value.length === 2 ? value.map(bound) : [];
    if (low === undefined || high === undefined)
      return refuse(place, 'FILTER_VALUE', 'BETWEEN takes [lowest, highest]');
    return [
      { measure, op: 'gte', bound: low },
      { measure, op: 'lte', bound: high },
    ];
  }
  const op = COMPARISONS.get(operator);
  if (op === undefined) {
    return refuse(
      place,
      'OPERATOR_UNKNOWN',
      `"${operator}" compares no numbers; use ${[...COMPARISONS.keys()].join(', ')} or BETWEEN`,
    );
  }
  const limit = bound(value);
  return limit === undefined
    ? refuse(place, 'FILTER_VALUE', `${operator} takes a number`)
    : [{ measure, op, bound: limit }];
}

function textual(field: Field, { operator, value }: MetricsFilter, place: Place): Filter[] {
  switch (operator) {
    case 'EQUAL':
    case 'NOT_EQUAL':
      if (typeof value !== 'string') return refuse(place, 'FILTER_VALUE', `${operator} takes one text`);
      return [{ field, op: operator === 'EQUAL' ? 'in' : 'not_in', values: [value] }];
    case 'IN':
    case 'ARRAY_HAS_ANY':
    case 'NOT_IN':
    case 'ARRAY_HAS_NONE':
      if (!Array.isArray(value) || value.length === 0)
        return refuse(place, 'FILTER_VALUE', `${operator} takes a list of texts`);
      return [
        { field, op: operator === 'IN' || operator === 'ARRAY_HAS_ANY' ? 'in' : 'not_in', values: value.map(String) },
      ];
    case 'IS_NULL':
      return [{ field, op: value === false ? 'exists' : 'not_exists' }];
    default: {
      const not = operator.startsWith('STRING_NOT_');
      const op = TEXTS.get(not ? operator.replace('_NOT', '') : operator);
      if (op === undefined) {
        return refuse(
          place,
          'OPERATOR_UNKNOWN',
          `"${operator}" is not known for texts; use EQUAL, NOT_EQUAL, IN, NOT_IN, IS_NULL, ARRAY_HAS_ANY, ARRAY_HAS_NONE, STRING_[NOT_]CONTAINS, STRING_[NOT_]STARTS_WITH or STRING_[NOT_]ENDS_WITH`,
        );
      }
      if (typeof value !== 'string') return refuse(place, 'FILTER_VALUE', `${operator} takes one text`);
      return [{ field, op, text: value, ...(not ? { not: true } : {}) }];
    }
  }
}
