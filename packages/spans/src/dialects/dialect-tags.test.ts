import { isTagKey } from '@costspan/usage';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TagCollector } from './dialect-tags.ts';

function tagsOf(fields: Record<string, unknown>) {
  const tags = new TagCollector();
  for (const [name, value] of Object.entries(fields)) tags.add(name, value);
  return tags;
}

test.each([
  ['customer_id', 'customer_id'],
  ['customerId', 'customer_id'],
  ['Customer-ID', 'customer_id'],
  ['customer.id', 'customer_id'],
  ['customer', 'customer_id'],
  ['userId', 'user'],
  ['featureName', 'feature_name'],
  ['feature', 'feature_name'],
  ['env', 'environment'],
  ['team_id', 'team'],
  ['planTier2', 'plan_tier2'],
])('the field %s is the tag %s', (name, key) => {
  expect(tagsOf({ [name]: 'v' }).tags).toEqual({ [key]: 'v' });
});

test.each(['', '---', '2fast', 'x'.repeat(65), 'x'.repeat(1000), '客户'])('the field %j is no tag', (name) => {
  expect(tagsOf({ [name]: 'v' }).tags).toEqual({});
});

test('what is no short text, number or boolean is left out', () => {
  expect(
    tagsOf({ a: null, b: {}, c: [1], d: 'x'.repeat(257), e: '', f: Number.NaN, g: 5, h: false, i: 'v' }).tags,
  ).toEqual({ g: 5, h: false, i: 'v' });
});

test('the first of two fields that mean one tag is kept', () => {
  expect(tagsOf({ customerId: 'first', customer_id: 'second' }).tags).toEqual({ customer_id: 'first' });
});

test.each(['sessionId', 'session_id', 'conversationId', 'thread_id'])('%s is the conversation and no tag', (name) => {
  const tags = tagsOf({ [name]: 's1' });
  expect(tags.conversationId).toBe('s1');
  expect(tags.tags).toEqual({});
});

test('JSON that is none, is a list or is longer than we read has no fields', () => {
  const tags = new TagCollector();
  for (const text of ['{', '[1]', '"text"', 'null', `{"a":"${'x'.repeat(70_000)}"}`, 5, null, undefined]) {
    tags.addFields(text);
  }
  expect(tags.tags).toEqual({});
});

test('whatever the fields are, the keys are tag keys', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.object())),
      fc.json(),
      (fields, json) => {
        const tags = tagsOf(fields);
        tags.addFields(json);
        tags.addLabels(json);
        for (const key of Object.keys(tags.tags)) expect(isTagKey(key)).toBe(true);
      },
    ),
  );
});
