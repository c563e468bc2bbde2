import { type Atto, attoFromInteger, formatMoney, MONEY_SCALE, ZERO } from '@costspan/usage';
import type { CostLine } from '../cost.ts';
import { type Fraction, parseDecimal, reduceFraction, shiftDecimal } from '../decimal.ts';
import type { PairedLines } from './paired-lines.ts';

/** How the amounts of a charge come about: each is its unit price × `quantity`, to the last digit. */
export interface UnitPrices {
  readonly quantity: string;
  /** Units of the meter in one unit of pricing; `undefined` when the charge as a whole is priced. */
  readonly per: number | undefined;
  readonly paidPrice: string;
  readonly paid: Atto;
  /** `undefined` where the list says nothing of it. */
  readonly listPrice: string | undefined;
  readonly list: Atto | undefined;
}

/**
 * Unit prices by the units of the list. Where a product would not be the amount exactly (a price for a third of a unit was rounded
 * once) or where there is no one price, the charge as a whole is the unit: one at its amount.
 */
export function unitPrices({ paid, list }: PairedLines, isListKnown: boolean): UnitPrices {
  const [paidSum, listSum] = [sumOf(paid), sumOf(list)];
  const sums = { paid: paidSum, list: isListKnown ? listSum : undefined };
  const whole = {
    quantity: '1',
    per: undefined,
    ...sums,
    paidPrice: formatMoney(paidSum),
    listPrice: isListKnown ? formatMoney(listSum) : undefined,
  };
  const [line] = paid;
  if (line === undefined || paid.length > 1 || list.length > 1) return whole;
  const { per } = list[0] ?? line;
  const quantity = times(exact(String(line.quantity)), { numerator: 1n, denominator: BigInt(per) });
  const paidPrice = priceOf(line, per);
  const listPrice = list[0] === undefined ? NOTHING : priceOf(list[0], per);
  const isExact = isProduct(paidPrice, quantity, paidSum) && (!isListKnown || isProduct(listPrice, quantity, listSum));
  const texts = [quantity, paidPrice, listPrice].map(decimalText);
  const [quantityText, paidText, listText] = texts;
  if (!isExact || quantityText === undefined || paidText === undefined || listText === undefined) return whole;
  return { quantity: quantityText, per, paidPrice: paidText, listPrice: isListKnown ? listText : undefined, ...sums };
}

const NOTHING: Fraction = { numerator: 0n, denominator: 1n };

/** For `per` units, factors included. */
function priceOf({ rate, per: own, multipliers = [] }: CostLine, per: number): Fraction {
  const scale = { numerator: BigInt(per), denominator: BigInt(own) };
  return multipliers.reduce((price, { factor }) => times(price, exact(factor)), times(exact(rate), scale));
}

function isProduct(price: Fraction, quantity: Fraction, amount: Atto): boolean {
  const product = times(price, quantity);
  return product.numerator * 10n ** BigInt(MONEY_SCALE) === amount * product.denominator;
}

function sumOf(lines: readonly CostLine[]): Atto {
  return attoFromInteger(lines.reduce((sum: bigint, { amount }) => sum + amount, ZERO));
}

function times(a: Fraction, b: Fraction): Fraction {
  return { numerator: a.numerator * b.numerator, denominator: a.denominator * b.denominator };
}

/** Counts, rates and factors are decimals. */
function exact(text: string): Fraction {
  return parseDecimal(shiftDecimal(text, 0) ?? '') ?? NOTHING;
}

/** Places after the point that a decimal may have: those of money, so that every number of a row fits DECIMAL(38, 18). */
const PLACES_MAX = 18;

/** The fraction as a plain decimal; `undefined` when it does not end. */
function decimalText(fraction: Fraction): string | undefined {
  const { numerator, denominator } = reduceFraction(fraction);
  for (let places = 0, power = 1n; places <= PLACES_MAX; places += 1, power *= 10n) {
    if ((numerator * power) % denominator !== 0n) continue;
    const digits = String((numerator * power) / denominator).padStart(places + 1, '0');
    return places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
  }
  return undefined;
}
