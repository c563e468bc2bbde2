import type { CompiledCard } from './compile-card.ts';
import type { BookTerms, Layer, LayeredCard } from './layered-card.ts';
import { RecentMap } from './recent-map.ts';

/** Groups of customers whose compiled cards are remembered: twice this many at most. */
const GROUPS_MAX = 512;

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

/** Compiled cards of groups of customers. Bounded: with more groups than fit, cards are compiled again. */
export class CustomerCards {
  private readonly byGroup = new RecentMap<Map<LayeredCard, Map<string | undefined, CompiledCard>>>(GROUPS_MAX);

  /** `deployment` is `undefined` unless a term of the book names it. */
  compiled(group: CustomerGroup, target: LayeredCard, deployment: string | undefined): CompiledCard {
    const known = this.byGroup.get(group.key);
    const cards = known ?? new Map<LayeredCard, Map<string | undefined, CompiledCard>>();
    if (known === undefined) this.byGroup.set(group.key, cards);
    const ways = cards.get(target) ?? new Map<string | undefined, CompiledCard>();
    cards.set(target, ways);
    const compiled = ways.get(deployment) ?? target.compiledFor(deployment, group.customer);
    ways.set(deployment, compiled);
    return compiled;
  }
}
