import type { Atto, Meter, PricingContext, Usage } from '@costspan/usage';
import type { CardSource } from './card.ts';
import type { FX_TARGET } from './fx.ts';

/**
 * How far a cost can be trusted.
 * - `priced` every reported count was charged at a rate of the card · `free` the same, and every rate is zero
 * - `partial` something that costs money has no rate of its own; `reason` names it, `total` holds what is known
 * - `estimated` priced, but the counts are somebody's estimate
 * - `provider_reported` the total is what the provider said this call cost
 * - `inconsistent` the counts contradict each other; `total` is an upper bound
 * - `unpriced`, `usage_missing` there is no total; `reason` says why
 */
export const COST_STATUSES = [
  'priced',
  'free',
  'partial',
  'estimated',
  'provider_reported',
  'unpriced',
  'inconsistent',
  'usage_missing',
] as const;
export type CostStatus = (typeof COST_STATUSES)[number];

/** One charge: `quantity` units at `rate` per `per`, times the multipliers. Every physical token stands in at most one line that is no fee. */
export interface CostLine {
  readonly meter: Meter;
  /** What is charged. */
  readonly quantity: number;
  /** What was counted, where a minimum or an increment made the quantity another. */
  readonly counted?: number;
  /** Of a marginal tier: the units are those after the first so many. */
  readonly above?: number;
  /** The name of the adjustment that adds this line beside the prices. */
  readonly fee?: string;
  /** Plain decimal string, as the card states it. */
  readonly rate: string;
  readonly per: number;
  /** In their order: service tier, batch, speed, region, variant, then the ratios of contracts. */
  readonly multipliers?: readonly { readonly name: string; readonly factor: string }[];
  readonly amount: Atto;
}

export interface Cost {
  readonly status: CostStatus;
  /**
   * What the call costs whoever made it: what the provider reported, else the contracted price, which without contracts is the
   * list price. `undefined` means unknown. It is never zero for want of a price.
   */
  readonly total: Atto | undefined;
  /** ISO 4217, of every amount here. */
  readonly currency: string;
  /** They sum to `total` exactly. */
  readonly lines: readonly CostLine[];
  /** The card that priced the call. */
  readonly card?: CostCard;
  /** How the model name led to the card. */
  readonly match?: ModelMatch;
  /** Stable code, `snake_case` or `snake_case:subject`. Listed in the README. */
  readonly reason?: string;
  /** Beside a `provider_reported` total: what the cards say. The difference between the two is catalogue drift. */
  readonly computed?: Cost;
  /**
   * The same amounts in US dollars, where the book has exchange rates and `currency` is another. The native amounts stay as they
   * are: each side is kept under its own name.
   */
  readonly converted?: ConvertedCost;
  /** By the cards without contracts. This and the next two are there when the book has contracts or resale prices. */
  readonly list?: Atto | undefined;
  /** The lines that make `list`, where the book has contracts and they are in the currency of the cost. */
  readonly listLines?: readonly CostLine[] | undefined;
  /** By the cards with contracts. */
  readonly contracted?: Atto | undefined;
  /** By the cards with resale prices on top; `undefined` when the book has none. */
  readonly resale?: Atto | undefined;
}

/** Amounts at the rate of the call's instant, each rounded once, half to even, at 10⁻¹⁸. */
export interface ConvertedCost {
  readonly currency: typeof FX_TARGET;
  /** `undefined` when no rate is known for the instant: then `reason` is `fx_missing:<currency>`. */
  readonly total: Atto | undefined;
  readonly list?: Atto | undefined;
  readonly contracted?: Atto | undefined;
  readonly resale?: Atto | undefined;
  /** What one unit of the native currency is worth, and since when. */
  readonly rate?: string;
  readonly from?: string;
  readonly source?: CardSource;
  readonly reason?: string;
}

export interface CostCard {
  readonly provider: string;
  readonly model: string;
  readonly layer: string;
  readonly version: string;
}

export type ModelMatch = 'exact' | 'alias' | 'normalised';

export interface PricingRequest {
  /** A `gen_ai.provider.name` value, a common spelling of it, or a catalogue id. */
  readonly provider: string;
  readonly model: string | undefined;
  /** The name of one's own under which the model was called, where the provider has such (Azure); else the model is tried as one. */
  readonly deployment?: string;
  /** For whom the call was made (the tag `customer_id`): resale prices may be for some customers alone. */
  readonly customer?: string | undefined;
  /** The instant whose prices hold, in microseconds since 1970 UTC. */
  readonly atUs: number;
  readonly usage: Usage;
  readonly context: PricingContext;
}
