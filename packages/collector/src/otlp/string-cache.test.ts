import fc from 'fast-check';
import { expect, test } from 'vitest';
import { StringCache } from './string-cache.ts';

test('a text is the text of its bytes, whatever was read before', () => {
  const cache = new StringCache();
  const text = fc.oneof(
    fc.string({ maxLength: 70 }),
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.constantFrom('a', 'b'),
  );
  fc.assert(
    fc.property(fc.array(text, { maxLength: 20 }), (texts) => {
      for (const each of texts) {
        const bytes = Buffer.from(`<${each}>`);
        expect(cache.read(bytes, 1, bytes.length - 1)).toBe(bytes.toString('utf8', 1, bytes.length - 1));
      }
    }),
  );
});
