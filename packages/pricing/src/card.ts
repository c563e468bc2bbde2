import type { Meter } from '@costspan/usage';

/** The one value of `format` that this engine reads. A file of a later format is refused, never half understood. */
export const CARDS_FORMAT = 'costspan.cards/1';

/** Longest model name or alias, in UTF-16 units. Bedrock ARNs stay below 200. */
export const MODEL_LENGTH_MAX = 256;

/**
 * A file of price cards, parsed. On disk it is JSON with one card per line; `schema/cards-1.schema.json` describes it.
 * A parsed file is canonical: fields and meters stand in a fixed order, so equal prices give equal bytes and one version.
 */
export interface CardFile {
  readonly format: typeof CARDS_FORMAT;
  /** The name under which its cards appear in a cost: `base`, `acme-contract`, … */
  readonly layer: string;
  /** `sha256:` and the hex digest of the cards, one canonical JSON text per line. Equal prices have equal versions. */
  readonly version: string;
  /** Where the whole file comes from: origin, licence. */
  readonly notice?: string;
  readonly cards: readonly Card[];
}

/** What one provider charges for one model. */
export interface Card {
  /** Catalogue id such as `openai`, `azure`, `aws`, `google`; see `catalogue-provider.ts`. */
  readonly provider: string;
  readonly model: string;
  /** Other names the provider itself uses for the same thing at the same price, such as dated snapshots. */
  readonly aliases?: readonly string[];
  /** ISO 4217. Only `USD` until exchange rates are part of a book. */
  readonly currency: string;
  readonly source: CardSource;
  /** Empty when the model is known and its price is not: its calls are `unpriced`, never free. */
  readonly prices: readonly PricePeriod[];
}

export interface CardSource {
  readonly url: string;
  /** The day somebody read the price there, `YYYY-MM-DD`. Absent when nobody knows how old it is. */
  readonly read?: string;
  readonly note?: string;
}

/** Rates of one context: what a meter costs, and how a large prompt changes it. */
export interface RateSet {
  readonly rates: Rates;
  /** Ordered by rising threshold; the last one that holds reprices the whole request (a cliff, not a ladder). */
  readonly tiers?: readonly ContextTier[];
}

/** Prices that hold from an instant until another: `from` is part of the period, `to` is not. Absent means open. */
export interface PricePeriod extends RateSet {
  readonly from?: string;
  readonly to?: string;
  /** Times of day, inside the period, at which other prices hold. They do not overlap. */
  readonly windows?: readonly PriceWindow[];
}

/** A daily span of time with prices of its own. It is complete: nothing of the period's rates and tiers holds inside it. */
export interface PriceWindow extends RateSet {
  /** `HH:MM`, part of the window. */
  readonly start: string;
  /** `HH:MM`, not part of the window; `24:00` is midnight. Earlier than `start` means the next day. */
  readonly end: string;
  /** `UTC` when absent, else an IANA name. One zone for all windows of a period. */
  readonly zone?: string;
  /** Days on which the window starts. Every day when absent. */
  readonly days?: readonly Weekday[];
}

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

export interface ContextTier {
  /** The whole count of this meter decides; `input_tokens` means the whole prompt, cache included. */
  readonly meter: Meter;
  readonly op: TierOperator;
  readonly threshold: number;
  /** Only what changes; every other rate stays. */
  readonly rates: Rates;
}

export const TIER_OPERATORS = ['>', '>='] as const;
export type TierOperator = (typeof TIER_OPERATORS)[number];

export type Rates = { readonly [M in Meter]?: Rate };

/** `price` per `per` units: `{ "price": "1.25", "per": 1000000 }`. */
export interface Rate {
  /** Plain decimal string ≥ 0. `"0"` is a price (free); an absent rate is not. */
  readonly price: string;
  /** Whole number ≥ 1. 3600 for a price per hour on the meter `seconds`. */
  readonly per: number;
}
