import type { Adjustment, Card, CardFile, CardOverride } from './card.ts';
import { type CompiledCard, compileCard } from './compile-card.ts';
import type { CostCard } from './cost.ts';
import { holdsIn, names, overrideCard } from './override-card.ts';

/** Where a deployment's calls find their price. */
export interface DeploymentTarget {
  readonly model: string;
  readonly region: string | undefined;
}

/** One layer of a book, and its place in it: 0 is the lowest. */
export interface Layer {
  readonly file: CardFile;
  readonly rank: number;
}

/** An override or adjustment and the layer that brings it. */
export interface LayeredTerm<T> {
  readonly term: T;
  readonly layer: Layer;
  /** The customers for whom it holds; `undefined` for all of them and for calls without one. */
  readonly customers: ReadonlySet<string> | undefined;
}

export interface BookTerms {
  readonly overrides: readonly LayeredTerm<CardOverride>[];
  readonly adjustments: readonly LayeredTerm<Adjustment>[];
}

/**
 * A card and everything that its own and higher layers change about it. Compiled when the first call asks for it, once for each
 * deployment that some term names: most of a catalogue is never asked for.
 */
export class LayeredCard {
  readonly card: Card;
  readonly layer: Layer;
  private readonly terms: BookTerms;
  private readonly byDeployment = new Map<string | undefined, CompiledCard>();

  constructor(card: Card, layer: Layer, terms: BookTerms) {
    this.card = card;
    this.layer = layer;
    this.terms = terms;
  }

  /** `deployment` is lower-case, and `undefined` unless a term of the book names it: the number of results is bounded. */
  compiled(deployment: string | undefined): CompiledCard {
    let compiled = this.byDeployment.get(deployment);
    if (compiled === undefined) {
      compiled = this.compiledFor(deployment, undefined);
      this.byDeployment.set(deployment, compiled);
    }
    return compiled;
  }

  /** The same for one customer; whoever asks remembers it. */
  compiledFor(deployment: string | undefined, customer: string | undefined): CompiledCard {
    const adjustments = this.adjustments(deployment, customer);
    const terms = [...this.overrides(deployment, customer), ...adjustments];
    return compileCard(
      this.effective(deployment, customer),
      (period) => this.label(period === undefined ? [] : terms.filter(({ term }) => holdsIn(term, period))),
      adjustments.map(({ term }) => term),
    );
  }

  /** True when some term is for the customer and not for everybody: then its card is another one. */
  isOwn(customer: string): boolean {
    const isFor = ({ customers, term }: LayeredTerm<CardOverride | Adjustment>) =>
      customers?.has(customer) === true && names(term, this.card);
    return this.terms.overrides.some(isFor) || this.terms.adjustments.some(isFor);
  }

  /** Named for the highest layer that had a part in it. */
  private label(terms: readonly LayeredTerm<CardOverride | Adjustment>[]): CostCard {
    const { provider, model } = this.card;
    const top = terms.reduce((best, { layer }) => (layer.rank >= best.rank ? layer : best), this.layer);
    return { provider, model, layer: top.file.layer, version: top.file.version };
  }

  /** The card with all overrides in it. */
  effective(deployment: string | undefined, customer?: string): Card {
    return this.overrides(deployment, customer).reduce((card, { term }) => overrideCard(card, term), this.card);
  }

  overrides(deployment: string | undefined, customer?: string): readonly LayeredTerm<CardOverride>[] {
    return this.terms.overrides.filter((term) => this.isTouchedBy(term, deployment, customer));
  }

  adjustments(deployment: string | undefined, customer?: string): readonly LayeredTerm<Adjustment>[] {
    return this.terms.adjustments.filter((term) => this.isTouchedBy(term, deployment, customer));
  }

  /** A card replaces what lower layers said about its model, their terms included. Ratios are on whatever the price is. */
  private isTouchedBy(
    { term, layer, customers }: LayeredTerm<CardOverride | Adjustment>,
    deployment: string | undefined,
    customer: string | undefined,
  ): boolean {
    if (customers !== undefined && (customer === undefined || !customers.has(customer))) return false;
    if ('source' in term && layer.rank < this.layer.rank) return false;
    if (term.deployments !== undefined) {
      if (deployment === undefined || !term.deployments.some((name) => name.toLowerCase() === deployment)) return false;
    }
    return names(term, this.card);
  }
}
