import { expect, test } from 'vitest';
import { isTagKey, parseTags, TAG_KEY_LENGTH_MAX, TAG_VALUE_LENGTH_MAX, TAGS_MAX } from './tags.ts';

test.each(['customer_id', 'a', 'plan2', 'a'.repeat(TAG_KEY_LENGTH_MAX)])('%s is a tag key', (key) => {
  expect(isTagKey(key)).toBe(true);
});

test.each([
  '',
  'CustomerId',
  'customer-id',
  'customer.id',
  '2plan',
  '_x',
  'a b',
  'ä',
  'a'.repeat(TAG_KEY_LENGTH_MAX + 1),
])('%j is not a tag key', (key) => {
  expect(isTagKey(key)).toBe(false);
});

test('numbers and booleans become text, empty values mean no tag', () => {
  expect(parseTags({ seats: 3, trial: false, team: '', user: undefined, customer_id: 'acme' }, 'tags')).toEqual({
    tags: { seats: '3', trial: 'false', customer_id: 'acme' },
    findings: [],
  });
});

test('only the mistaken tag is left out, and every mistake is named', () => {
  const { tags, findings } = parseTags(
    { customer_id: 'acme', 'Feature-Name': 'x', team: ['a'], user: 'u'.repeat(TAG_VALUE_LENGTH_MAX + 1) },
    'tags',
  );
  expect(tags).toEqual({ customer_id: 'acme' });
  expect(findings.map((finding) => finding.code)).toEqual(['TAG_KEY', 'TAG_VALUE', 'TAG_LENGTH']);
});

test('the last accepted and the first refused number of tags', () => {
  const many = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, 'v']));
  expect(parseTags(many(TAGS_MAX), 'tags').findings).toEqual([]);
  expect(parseTags(many(TAGS_MAX + 1), 'tags').findings).toMatchObject([{ code: 'TAGS_COUNT' }]);
});

test('a prototype cannot be tagged in', () => {
  expect(parseTags(JSON.parse('{"__proto__":{"polluted":"yes"},"constructor":"x"}'), 'tags').tags).toEqual({
    constructor: 'x',
  });
  expect(({} as { polluted?: string }).polluted).toBeUndefined();
});
