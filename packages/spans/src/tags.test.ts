import { TAGS_MAX } from '@costspan/usage';
import { expect, test } from 'vitest';
import type { AttributeValue } from './span.ts';
import { tagsOf } from './tags.ts';
import { spanWith } from './testing/dialect.contract.ts';

function tagged(span: Record<string, AttributeValue>, resource: Record<string, AttributeValue> = {}) {
  return tagsOf(spanWith(span, { resource: { attributes: new Map(Object.entries(resource)) } }));
}

test('a tag of the span stands above the same tag of the resource', () => {
  const { tags } = tagged(
    { 'costspan.tag.customer_id': 'acme' },
    { 'costspan.tag.customer_id': 'default', 'costspan.tag.team': 'growth' },
  );
  expect(tags).toEqual({ customer_id: 'acme', team: 'growth' });
});

test.each([
  ['user.id', 'user'],
  ['enduser.id', 'user'],
  ['deployment.environment.name', 'environment'],
  ['deployment.environment', 'environment'],
])('%s is the tag %s when nobody set that tag, from the span before the resource', (attribute, tag) => {
  expect(tagged({ [attribute]: 'a' }, { [attribute]: 'b' }).tags).toEqual({ [tag]: 'a' });
  expect(tagged({}, { [attribute]: 'b' }).tags).toEqual({ [tag]: 'b' });
  expect(tagged({ [attribute]: 'a' }, { [`costspan.tag.${tag}`]: 'c' }).tags).toEqual({ [tag]: 'c' });
});

test('the current name of a fallback stands above its old one', () => {
  expect(tagged({ 'enduser.id': 'old' }, { 'user.id': 'new' }).tags).toEqual({ user: 'new' });
});

test('numbers and booleans become text', () => {
  expect(
    tagged({ 'costspan.tag.a': 5, 'costspan.tag.b': true, 'costspan.tag.c': 2n ** 60n, 'costspan.tag.d': '' }).tags,
  ).toEqual({ a: '5', b: 'true', c: '1152921504606846976' });
});

test('a bad key, a list and a value too long are refused and counted; the other tags stay', () => {
  const { tags, refused } = tagged({
    'costspan.tag.Customer-Id': 'x',
    'costspan.tag.__proto__': 'x',
    'costspan.tag.long': 'x'.repeat(300),
    'costspan.tag.team': 'growth',
  });
  expect(tags).toEqual({ team: 'growth' });
  expect(refused).toBe(3);
});

test('more tags than a call carries are refused and counted, those of the resource first', () => {
  const many = Object.fromEntries(Array.from({ length: TAGS_MAX }, (_, index) => [`costspan.tag.t${index}`, 'v']));
  const { tags, refused } = tagged(many, { 'costspan.tag.late': 'v' });
  expect(Object.keys(tags)).toHaveLength(TAGS_MAX);
  expect(tags).not.toHaveProperty('late');
  expect(refused).toBe(1);
});

test("a dialect's own fields stand behind our tags and before the fallbacks", () => {
  const span = spanWith({ 'costspan.tag.team': 'growth', 'user.id': 'fallback' });
  expect(tagsOf(span, { team: 'other', user: 'u1', plan: 5 }).tags).toEqual({ team: 'growth', user: 'u1', plan: '5' });
});
