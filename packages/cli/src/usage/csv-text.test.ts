import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvText } from './csv-text.ts';

test('whatever the texts hold, they are read back as they were', () => {
  const cell = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\r', ' ', 'é', '=') });
  fc.assert(
    fc.property(fc.array(fc.tuple(cell, cell), { maxLength: 5 }), (rows) => {
      const columns = ['x', 'y'];
      expect(parse(csvText(columns, rows), { record_delimiter: '\r\n' })).toEqual([columns, ...rows]);
    }),
  );
});

test('numbers and money keep every digit, unknown is empty', () => {
  expect(csvText(['a', 'b', 'c'], [[1234.5, '0.000000000000000001', null]])).toBe(
    'a,b,c\r\n1234.5,0.000000000000000001,\r\n',
  );
});
