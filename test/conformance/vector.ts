/** Vectors and card files as they stand on disk, a file's head on its first line and a vector on each other: plain JSON, typed by hand so that nothing of the engine is needed to read them. */
export interface VectorFile {
  readonly format: 'costspan.conformance/1';
  readonly about: string;
  /** `base` is the bundled catalogue of this version; anything else stands here in full. */
  readonly layers: readonly (Layer | 'base')[];
  /** Exchange rates of the book, in full. */
  readonly fx?: Fx;
  /** The version of the book that these layers make. */
  readonly version: string;
  readonly vectors: readonly AnsweredVector[];
}

export interface Vector {
  readonly id: string;
  readonly input: {
    readonly provider: string;
    readonly model?: string;
    readonly deployment?: string;
    readonly customer?: string;
    readonly at: string;
    /** As it came: a value may be no count at all. */
    readonly usage: { readonly [meter: string]: unknown };
    /** `reported` when absent. */
    readonly usage_status?: 'reported' | 'estimated' | 'unavailable';
    readonly context?: { readonly [axis: string]: unknown };
    readonly reported_cost?: { readonly amount: string; readonly currency: string };
  };
  /** The tokens as things: how many of which kind, each named by the most specific meter that counts it, each counted here once. */
  readonly tokens: readonly (readonly [kind: string, count: number])[];
  /** What is doubtful about the counts, read by a person: `parts_exceed_whole:…`, `count_missing:…`, `overlap_unreported:…`. */
  readonly doubt?: string;
  /** The name that the model's name comes to, where no card carries it as it stands. */
  readonly normalised_to?: string;
}

export interface AnsweredVector extends Vector {
  readonly expected: VectorAnswer;
}

export interface VectorAnswer {
  readonly status: string;
  readonly total: string | null;
  readonly currency: string;
  readonly lines: readonly VectorLine[];
  readonly card: {
    readonly provider: string;
    readonly model: string;
    readonly layer: string;
    readonly version: string;
  } | null;
  readonly match: 'exact' | 'alias' | 'normalised' | null;
  readonly reason?: string;
  readonly list?: string | null;
  readonly contracted?: string | null;
  readonly resale?: string | null;
  readonly converted?: {
    readonly currency: string;
    readonly total: string | null;
    readonly list?: string | null;
    readonly contracted?: string | null;
    readonly resale?: string | null;
    readonly rate?: string;
    readonly from?: string;
    readonly source?: { readonly url: string };
    readonly reason?: string;
  };
}

/** A file of exchange rates. */
export interface Fx {
  readonly format: string;
  readonly rates: readonly {
    readonly currency: string;
    readonly from?: string;
    readonly to?: string;
    readonly rate: string;
    readonly source: { readonly url: string };
  }[];
}

export interface VectorLine {
  readonly meter: string;
  readonly quantity: number;
  readonly counted?: number;
  readonly above?: number;
  readonly fee?: string;
  readonly rate: string;
  readonly per: number;
  readonly multipliers?: readonly { readonly name: string; readonly factor: string }[];
  readonly amount: string;
}

type Values = { readonly [axis: string]: readonly string[] | true };

export type LayerRates = {
  readonly [meter: string]: {
    readonly price: string;
    readonly per: number;
    readonly increment?: number;
    readonly minimum?: number;
  };
};

export interface LayerTier {
  readonly meter: string;
  readonly mode?: string;
  readonly op: string;
  readonly threshold: number;
  readonly rates: LayerRates;
}

export interface LayerSet {
  readonly rates: LayerRates;
  readonly tiers?: readonly LayerTier[];
  readonly cells?: readonly {
    readonly when: Values;
    readonly rates: LayerRates;
    readonly tiers?: readonly LayerTier[];
  }[];
  readonly windows?: readonly (LayerSet & {
    readonly start: string;
    readonly end: string;
    readonly zone?: string;
    readonly days?: readonly string[];
  })[];
  readonly multipliers?: readonly {
    readonly when: Values;
    readonly factor: string;
    readonly classes?: readonly string[];
  }[];
  readonly standard?: Values;
}

export interface LayerCard {
  readonly provider: string;
  readonly model: string;
  readonly aliases?: readonly string[];
  readonly currency: string;
  readonly source: { readonly url: string };
  readonly prices: readonly (LayerSet & { readonly from?: string; readonly to?: string })[];
}

/** An override or an adjustment. */
export interface LayerTerm extends Partial<LayerSet> {
  readonly provider: string;
  readonly models?: readonly string[];
  readonly deployments?: readonly string[];
  readonly customers?: readonly string[];
  readonly from?: string;
  readonly to?: string;
  readonly name?: string;
  readonly ratio?: string;
  readonly fees?: LayerRates;
  readonly classes?: readonly string[];
  readonly source?: { readonly url: string };
}

export interface Layer {
  readonly format: string;
  readonly layer: string;
  readonly kind?: string;
  readonly customers?: readonly string[];
  readonly version?: string;
  readonly cards?: readonly LayerCard[];
  readonly overrides?: readonly LayerTerm[];
  readonly adjustments?: readonly LayerTerm[];
  readonly deployments?: readonly {
    readonly provider: string;
    readonly deployment: string;
    readonly model: string;
    readonly region?: string;
  }[];
}
