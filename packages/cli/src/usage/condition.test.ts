import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseCondition } from './condition.ts';

test.each<[string, object]>([
  ['team=growth', { field: 'team', op: 'eq', value: 'growth' }],
  ['tag.plan=a=b', { field: 'tag.plan', op: 'eq', value: 'a=b' }],
  ['team = growth', { field: 'team', op: 'eq', value: ' growth' }],
  ['model!=gpt-4o', { field: 'model', op: 'neq', value: 'gpt-4o' }],
  ['model^=claude', { field: 'model', op: 'starts_with', value: 'claude' }],
  ['model$=mini', { field: 'model', op: 'ends_with', value: 'mini' }],
  ['service~api', { field: 'service', op: 'contains', value: 'api' }],
  ['service!~api', { field: 'service', op: 'not_contains', value: 'api' }],
  ['model!^=claude', { field: 'model', op: 'not_starts_with', value: 'claude' }],
  ['cost>0.5', { field: 'cost', op: 'gt', value: '0.5' }],
  ['duration_ms >= 2000', { field: 'duration_ms', op: 'gte', value: '2000' }],
  ['input_tokens<100', { field: 'input_tokens', op: 'lt', value: '100' }],
  ['input_tokens<=100', { field: 'input_tokens', op: 'lte', value: '100' }],
  ['model in gpt-4o, o3', { field: 'model', op: 'in', value: ['gpt-4o', 'o3'] }],
  ['team not in a,b', { field: 'team', op: 'not_in', value: ['a', 'b'] }],
  ['customer_id', { field: 'customer_id', op: 'exists' }],
  ['!customer_id', { field: 'customer_id', op: 'not_exists' }],
  ['team=', { field: 'team', op: 'eq', value: '' }],
])('%s', (text, condition) => {
  expect(parseCondition(text)).toEqual(condition);
});

test.each(['', '=x', '5=x', 'team growth', '!team=x', 'team within a'])('"%s" is refused', (text) => {
  expect(() => parseCondition(text)).toThrow('is not a condition');
});

test('any value after = is kept as it is', () => {
  fc.assert(
    fc.property(fc.string(), (value) => {
      expect(parseCondition(`team=${value}`)).toEqual({ field: 'team', op: 'eq', value });
    }),
  );
});
