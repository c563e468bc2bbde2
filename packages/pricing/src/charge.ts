import { type Meter, MONEY_SCALE } from '@costspan/usage';
import type { Rate, Rates } from './card.ts';
import { type CostClass, classOfMeter } from './cost-by-class.ts';
import { type Fraction, parseDecimal, reduceFraction } from './decimal.ts';
import { indexOfMeter } from './meter-table.ts';

/** One rate ready for arithmetic. */
export interface Charge {
  readonly meter: Meter;
  readonly index: number;
  readonly rate: string;
  readonly per: number;
  /** 10⁻¹⁸ currency units for one unit of the meter, in lowest terms. The denominator is 1 but for prices such as "per hour". */
  readonly numerator: bigint;
  readonly denominator: bigint;
  /** What the rate is multiplied by, already part of the numbers above; absent when by nothing. */
  readonly multipliers: readonly NamedFactor[] | undefined;
  /** Charged in whole steps of so many units, and no fewer than `minimum`. 0 when every unit counts as it is. */
  readonly increment: number;
  readonly minimum: number;
  /** The name of the fee that it is; `undefined` for a rate. */
  readonly fee: string | undefined;
}

export interface NamedFactor {
  readonly name: string;
  readonly factor: string;
}

/** A factor on the rates of some classes. */
export interface ClassFactor extends NamedFactor {
  readonly classes: readonly CostClass[];
}

const ATTO_PER_UNIT = 10n ** BigInt(MONEY_SCALE);

/** In the order of `METERS`. */
export function compileCharges(rates: Rates, factors: readonly ClassFactor[], fee?: string): Charge[] {
  return (Object.entries(rates) as [Meter, Rate][])
    .map(([meter, rate]) => compileCharge(meter, rate, factors, fee))
    .sort((a, b) => a.index - b.index);
}

function compileCharge(meter: Meter, rate: Rate, factors: readonly ClassFactor[], fee: string | undefined): Charge {
  const own = factors.filter(({ classes }) => classes.includes(classOfMeter(meter)));
  const price = own.reduce((product, { factor }) => times(product, exact(factor)), exact(rate.price));
  const { numerator, denominator } = reduceFraction({
    numerator: price.numerator * ATTO_PER_UNIT,
    denominator: price.denominator * BigInt(rate.per),
  });
  return {
    meter,
    index: indexOfMeter(meter),
    rate: rate.price,
    per: rate.per,
    numerator,
    denominator,
    multipliers: own.length === 0 ? undefined : own.map(({ name, factor }) => ({ name, factor })),
    increment: rate.increment ?? 0,
    minimum: rate.minimum ?? 0,
    fee,
  };
}

/** The parser accepts only plain decimals, so the fallback is never taken for a card that came through it. */
function exact(decimal: string): Fraction {
  return parseDecimal(decimal) ?? { numerator: 0n, denominator: 1n };
}

function times(a: Fraction, b: Fraction): Fraction {
  return { numerator: a.numerator * b.numerator, denominator: a.denominator * b.denominator };
}
