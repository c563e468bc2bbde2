import { expect, test } from 'vitest';
import { csvOf, jsonOf } from './table-text.ts';

const rows = [
  { customer: 'a, "b"', cost: '0.000000000000000001', calls: 3 },
  { customer: '=HYPERLINK("x")', cost: '-1.5', calls: null },
];

test('a table is written as CSV with the same digits', () => {
  expect(csvOf(['customer', 'cost', 'calls'], rows)).toBe(
    'customer,cost,calls\r\n"a, ""b""",0.000000000000000001,3\r\n"\'=HYPERLINK(""x"")",-1.5,\r\n',
  );
});

test('a table is written as JSON with amounts as texts and unknown as null', () => {
  expect(JSON.parse(jsonOf(['cost', 'calls'], rows))).toEqual([
    { cost: '0.000000000000000001', calls: 3 },
    { cost: '-1.5', calls: null },
  ]);
});
