import type { CompiledCard } from './compile-card.ts';
import type { BookTerms, Layer, LayeredCard } from './layered-card.ts';

/** Compiled cards that are remembered for groups of customers, about 3 kB each: twice this many at most. */
const CARDS_MAX = 25_000;

/** Customers for whom the same terms and price lists hold. They share everything that is compiled. */
export interface CustomerGroup {
  readonly key: string;
  /** One of them: what holds for it holds for all. */
  readonly customer: string;
  /** Files with cards that are theirs alone, lowest first. */
  readonly lists: readonly Layer[];
}

/** Every customer that some term or file names, by name: a call finds its group by one look-up. */
export function groupCustomers(layers: readonly Layer[], terms: BookTerms): ReadonlyMap<string, CustomerGroup> {
  const named = new Map<string, { key: string; readonly lists: Layer[] }>();
  const note = (customers: ReadonlySet<string> | readonly string[] | undefined, mark: string, list?: Layer) => {
    for (const customer of customers ?? []) {
      const entry = named.get(customer) ?? { key: '', lists: [] };
      entry.key += mark;
      if (list !== undefined && entry.lists.at(-1) !== list) entry.lists.push(list);
      named.set(customer, entry);
    }
  };
  for (const [index, { customers }] of terms.overrides.entries()) note(customers, `o${index}`);
  for (const [index, { customers }] of terms.adjustments.entries()) note(customers, `a${index}`);
  for (const layer of layers) if (layer.file.cards.length > 0) note(layer.file.customers, `l${layer.rank}`, layer);
  const groups = new Map<string, CustomerGroup>();
  return new Map(
    [...named].map(([customer, { key, lists }]) => {
      const group = groups.get(key) ?? { key, customer, lists };
      groups.set(key, group);
      return [customer, group];
    }),
  );
}

type CompiledWays = Map<LayeredCard, Map<string | undefined, CompiledCard>>;

/**
 * Compiled cards of groups of customers, in two generations: when the young one is full it becomes the old one, and the old one
 * is forgotten. Cards that no term of a customer touches are everybody's, and are not kept here.
 */
export class CustomerCards {
  /** How often a generation was forgotten. Rises when more cards are asked for than are kept. */
  turnovers = 0;
  private young = new Map<string, CompiledWays>();
  private old = new Map<string, CompiledWays>();
  private compiledYoung = 0;

  /** `deployment` is `undefined` unless a term of the book names it. */
  compiled(group: CustomerGroup, target: LayeredCard, deployment: string | undefined): CompiledCard {
    const known = this.young.get(group.key)?.get(target)?.get(deployment);
    if (known !== undefined) return known;
    const compiled =
      this.old.get(group.key)?.get(target)?.get(deployment) ??
      (target.isOwn(group.customer) ? target.compiledFor(deployment, group.customer) : target.compiled(deployment));
    this.keep(group.key, target, deployment, compiled);
    return compiled;
  }

  private keep(key: string, target: LayeredCard, deployment: string | undefined, compiled: CompiledCard): void {
    if (this.compiledYoung >= CARDS_MAX) {
      this.old = this.young;
      this.young = new Map();
      this.compiledYoung = 0;
      this.turnovers += 1;
    }
    const cards: CompiledWays = this.young.get(key) ?? new Map();
    this.young.set(key, cards);
    const ways = cards.get(target) ?? new Map<string | undefined, CompiledCard>();
    cards.set(target, ways.set(deployment, compiled));
    this.compiledYoung += 1;
  }
}
