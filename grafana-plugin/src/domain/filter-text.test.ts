import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FILTER_OPS, readFilter, takesValue, writeFilter } from './filter-text.ts';

test('any filter survives the address', () => {
  const filter = fc.record({
    field: fc.constantFrom('model', 'customer_id', 'tag.plan'),
    op: fc.constantFrom(...FILTER_OPS),
    value: fc.string({ minLength: 1, maxLength: 30 }),
  });
  fc.assert(
    fc.property(filter, (wanted) => {
      expect(readFilter(writeFilter(wanted))).toEqual(takesValue(wanted.op) ? wanted : { ...wanted, value: '' });
    }),
  );
});

test.each(['', 'model', 'model:like:x', 'model:eq', 'model:eq:', '1x:eq:a'])('"%s" is no filter', (text) => {
  expect(readFilter(text)).toBeUndefined();
});
