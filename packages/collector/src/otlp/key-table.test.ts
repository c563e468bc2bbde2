import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KeyTable } from './key-table.ts';

const NAMES = ['a', 'ab', 'gen_ai.usage.input_tokens', 'gen_ai.usage.output_tokens', 'costspan.tag', 'costspan.'];
const PREFIXES = ['costspan.tag.', 'x.'];
const table = new KeyTable(NAMES, PREFIXES);

test('a name is matched when it is one of the names or goes on after one of the prefixes, and never else', () => {
  const name = fc.oneof(
    fc.constantFrom(...NAMES, ...PREFIXES, ''),
    fc.string({ maxLength: 30 }),
    fc.tuple(fc.constantFrom(...NAMES, ...PREFIXES), fc.string({ maxLength: 3 })).map(([start, end]) => start + end),
    fc.tuple(fc.constantFrom(...NAMES), fc.nat(30)).map(([full, at]) => full.slice(0, at)),
  );
  fc.assert(
    fc.property(name, fc.string(), fc.string(), (text, before, after) => {
      const wanted = NAMES.includes(text) || PREFIXES.some((prefix) => text.startsWith(prefix) && text !== prefix);
      const start = Buffer.byteLength(before);
      const body = Buffer.from(before + text + after);
      const expected = wanted ? text : undefined;
      expect(table.match(body, start, start + Buffer.byteLength(text))).toBe(expected);
      expect(table.matchText(text)).toBe(expected);
    }),
    { numRuns: 2000 },
  );
});
