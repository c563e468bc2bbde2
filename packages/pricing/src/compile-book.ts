import { ANY_PROVIDER, type CardFile, LAYER_KINDS, type LayerKind, type TermScope } from './card.ts';
import { layeredVersion } from './content-version.ts';
import { groupCustomers } from './customer-prices.ts';
import { compileFx, type FxFile, type FxTable } from './fx.ts';
import { type BookTerms, type Layer, LayeredCard, type LayeredTerm } from './layered-card.ts';
import { PriceBook, ProviderCards } from './price-book.ts';

const DEFAULT_KIND: LayerKind = 'custom';

/**
 * Puts layers of cards into one book: sorted by kind, and within one kind in the given order. A card of a later layer
 * replaces the earlier card of the same provider and model as a whole and keeps its aliases: whoever negotiates a price for
 * `gpt-4o` pays it for `gpt-4o-2024-08-06` too. Overrides change single prices, adjustments multiply them.
 */
export function compileBook(files: readonly CardFile[], { fx }: BookOptions = {}): PriceBook {
  const layers = sortLayers(files);
  const list = layers.filter(({ kind }) => rankOf(kind) <= rankOf('custom'));
  const paid = layers.filter(({ kind }) => rankOf(kind) <= rankOf('deployment'));
  return bookOf(paid, {
    list: list.length < layers.length ? bookOf(list) : undefined,
    resale: paid.length < layers.length ? bookOf(layers) : undefined,
    version: versionOf(layers, fx),
    fx: fx === undefined ? undefined : compileFx(fx),
  });
}

export interface BookOptions {
  /** Exchange rates, to have the amounts of cards in other currencies in US dollars too. They are part of the version. */
  readonly fx?: FxFile | undefined;
}

/** The layers of a book as it ranks them, lowest first. */
export function sortLayers(files: readonly CardFile[]): readonly CardFile[] {
  return [...files].sort((a, b) => rankOf(a.kind) - rankOf(b.kind));
}

function rankOf(kind: LayerKind = DEFAULT_KIND): number {
  return LAYER_KINDS.indexOf(kind);
}

interface BookParts {
  readonly list?: PriceBook | undefined;
  readonly resale?: PriceBook | undefined;
  readonly version?: string;
  readonly fx?: FxTable | undefined;
}

function bookOf(files: readonly CardFile[], parts: BookParts = {}): PriceBook {
  const layers = files.map((file, rank): Layer => ({ file, rank }));
  const terms: BookTerms = {
    overrides: layers.flatMap((layer) => (layer.file.overrides ?? []).map((term) => termOf(term, layer))),
    adjustments: layers.flatMap((layer) => (layer.file.adjustments ?? []).map((term) => termOf(term, layer))),
  };
  const groups = groupCustomers(layers, terms);
  const providers = new Map<string, ProviderCards>();
  const provider = (id: string) => {
    const found = providers.get(id) ?? new ProviderCards(id);
    providers.set(id, found);
    return found;
  };
  for (const layer of layers) {
    for (const card of layer.file.cards) {
      const target = new LayeredCard(card, layer, terms);
      if (layer.file.customers === undefined) provider(card.provider).add(target);
      else provider(card.provider).addFor(layer, target);
    }
    for (const { provider: id, deployment, model, region } of layer.file.deployments ?? []) {
      provider(id).deployments.set(deployment.toLowerCase(), { model, region });
    }
  }
  for (const { term } of [...terms.overrides, ...terms.adjustments]) {
    const touched = term.provider === ANY_PROVIDER ? [...providers.values()] : [providers.get(term.provider)];
    for (const name of term.deployments ?? []) {
      for (const cards of touched) cards?.termDeployments.add(name.toLowerCase());
    }
  }
  return new PriceBook(parts.version ?? versionOf(files), providers, { ...parts, customers: groups });
}

/** A term of a file for some customers is for those of them whom it names itself. */
function termOf<T extends TermScope>(term: T, layer: Layer): LayeredTerm<T> {
  const own = layer.file.customers;
  const named = term.customers?.filter((customer) => own === undefined || own.includes(customer)) ?? own;
  return { term, layer, customers: named === undefined ? undefined : new Set(named) };
}

function versionOf(files: readonly CardFile[], fx?: FxFile): string {
  return layeredVersion([...files, ...(fx === undefined ? [] : [fx])].map(({ version }) => version));
}
