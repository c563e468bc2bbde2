import { FIRST_CLASS_TAGS, InvalidInputError } from '@costspan/usage';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DIMENSIONS, parseField } from './fields.ts';
import { METRICS } from './metrics.ts';
import { formatPageCursor } from './page-cursor.ts';
import { parseUsageQuery } from './parse-usage-query.ts';

const least = { from: '2026-11-01T00:00:00Z', to: '2026-12-01T00:00:00Z', metrics: ['cost'] };

test('what is not said has its default', () => {
  expect(parseUsageQuery(least)).toEqual({
    fromUs: Date.UTC(2026, 10, 1) * 1000,
    toUs: Date.UTC(2026, 11, 1) * 1000,
    timezone: 'UTC',
    grain: 'none',
    metrics: ['cost'],
    groupBy: [],
    filters: [],
    orderBy: { field: 'cost', direction: 'desc' },
    limit: 100,
  });
});

test('every mistake is told at once, with its place', () => {
  const codes = mistakes({
    from: '2026-11-01',
    to: 'tomorrow',
    timezone: 'Mars',
    grain: 'fortnight',
    metrics: ['cost', 'happiness'],
    groupBy: ['plan', 'Plan', 'plan', 'cost', 'tag.9', 7],
    filters: [
      { field: 'plan', op: 'eq' },
      { field: '', op: 'like', value: 'x' },
      { field: 'plan', op: 'in', value: [] },
    ],
    orderBy: { field: 'time' },
    limit: 0,
    having: 1,
  });
  expect(codes).toEqual([
    'from INSTANT_INVALID',
    'to INSTANT_INVALID',
    'timezone TIMEZONE_UNKNOWN',
    'grain VALUE_UNKNOWN',
    'metrics[1] VALUE_UNKNOWN',
    'groupBy[1] FIELD_UNKNOWN',
    'groupBy[3] FIELD_UNKNOWN',
    'groupBy[4] FIELD_UNKNOWN',
    'groupBy[5] TYPE',
    'filters[0].value FILTER_VALUE',
    'filters[1].field FIELD_UNKNOWN',
    'filters[1].op VALUE_UNKNOWN',
    'filters[2].value TOO_SMALL',
    'limit TOO_SMALL',
    'having FIELD_UNKNOWN',
    'groupBy[2] DUPLICATE',
  ]);
});

test.each([
  ['nothing', undefined, ['body MISSING']],
  ['a list', [], ['body TYPE']],
  ['an empty object', {}, ['from MISSING', 'to MISSING', 'metrics MISSING']],
  ['no metrics', { ...least, metrics: [] }, ['metrics TOO_SMALL']],
  ['an empty range', { ...least, to: least.from }, ['to RANGE_EMPTY']],
  ['a range that ends before it begins', { ...least, from: least.to, to: least.from }, ['to RANGE_EMPTY']],
  [
    'a century of minutes',
    { ...least, from: '1990-01-01T00:00:00Z', to: '2090-01-01T00:00:00Z', grain: 'minute' },
    ['to RANGE_TOO_LONG'],
  ],
  ['order by what is not asked', { ...least, orderBy: { field: 'plan' } }, ['orderBy.field FIELD_UNKNOWN']],
  ['order by time without a grain', { ...least, orderBy: { field: 'time' } }, ['orderBy.field FIELD_UNKNOWN']],
  ['10,001 groups', { ...least, limit: 10_001 }, ['limit TOO_LARGE']],
  ['half a group', { ...least, limit: 1.5 }, ['limit TYPE']],
  [
    'a list for eq',
    { ...least, filters: [{ field: 'plan', op: 'eq', value: ['a'] }] },
    ['filters[0].value FILTER_VALUE'],
  ],
  [
    'a text for in',
    { ...least, filters: [{ field: 'plan', op: 'in', value: 'a' }] },
    ['filters[0].value FILTER_VALUE'],
  ],
  [
    'a value for exists',
    { ...least, filters: [{ field: 'plan', op: 'exists', value: 'a' }] },
    ['filters[0].value FILTER_VALUE'],
  ],
])('%s is refused', (_, value, expected) => {
  expect(mistakes(value)).toEqual(expected);
});

test('both sides of the limits', () => {
  expect(parseUsageQuery({ ...least, limit: 1 }).limit).toBe(1);
  expect(parseUsageQuery({ ...least, limit: 10_000 }).limit).toBe(10_000);
  expect(parseUsageQuery({ ...least, from: '1990-01-01T00:00:00Z', to: '2090-01-01T00:00:00Z' }).grain).toBe('none');
  expect(parseUsageQuery({ ...least, grain: 'day', orderBy: { field: 'time', direction: 'asc' } }).orderBy.field).toBe(
    'time',
  );
});

test('eq and in, neq and not_in are one filter each', () => {
  const of = (op: string, value: unknown) =>
    parseUsageQuery({ ...least, filters: [{ field: 'plan', op, value }] }).filters;
  const field = { kind: 'tag', name: 'plan', key: 'plan' };
  expect(of('eq', 'a')).toEqual([{ field, op: 'in', values: ['a'] }]);
  expect(of('in', ['a', 'b'])).toEqual([{ field, op: 'in', values: ['a', 'b'] }]);
  expect(of('neq', 'a')).toEqual([{ field, op: 'not_in', values: ['a'] }]);
  expect(of('not_in', ['a'])).toEqual([{ field, op: 'not_in', values: ['a'] }]);
});

const nested = (depth: number): object =>
  depth === 0 ? { field: 'plan', op: 'exists' } : { [depth % 2 === 0 ? 'any' : 'all']: [nested(depth - 1)] };

test.each([
  ['any beside a field', { any: [], field: 'plan' }, ['filters[0].any TOO_SMALL', 'filters[0] FILTER_SHAPE']],
  ['any beside all', { any: [nested(0)], all: [nested(0)] }, ['filters[0] FILTER_SHAPE']],
  [
    'a nested mistake',
    { any: [nested(0), { all: [{ field: 'plan', op: 'eq' }] }] },
    ['filters[0].any[1].all[0].value FILTER_VALUE'],
  ],
  ['a filter of nothing', {}, ['filters[0].field MISSING']],
  ['a field without an operator', { field: 'plan' }, ['filters[0].op MISSING']],
  ['a tag compared with a number', { field: 'plan', op: 'gt', value: 5 }, ['filters[0].field FIELD_UNKNOWN']],
  ['a number compared with a text', { field: 'cost', op: 'eq', value: '5' }, ['filters[0].field FIELD_UNKNOWN']],
  ['a cost with an exponent', { field: 'cost', op: 'gt', value: 1e-9 }, ['filters[0].value FILTER_VALUE']],
  ['a cost that is no number', { field: 'cost', op: 'gt', value: 'much' }, ['filters[0].value FILTER_VALUE']],
  ['a number for a text', { field: 'plan', op: 'eq', value: 5 }, ['filters[0].value FILTER_VALUE']],
  ['five levels', nested(5), ['filters TOO_LARGE']],
  ['65 conditions', { any: Array.from({ length: 65 }, () => nested(0)) }, ['filters TOO_LARGE']],
])('the filter %s is refused', (_, filter, expected) => {
  expect(mistakes({ ...least, filters: [filter] })).toEqual(expected);
});

test('both sides of the limits of filters', () => {
  expect(parseUsageQuery({ ...least, filters: [nested(4)] }).filters).toHaveLength(1);
  const many = Array.from({ length: 64 }, () => nested(0));
  expect(parseUsageQuery({ ...least, filters: many }).filters).toHaveLength(64);
});

test('numbers are exact however they are written', () => {
  const bound = (value: unknown) =>
    parseUsageQuery({ ...least, filters: [{ field: 'cost', op: 'gte', value }] }).filters[0];
  const filter = { measure: 'cost', op: 'gte', bound: 10n ** 17n };
  expect([bound(0.1), bound('0.1')]).toEqual([filter, filter]);
  expect(bound('0.000000000000000001')).toEqual({ ...filter, bound: 1n });
});

test.each([
  ['a comparison that is none', { compare: 'yesterday' }, ['compare TYPE']],
  ['a comparison with half a period', { compare: { from: least.from } }, ['compare.to MISSING']],
  ['a comparison with nonsense', { compare: { from: 'x', to: least.to } }, ['compare.from INSTANT_INVALID']],
  ['a comparison with an empty period', { compare: { from: least.to, to: least.to } }, ['compare.to RANGE_EMPTY']],
  [
    'a group that is named like the comparison',
    { compare: 'previous_year', groupBy: ['previous'] },
    ['groupBy[0] FIELD_UNKNOWN'],
  ],
  ['a cursor of folded groups', { cursor: 'g1.1.0000000000000000' }, ['cursor CURSOR_INVALID']],
  ['a cursor that is none', { cursor: 'x', fold: false }, ['cursor CURSOR_INVALID']],
  [
    'two centuries to compare',
    { from: '1980-01-01T00:00:00Z', to: '2180-01-01T00:00:00Z', compare: 'previous_year' },
    ['to RANGE_TOO_LONG'],
  ],
])('%s is refused', (_, asked, expected) => {
  expect(mistakes({ ...least, ...asked })).toEqual(expected);
});

test('a cursor goes on with its own question and with no other', () => {
  const question = { ...least, groupBy: ['team'], fold: false };
  const cursor = formatPageCursor(parseUsageQuery(question), { skip: 7, asOfUs: 123 });
  expect(parseUsageQuery({ ...question, cursor })).toMatchObject({ page: { skip: 7 }, asOfUs: 123 });
  expect(parseUsageQuery({ ...question, limit: 5, cursor })).toMatchObject({ page: { skip: 7 } });
  expect(mistakes({ ...question, groupBy: ['user'], cursor })).toEqual(['cursor CURSOR_INVALID']);
});

test('a body of a megabyte that nests or repeats is refused without a deep stack or a long wait', () => {
  const deep = `${'{"any":['.repeat(100_000)}${']}'.repeat(100_000)}`;
  expect(mistakes({ ...least, filters: [JSON.parse(deep)] })).toEqual(['filters TOO_LARGE']);
  expect(mistakes({ ...least, filters: Array.from({ length: 100_000 }, () => ({ any: [{}] })) })).toEqual([
    'filters TOO_LARGE',
  ]);
  expect(mistakes({ ...least, groupBy: Array.from({ length: 200_000 }, () => 'team') })[0]).toBe('groupBy TOO_LARGE');
});

test('a bare name is a dimension or a tag, and never silently a metric', () => {
  for (const name of [...DIMENSIONS, ...FIRST_CLASS_TAGS]) {
    expect(parseField(name)).toEqual({ kind: 'column', name, column: name });
  }
  for (const metric of METRICS) expect(parseField(metric)).toContain(`write "tag.${metric}"`);
  expect(parseField('tag.cost')).toEqual({ kind: 'tag', name: 'tag.cost', key: 'cost' });
  expect(parseField('tag.model')).toEqual({ kind: 'tag', name: 'tag.model', key: 'model' });
  expect(parseField('tag.customer_id')).toEqual({ kind: 'column', name: 'tag.customer_id', column: 'customer_id' });
  expect(parseField('time')).toContain('write "tag.time"');
});

const { filter: anyFilter } = fc.letrec<{ filter: unknown }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 6 },
    fc.record(
      {
        field: fc.oneof(fc.constantFrom('plan', 'cost', '__proto__'), fc.string()),
        op: fc.constantFrom('eq', 'gt', 'in', 'contains'),
        value: fc.anything(),
      },
      { requiredKeys: [] },
    ),
    fc.record({ any: fc.array(tie('filter'), { maxLength: 3 }) }),
    fc.record({ all: fc.array(tie('filter'), { maxLength: 3 }) }),
  ),
}));

test('whatever is sent is a question or a list of mistakes, never a crash', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.anything(),
        fc.record({
          from: fc.anything(),
          to: fc.anything(),
          metrics: fc.anything(),
          groupBy: fc.anything(),
          filters: fc.oneof(fc.anything(), fc.array(fc.oneof(anyFilter, fc.anything()))),
          orderBy: fc.anything(),
          compare: fc.anything(),
          fold: fc.oneof(fc.constant(false), fc.anything()),
          cursor: fc.anything(),
          asOf: fc.anything(),
        }),
      ),
      (value) => {
        try {
          parseUsageQuery(value);
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidInputError);
        }
      },
    ),
    { numRuns: 500 },
  );
});

function mistakes(value: unknown): string[] {
  try {
    parseUsageQuery(value);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidInputError);
    return (error as InvalidInputError).findings.map(({ at, code }) => `${at} ${code}`);
  }
}
