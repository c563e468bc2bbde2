import type { InvalidInputError } from '@costspan/usage';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatCursor, parseCursor } from './cursor.ts';
import { parseCallsQuery } from './parse-calls-query.ts';

test('parameters that are no names of ours are filters', () => {
  const query = parseCallsQuery(
    new URLSearchParams(
      'customer_id=a&customer_id=b&tag.plan=pro&cost_status=unpriced&from=2026-11-01T00:00:00Z&limit=7',
    ),
  );
  expect(query).toEqual({
    fromUs: Date.UTC(2026, 10, 1) * 1000,
    limit: 7,
    filters: [
      { field: { kind: 'column', name: 'customer_id', column: 'customer_id' }, op: 'in', values: ['a', 'b'] },
      { field: { kind: 'tag', name: 'tag.plan', key: 'plan' }, op: 'in', values: ['pro'] },
      { field: { kind: 'column', name: 'cost_status', column: 'cost_status' }, op: 'in', values: ['unpriced'] },
    ],
  });
  expect(parseCallsQuery(new URLSearchParams())).toEqual({ filters: [], limit: 50 });
});

test.each([
  ['a misspelt name, which would list every call', 'custmer_id=a', ['custmer_id FIELD_UNKNOWN']],
  ['a tag key that is none', 'tag.Plan=a', ['tag.Plan FIELD_UNKNOWN']],
  [
    'everything at once',
    'limit=x&cursor=1&from=now&to=then&plan=a',
    ['plan FIELD_UNKNOWN', 'from INSTANT_INVALID', 'to INSTANT_INVALID', 'limit VALUE', 'cursor CURSOR_INVALID'],
  ],
  ['an empty range', 'from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z', ['to RANGE_EMPTY']],
  ['a limit of zero', 'limit=0', ['limit TOO_SMALL']],
  ['a limit of 1001', 'limit=1001', ['limit TOO_LARGE']],
  ['two limits', 'limit=1&limit=2', ['limit DUPLICATE']],
  ['101 values', Array.from({ length: 101 }, (_, n) => `team=${n}`).join('&'), ['team TOO_LARGE']],
  ['33 filters', Array.from({ length: 33 }, (_, n) => `tag.k${n}=1`).join('&'), ['query TOO_LARGE']],
])('%s is refused', (_, search, expected) => {
  try {
    parseCallsQuery(new URLSearchParams(search));
    expect.unreachable('it was taken');
  } catch (error) {
    expect((error as InvalidInputError).findings?.map(({ at, code }) => `${at} ${code}`)).toEqual(expected);
  }
});

test('filters of the language come as JSON, and the order has a direction', () => {
  const filters = JSON.stringify([
    {
      any: [
        { field: 'cost', op: 'gt', value: '0.5' },
        { field: 'team', op: 'exists' },
      ],
    },
  ]);
  expect(parseCallsQuery(new URLSearchParams({ filters, orderBy: 'cost', direction: 'asc', team: 'red' }))).toEqual({
    filters: [
      { field: { kind: 'column', name: 'team', column: 'team' }, op: 'in', values: ['red'] },
      {
        any: [
          { measure: 'cost', op: 'gt', bound: 5n * 10n ** 17n },
          { field: { kind: 'column', name: 'team', column: 'team' }, op: 'exists' },
        ],
      },
    ],
    orderBy: { field: 'cost', direction: 'asc' },
    limit: 50,
  });
});

test.each([
  ['filters that are no JSON', { filters: '[' }, ['filters FILTERS_JSON']],
  ['filters that are no list', { filters: '{}' }, ['filters TYPE']],
  ['a mistaken filter', { filters: '[{"field":"cost","op":"eq","value":"1"}]' }, ['filters[0].field FIELD_UNKNOWN']],
  ['too many filters', { filters: JSON.stringify(Array.from({ length: 65 }, () => ({}))) }, ['filters TOO_LARGE']],
  ['an order that is none', { orderBy: 'mood' }, ['orderBy VALUE_UNKNOWN']],
  [
    'a cursor of another order',
    { orderBy: 'cost', cursor: `1-${'0'.repeat(32)}-${'0'.repeat(16)}` },
    ['cursor CURSOR_INVALID'],
  ],
])('%s are refused', (_, parameters, expected) => {
  try {
    parseCallsQuery(new URLSearchParams(parameters));
    expect.unreachable('it was taken');
  } catch (error) {
    expect((error as InvalidInputError).findings?.map(({ at, code }) => `${at} ${code}`)).toEqual(expected);
  }
});

test('a cursor of any order comes back as the place it was made of', () => {
  const id = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) };
  for (const value of [null, 0n, -5n, 10n ** 30n]) {
    const order = { field: 'cost', direction: 'desc' } as const;
    expect(parseCursor(formatCursor({ ...id, value }, order), order)).toEqual({ ...id, value });
  }
  const oldest = { field: 'started_at', direction: 'asc' } as const;
  expect(parseCursor(formatCursor({ ...id, startedAtUs: 7 }, oldest), oldest)).toEqual({ ...id, startedAtUs: 7 });
});

test('a cursor comes back as the place it was made of', () => {
  const hex = (length: number) =>
    fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: length, maxLength: length });
  fc.assert(
    fc.property(fc.record({ startedAtUs: fc.maxSafeNat(), traceId: hex(32), spanId: hex(16) }), (place) => {
      expect(parseCursor(formatCursor(place))).toEqual(place);
      expect(encodeURIComponent(formatCursor(place))).toBe(formatCursor(place));
    }),
  );
});

test.each([
  '',
  '-',
  '1',
  `-1-${'0'.repeat(32)}-${'0'.repeat(16)}`,
  `x-${'0'.repeat(32)}-${'0'.repeat(16)}`,
  `1-${'0'.repeat(48)}`,
])('%j is no cursor', (text) => {
  expect(parseCursor(text)).toBeUndefined();
});
