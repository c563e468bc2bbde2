import { type Meter, MONEY_SCALE } from '@costspan/usage';
import type { Rate, Rates } from './card.ts';
import { type CostClass, classOfMeter } from './cost-by-class.ts';
import { type Fraction, parseDecimal, reduceFraction } from './decimal.ts';
import {
  facetsOf,
  indexOfMeter,
  isStrictPart,
  METER_COUNT,
  meetOf,
  PARTS_FIRST,
  ROOTS,
  TOKEN_METERS,
} from './meter-table.ts';

/** Rates compiled for one context: what to add up, in which order, and what has no price of its own. */
export interface RatePlan {
  /** Token meters that split the call, parts before wholes. */
  readonly nodes: readonly PlanNode[];
  /** One per rate, in the order of `METERS`: the order of the lines. */
  readonly charges: readonly Charge[];
  /** By meter: 1 when a count of it cannot be charged at a price that is its own. */
  readonly gaps: Uint8Array;
  /** Every rate is zero. */
  readonly free: boolean;
}

/** A meter that is priced, a root, or the overlap of two priced meters. */
interface PlanNode {
  readonly index: number;
  /** The meter at whose rate these tokens are charged; `UNPRICED` when there is none. */
  readonly owner: number;
  /** Nodes whose tokens are all part of this one. */
  readonly below: readonly number[];
}

export const UNPRICED = -1;

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

/** `factors` stand on the lines in the order in which they are given. */
export function compileRates(rates: Rates, factors: readonly ClassFactor[] = []): RatePlan {
  const charges = (Object.entries(rates) as [Meter, Rate][])
    .map(([meter, rate]) => compileCharge(meter, rate, factors))
    .sort((a, b) => a.index - b.index);
  const priced = TOKEN_METERS.filter((meter) => rates[meter] !== undefined);
  return {
    nodes: compileNodes(priced),
    charges,
    gaps: compileGaps(rates),
    free: charges.length > 0 && charges.every((charge) => charge.numerator === 0n),
  };
}

function compileCharge(meter: Meter, rate: Rate, factors: readonly ClassFactor[]): Charge {
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
  };
}

/** The parser accepts only plain decimals, so the fallback is never taken for a card that came through it. */
function exact(decimal: string): Fraction {
  return parseDecimal(decimal) ?? { numerator: 0n, denominator: 1n };
}

function times(a: Fraction, b: Fraction): Fraction {
  return { numerator: a.numerator * b.numerator, denominator: a.denominator * b.denominator };
}

/**
 * Two priced meters can count the same token (cached tokens and audio tokens). Their overlap becomes a node of its own, so
 * that inclusion–exclusion charges it once: as what {@link preferred} says when it has no rate.
 */
function compileNodes(priced: readonly Meter[]): PlanNode[] {
  const owners = new Map<Meter, Meter>(priced.map((meter) => [meter, meter]));
  for (let grown = true; grown; ) {
    grown = false;
    for (const a of [...owners.keys()]) {
      for (const b of [...owners.keys()]) {
        const meet = meetOf(a, b);
        if (meet === undefined || owners.has(meet)) continue;
        owners.set(meet, preferred(owners.get(a) as Meter, owners.get(b) as Meter));
        grown = true;
      }
    }
  }
  const meters = PARTS_FIRST.filter((meter) => owners.has(meter) || ROOTS.includes(meter));
  return meters.map((meter) => {
    const owner = owners.get(meter);
    return {
      index: indexOfMeter(meter),
      owner: owner === undefined ? UNPRICED : indexOfMeter(owner),
      below: meters.filter((part) => isStrictPart(part, meter)).map(indexOfMeter),
    };
  });
}

/**
 * Of two rates that both fit a token, that of the cache: providers state one cache price for every modality. Else the one that
 * stands first in `METERS`.
 */
function preferred(a: Meter, b: Meter): Meter {
  return facetsOf(b)?.cache !== undefined && facetsOf(a)?.cache === undefined ? b : a;
}

/**
 * Services that cost money beside the tokens. Counts that measure the same content in another unit (`seconds`, `images`,
 * `input_characters`, …) are not among them: a call that is charged by tokens is not charged by seconds too. Nor are
 * `web_fetches`, which providers charge as the tokens they bring.
 */
const SERVICES: readonly Meter[] = [
  'web_searches',
  'file_searches',
  'social_searches',
  'map_searches',
  'attachment_searches',
  'search_sources',
  'code_executions',
  'search_units',
  'sessions',
];

function compileGaps(rates: Rates): Uint8Array {
  const gaps = new Uint8Array(METER_COUNT);
  const priced = Object.keys(rates) as Meter[];
  for (const meter of SERVICES) if (rates[meter] === undefined) gaps[indexOfMeter(meter)] = 1;
  for (const meter of TOKEN_METERS) {
    if (!hasOwnCachePrice(meter, priced)) gaps[indexOfMeter(meter)] = 1;
  }
  return gaps;
}

/**
 * Reading and writing a cache has a price that nobody can derive from the input rate, and a long-lived write one that
 * nobody can derive from a short one. Modality and reasoning need no rate of their own: a provider that states one price
 * for input means all of it.
 */
function hasOwnCachePrice(meter: Meter, priced: readonly Meter[]): boolean {
  const facets = facetsOf(meter);
  if (facets?.cache === undefined) return true;
  const longLived = facets.ttl === '1h' || facets.ttl === '12h';
  return priced.some((other) => {
    const rated = facetsOf(other);
    return (
      (other === meter || isStrictPart(meter, other)) &&
      rated?.cache === facets.cache &&
      (!longLived || rated?.ttl === facets.ttl)
    );
  });
}
