import type { InvalidInputError } from '@costspan/usage';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonLines, lineOf } from './json-lines.ts';
import { parseCardFile } from './parse-card-file.ts';

const TEXT = `{
  "format": "costspan.cards/1",
  "cards": [
    { "provider": "openai", "model": "a, \\"b\\": {1}\\u007d",
      "currency": "usd",
      "source": { "url": "https://example.com",
        "read": "yesterday" },
      "prices": [
        { "rates": { "input_tokens": { "price": 1, "per": 1 },
                     "tokens": { "price": "1", "per": 1 } } },
        {} ] }
  ],
  "extra": true
}`;

test('a mistake is found on its line', () => {
  const lines = jsonLines(TEXT);
  let found: readonly string[] = [];
  try {
    parseCardFile(JSON.parse(TEXT), 'cards.json');
  } catch (error) {
    found = (error as InvalidInputError).findings.map(({ at, code }) => `${lineOf(lines, at)} ${code}`);
  }
  expect(found).toEqual([
    '13 FIELD_UNKNOWN',
    '5 CURRENCY_FORMAT',
    '7 DAY_FORMAT',
    '10 METER_UNKNOWN',
    '9 RATE_NUMBER',
    '11 RATES_EXPECTED',
  ]);
});

test('every value of any JSON has a line, and it is the one on which it stands', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
      const text = JSON.stringify({ cards: value, end: 'x' }, null, 2);
      const lines = jsonLines(text);
      expect(lineOf(lines, 'end')).toBe(text.split('\n').length - 1);
      expect(lineOf(lines, '$')).toBe(1);
    }),
  );
});

test.each(['', 'nonsense', '{"a": [', '{"a" "b"}', '{a: 1}', '{"\\x": 1}', ']]'])(
  '%o is no JSON, and nothing is thrown',
  (text) => {
    expect(() => lineOf(jsonLines(text), 'cards[0].model')).not.toThrow();
  },
);
