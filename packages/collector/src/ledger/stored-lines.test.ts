import { attoFromInteger, formatMoney, METER_NAMES } from '@costspan/usage';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeLines, encodeLines } from './stored-lines.ts';

test('cost lines come back as they were, whatever multipliers and fees are called', () => {
  const line = fc.record(
    {
      meter: fc.constantFrom(...METER_NAMES),
      quantity: fc.oneof(fc.maxSafeNat(), fc.double({ min: 0, max: 1e6, noNaN: true })),
      counted: fc.maxSafeNat(),
      above: fc.maxSafeNat(),
      fee: fc.string(),
      rate: fc.constantFrom('0', '0.003625', '15'),
      per: fc.constantFrom(1, 1_000_000),
      multipliers: fc.array(fc.record({ name: fc.string(), factor: fc.constantFrom('0.5', '1.1') })),
      amount: fc.bigInt(-(10n ** 30n), 10n ** 30n).map(attoFromInteger),
    },
    { requiredKeys: ['meter', 'quantity', 'rate', 'per', 'amount'] },
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 5 }), (lines) => {
      // JSON has one zero.
      const expected = lines.map((each) => ({
        ...each,
        quantity: each.quantity + 0,
        amount: formatMoney(each.amount),
      }));
      expect(decodeLines(encodeLines(lines))).toEqual(expected);
    }),
  );
});
