import { type Atto, parseMoney } from '@costspan/usage';
import { fits } from '../split-amount.ts';
import { type Shape, show } from './shape.ts';

const DECIMAL = '^\\d{1,10}(\\.\\d{1,18})?$';
const PATTERN = new RegExp(DECIMAL);
/** A double holds 15 digits as written; a number with more may not be what stands in the file. */
const NUMBER_DIGITS_MAX = 15;

/** An amount of money: a decimal text, or a number of at most 15 digits, which a double gives back as it was written. */
export const money: Shape<Atto> = {
  schema: {
    anyOf: [
      { type: 'string', pattern: DECIMAL },
      { type: 'number', minimum: 0, maximum: 9_007_199_254 },
    ],
  },
  read: (value, path, findings) => {
    const text = typeof value === 'number' ? plainNumber(value) : value;
    if (typeof text !== 'string' || !PATTERN.test(text)) {
      return findings.add(path, 'MONEY_FORMAT', `${show(value)} is not an amount such as "12.50"; write it in quotes`);
    }
    const amount = parseMoney(text);
    return fits('cost', amount)
      ? amount
      : findings.add(path, 'MONEY_LARGE', `${text} is more than a counter holds, 9007199254; take a smaller limit`);
  },
};

function plainNumber(value: number): string | undefined {
  const written = value.toString();
  if (!written.includes('e')) return written.replace(/\D/g, '').length <= NUMBER_DIGITS_MAX ? written : undefined;
  // 1e-7 is how a double writes 0.0000001.
  const fixed = value.toFixed(18).replace(/\.?0+$/, '');
  return Number(fixed) === value && value < 1 ? fixed : undefined;
}
