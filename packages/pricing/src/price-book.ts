import { MODEL_LENGTH_MAX } from './card.ts';
import { PROVIDER_SPELLINGS } from './catalogue-provider.ts';
import type { CompiledCard } from './compile-card.ts';
import type { ModelMatch } from './cost.ts';
import { CustomerCards, type CustomerGroup } from './customer-prices.ts';
import type { FxTable } from './fx.ts';
import type { DeploymentTarget, Layer, LayeredCard } from './layered-card.ts';
import { fineTuneNames, NAME_RULES, type NameContext } from './normalise-model.ts';
import { RecentMap } from './recent-map.ts';

const NO_CUSTOMERS: ReadonlyMap<string, CustomerGroup> = new Map();

/** Names remembered for each provider that no card carries as they stand: twice this many at most. */
const NORMALISED_NAMES_MAX = 1024;

/** Compiled cards and the way to them. Made by `compileBook`; immutable but for what it remembers. */
export class PriceBook {
  /** Hash of all prices in it. The same version prices the same call the same, for ever. */
  readonly version: string;
  /** The same without contracts and resale, when there are any: what a call costs by the list. */
  readonly list: PriceBook | undefined;
  /** The same with resale prices on top, when there are any: what one's own customer pays. */
  readonly resale: PriceBook | undefined;
  /** Customers with prices of their own, by name. Only of a resale book. */
  readonly customers: ReadonlyMap<string, CustomerGroup>;
  readonly customerCards = new CustomerCards();
  /** Exchange rates for cards in other currencies. */
  readonly fx: FxTable | undefined;
  private readonly providers: ReadonlyMap<string, ProviderCards>;

  constructor(
    version: string,
    providers: ReadonlyMap<string, ProviderCards>,
    others: {
      readonly list?: PriceBook | undefined;
      readonly resale?: PriceBook | undefined;
      readonly customers?: ReadonlyMap<string, CustomerGroup>;
      readonly fx?: FxTable | undefined;
    } = {},
  ) {
    this.fx = others.fx;
    this.customers = others.customers ?? NO_CUSTOMERS;
    this.version = version;
    this.list = others.list;
    this.resale = others.resale;
    this.providers = withSpellings(providers);
  }

  /** Every card that a name leads to, once. Not those of price lists for some customers. */
  *cards(): IterableIterator<LayeredCard> {
    for (const provider of new Set(this.providers.values())) yield* provider.cards();
  }

  /** The cards of every provider, once. */
  *catalogues(): IterableIterator<ProviderCards> {
    yield* new Set(this.providers.values());
  }

  /** The cards of a provider, by any spelling; `undefined` when the book has none. */
  provider(name: string): ProviderCards | undefined {
    return this.providers.get(name) ?? (typeof name === 'string' ? this.providers.get(name.toLowerCase()) : undefined);
  }
}

/** A model name found: the card, and how the name led to it. */
export interface Resolution {
  readonly match: ModelMatch;
  readonly card: CompiledCard;
  readonly target: LayeredCard;
  /** The name that a card carries. */
  readonly name: string;
  /** The rules that led to it, in their order. */
  readonly rules: readonly string[];
}

/** The cards of one provider, by every name they have. */
export class ProviderCards {
  /** Names that were not found as they stand, and what they came to. `null` when nothing. */
  readonly remembered = new RecentMap<Resolution | null>(NORMALISED_NAMES_MAX);
  readonly id: string;
  /** What deployments stand for, by their names in lower case. */
  readonly deployments = new Map<string, DeploymentTarget>();
  /** Deployments that some contract names, in lower case. */
  readonly termDeployments = new Set<string>();
  /** Cards of files for some customers, by file. */
  private readonly lists = new Map<Layer, ProviderCards>();
  private readonly context: NameContext;
  private readonly names = new Map<string, CardEntry>();
  private lower: ReadonlyMap<string, CardEntry> | undefined;

  constructor(id: string) {
    this.id = id;
    this.context = {
      provider: id,
      isSameProvider: (name) => name === id || PROVIDER_SPELLINGS.get(name) === id,
    };
  }

  /** Later cards win: over the same model they take over its aliases, over an alias of another card only that alias. */
  add(target: LayeredCard): void {
    const { card } = target;
    const replaced = this.names.get(card.model);
    if (replaced?.match === 'exact') {
      for (const [name, entry] of this.names) {
        if (entry.target === replaced.target) this.names.set(name, { ...entry, target, resolution: undefined });
      }
    }
    this.names.set(card.model, { name: card.model, match: 'exact', target, resolution: undefined });
    for (const alias of card.aliases ?? []) {
      this.names.set(alias, { name: alias, match: 'alias', target, resolution: undefined });
    }
    this.lower = undefined;
  }

  /** A card of a price list for some customers. */
  addFor(layer: Layer, target: LayeredCard): void {
    const list = this.lists.get(layer) ?? new ProviderCards(this.id);
    this.lists.set(layer, list);
    list.add(target);
  }

  /**
   * Where customers of a group find the price of a model: their own lists know it by name, or know the model that everybody's
   * cards call so, or know a name that nobody else's cards know.
   */
  resolveFor(group: CustomerGroup, model: string, found: Resolution | undefined): Resolution | undefined {
    const own = group.lists.flatMap((layer) => this.lists.get(layer) ?? []).reverse();
    for (const list of own) {
      const entry = list.names.get(model);
      if (entry !== undefined) return resolutionOf(entry);
    }
    if (found !== undefined) {
      const below = found.target.card.model;
      const entry = own.map((list) => list.names.get(below)).find((one) => one?.match === 'exact');
      return entry === undefined ? found : { ...resolutionOf(entry), match: found.match, rules: found.rules };
    }
    if (model.length > MODEL_LENGTH_MAX) return undefined;
    return own.map((list) => list.normalise(model.toLowerCase())).find((one) => one !== undefined);
  }

  /** Every card that a name leads to, once. */
  *cards(): IterableIterator<LayeredCard> {
    yield* new Set([...this.names.values()].map(({ target }) => target));
  }

  /** Every name and where it leads; of a group of customers, the names of its own lists alone. */
  entries(group?: CustomerGroup): readonly Readonly<Pick<CardEntry, 'name' | 'match' | 'target'>>[] {
    if (group === undefined) return [...this.names.values()];
    const names = new Map<string, CardEntry>();
    for (const layer of group.lists)
      for (const [name, entry] of this.lists.get(layer)?.names ?? []) names.set(name, entry);
    return [...names.values()];
  }

  /** Exact, then alias, then the recorded normalisations. Never by similarity, never the nearest relative. */
  resolve(model: string): Resolution | undefined {
    const entry = this.names.get(model);
    if (entry !== undefined) return resolutionOf(entry);
    const remembered = this.remembered.get(model);
    if (remembered !== undefined) return remembered ?? undefined;
    if (typeof model !== 'string' || model.length > MODEL_LENGTH_MAX) return undefined;
    const resolution = this.normalise(model.toLowerCase());
    this.remembered.set(model, resolution ?? null);
    return resolution;
  }

  /** True when a call's deployment can matter here. */
  get hasDeployments(): boolean {
    return this.deployments.size > 0 || this.termDeployments.size > 0;
  }

  private normalise(model: string): Resolution | undefined {
    const names = this.lowerNames();
    const found = names.get(model);
    if (found !== undefined) return normalised(found, ['letter-case']);
    const fineTunes = fineTuneNames(model);
    if (fineTunes !== undefined) {
      const entry = fineTunes.map((name) => names.get(name)).find((one) => one !== undefined);
      return entry && normalised(entry, ['fine-tune']);
    }
    const rules: string[] = [];
    let current = model;
    for (const rule of NAME_RULES) {
      const next = rule.apply(current, this.context);
      if (next === current) continue;
      current = next;
      rules.push(rule.name);
      const entry = names.get(current);
      if (entry !== undefined) return normalised(entry, rules);
    }
    return undefined;
  }

  /** Lower-case names. Two cards that differ in case alone answer only to their exact names. */
  private lowerNames(): ReadonlyMap<string, CardEntry> {
    if (this.lower !== undefined) return this.lower;
    const lower = new Map<string, CardEntry>();
    const ambiguous = new Set<string>();
    for (const [name, entry] of this.names) {
      const key = name.toLowerCase();
      const other = lower.get(key);
      if (other !== undefined && other.target !== entry.target) ambiguous.add(key);
      lower.set(key, entry);
    }
    for (const key of ambiguous) lower.delete(key);
    this.lower = lower;
    return lower;
  }
}

interface CardEntry {
  readonly name: string;
  readonly match: 'exact' | 'alias';
  readonly target: LayeredCard;
  resolution: Resolution | undefined;
}

const NO_RULES: readonly string[] = [];

function resolutionOf(entry: CardEntry): Resolution {
  const { name, match, target } = entry;
  entry.resolution ??= { match, card: target.compiled(undefined), target, name, rules: NO_RULES };
  return entry.resolution;
}

function normalised(entry: CardEntry, rules: readonly string[]): Resolution {
  return { ...resolutionOf(entry), match: 'normalised', rules };
}

function withSpellings(providers: ReadonlyMap<string, ProviderCards>): ReadonlyMap<string, ProviderCards> {
  const all = new Map<string, ProviderCards>();
  for (const [spelling, id] of PROVIDER_SPELLINGS) {
    const cards = providers.get(id);
    if (cards !== undefined) all.set(spelling, cards);
  }
  for (const [id, cards] of providers) all.set(id, cards);
  return all;
}
