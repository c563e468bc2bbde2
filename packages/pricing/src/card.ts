import type { Meter, PricingContext } from '@costspan/usage';
import type { CostClass } from './cost-by-class.ts';

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
  /** Where it stands among the layers of a book. `custom` when absent. */
  readonly kind?: LayerKind;
  /** Only of a `resale` file: the customers whose price list it is. Its cards and terms hold for them and for nobody else. */
  readonly customers?: readonly string[];
  /** `sha256:` and the hex digest of everything that prices, one canonical JSON text per line. Equal prices have equal versions. */
  readonly version: string;
  /** Where the whole file comes from: origin, licence. */
  readonly notice?: string;
  readonly cards: readonly Card[];
  /** Changes to the cards of this file and of the layers below. */
  readonly overrides?: readonly CardOverride[];
  /** Discounts, premiums and markups: ratios on whatever the cards say, and fixed amounts beside it. */
  readonly adjustments?: readonly Adjustment[];
  /** What deployments of one's own names stand for. */
  readonly deployments?: readonly Deployment[];
}

/**
 * Kinds of layers, lowest first: a book sorts its layers by them, and within one kind a later file wins. Up to `custom` they
 * make the list price, up to `deployment` what one pays, and `resale` what one's own customers pay.
 */
export const LAYER_KINDS = ['base', 'correction', 'custom', 'organisation', 'deployment', 'resale'] as const;
export type LayerKind = (typeof LAYER_KINDS)[number];

/** What one provider charges for one model. */
export interface Card {
  /** Catalogue id such as `openai`, `azure`, `aws`, `google`; see `catalogue-provider.ts`. */
  readonly provider: string;
  readonly model: string;
  /** Other names the provider itself uses for the same thing at the same price, such as dated snapshots. */
  readonly aliases?: readonly string[];
  /** ISO 4217. Its costs are in it; nothing is converted. */
  readonly currency: string;
  readonly source: CardSource;
  /** Where the changes of overrides come from that were compiled into this card. */
  readonly amended?: readonly CardSource[];
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
  /** Ordered by rising threshold, all of one mode: cliffs of which the highest that holds reprices everything, or the steps of a ladder. */
  readonly tiers?: readonly ContextTier[];
  /** Published prices for calls that were served in another way. */
  readonly cells?: readonly ContextCell[];
}

/** Prices that hold from an instant until another: `from` is part of the period, `to` is not. Absent means open. */
export interface PricePeriod extends RateSet {
  readonly from?: string;
  readonly to?: string;
  /** Times of day, inside the period, at which other prices hold. They do not overlap. */
  readonly windows?: readonly PriceWindow[];
  /** What a way of being served multiplies the rates by, inside windows too. */
  readonly multipliers?: readonly ContextMultiplier[];
  /** Values of an axis that the plain rates are for, beside the usual ones. Naming a region makes regions decide the price. */
  readonly standard?: ContextValues;
}

/** A daily span of time with prices of its own. It is complete: nothing of the period's rates, tiers and cells holds inside it. */
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
  /** `marginal`: the units after the first `threshold` ones are charged so, and those before as before. A cliff when absent. */
  readonly mode?: typeof MARGINAL;
  readonly op: TierOperator;
  readonly threshold: number;
  /**
   * Only what changes; every other rate stays. Of a marginal tier, rates of what `meter` counts. Empty in a cliff on the prompt: another
   * price holds there and nobody says which; the lower one is taken, and the cost is `partial`.
   */
  readonly rates: Rates;
}

export const MARGINAL = 'marginal';

export const TIER_OPERATORS = ['>', '>='] as const;
export type TierOperator = (typeof TIER_OPERATORS)[number];

/**
 * The ways of being served that have a price, in the order in which their multipliers stand on a line. `place` and offer are
 * `region`: a regional host, a Vertex location, an Azure offer such as `data_zone`. Bedrock states it in the model's name.
 */
export const CONTEXT_AXES = [
  'service_tier',
  'batch',
  'speed',
  'region',
  'variant',
] as const satisfies readonly (keyof PricingContext)[];
export type ContextAxis = (typeof CONTEXT_AXES)[number];

/** Values by axis, lower-case. `batch` has one value, `true`. `*` is any value that nothing else names. */
export type ContextValues = { readonly [A in ContextAxis]?: readonly string[] };

export const ANY_VALUE = '*';

/**
 * Prices as published for one way of being served. All axes of `when` must fit; of several cells that fit, the one with most
 * axes holds. It is complete for tokens: no token rate, no tier of the plain prices holds inside it. Services, which
 * cost the same however the tokens were served, keep their rates unless it states others.
 */
export interface ContextCell {
  readonly when: ContextValues;
  readonly rates: Rates;
  readonly tiers?: readonly ContextTier[];
}

/** A factor for one value of one axis that no cell has settled. Factors of several axes multiply. */
export interface ContextMultiplier {
  /** Exactly one axis. */
  readonly when: ContextValues;
  /** Plain decimal string, above 1 for a premium. */
  readonly factor: string;
  /** What it multiplies. The four classes of tokens when absent. */
  readonly classes?: readonly CostClass[];
}

export type Rates = { readonly [M in Meter]?: Rate };

/** `price` per `per` units: `{ "price": "1.25", "per": 1000000 }`. */
export interface Rate {
  /** Plain decimal string ≥ 0. `"0"` is a price (free); an absent rate is not. */
  readonly price: string;
  /** Whole number ≥ 1. 3600 for a price per hour on the meter `seconds`. */
  readonly per: number;
  /** Units that are charged in whole steps of so many, begun ones included. */
  readonly increment?: number;
  /** Fewest units that are charged for a call that used any. */
  readonly minimum?: number;
}

/** Every provider, in an adjustment. */
export const ANY_PROVIDER = '*';

/** What an override or an adjustment is about. */
export interface TermScope {
  /** `*` in an adjustment: every provider. */
  readonly provider: string;
  /** Models or aliases; a last `*` stands for any rest. All models of the provider when absent. */
  readonly models?: readonly string[];
  /** Only calls of these deployments. */
  readonly deployments?: readonly string[];
  /** Only of a `resale` file: only calls for these customers. */
  readonly customers?: readonly string[];
  /** Half open, like a period. */
  readonly from?: string;
  readonly to?: string;
}

/** Changes some prices of existing cards; whatever it does not name is inherited. */
export interface CardOverride extends TermScope {
  readonly source: CardSource;
  /** Rates to replace or add. Tiers, windows and cells keep theirs. */
  readonly rates?: Rates;
  /** Replaces all tiers; an empty list removes them. */
  readonly tiers?: readonly ContextTier[];
  /** Replaces all windows. */
  readonly windows?: readonly PriceWindow[];
  /** Replaces the cells of the same `when`, adds others. */
  readonly cells?: readonly ContextCell[];
  /** Replaces the multipliers of the same values and classes, adds others. */
  readonly multipliers?: readonly ContextMultiplier[];
  /** Adds axes, replaces the values of named ones. */
  readonly standard?: ContextValues;
}

/** A discount, a premium or a markup: either a ratio or fees. */
export interface Adjustment extends TermScope {
  /** Stands on the lines it changes or adds. */
  readonly name: string;
  /** Plain decimal string: `0.9275` is a discount of 7.25 %, `1.15` a markup of 15 %. Several multiply, fees before them included. */
  readonly ratio?: string;
  /** Everything when absent. Only with a ratio. */
  readonly classes?: readonly CostClass[];
  /**
   * Fixed amounts by meter, in the currency of the card, on the whole count of the meter: `requests` for an amount per call.
   * Each is a line of its own; ratios that stand after it multiply it.
   */
  readonly fees?: Rates;
}

/** A name of one's own for a model of a provider, as Azure has it. */
export interface Deployment {
  readonly provider: string;
  readonly deployment: string;
  readonly model: string;
  /** The offer or place of it, for calls that do not say theirs: `data_zone`. */
  readonly region?: string;
}
