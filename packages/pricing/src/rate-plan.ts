import type { Meter } from '@costspan/usage';
import type { ContextTier, Rates } from './card.ts';
import { type Charge, type ClassFactor, compileCharges } from './charge.ts';
import { compileMarginal, type MarginalLadder } from './marginal-ladder.ts';
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
  /** Fixed amounts beside the rates. */
  readonly fees: readonly Charge[];
  /** The units that are charged by steps; absent where every unit of a meter costs the same. */
  readonly ladder: MarginalLadder | undefined;
  /** Every rate is zero. */
  readonly free: boolean;
  /** Prompts of this size have another price, and nobody says which. */
  readonly isUnstated: boolean;
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

/** `factors` stand on the lines in the order in which they are given. `steps` are marginal tiers. */
export function compileRates(
  rates: Rates,
  factors: readonly ClassFactor[] = [],
  fees: readonly Charge[] = [],
  steps: readonly ContextTier[] = [],
): RatePlan {
  const charges = compileCharges(rates, factors);
  const priced = TOKEN_METERS.filter((meter) => rates[meter] !== undefined);
  const ladder = steps.length === 0 ? undefined : compileMarginal(charges, rates, steps, factors);
  const all = [...charges, ...fees, ...(ladder?.steps.flatMap((step) => step.charges) ?? [])];
  return {
    nodes: compileNodes(priced),
    charges,
    gaps: compileGaps(rates),
    fees,
    ladder,
    free: charges.length > 0 && all.every((charge) => charge.numerator === 0n),
    isUnstated: false,
  };
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
