import { type CardFile, LAYER_KINDS, type LayerKind } from './card.ts';
import { layeredVersion } from './content-version.ts';
import { type BookTerms, type Layer, LayeredCard } from './layered-card.ts';
import { PriceBook, ProviderCards } from './price-book.ts';

const DEFAULT_KIND: LayerKind = 'custom';

/**
 * Puts layers of cards into one book: sorted by kind, and within one kind in the given order. A card of a later layer
 * replaces the earlier card of the same provider and model as a whole and keeps its aliases: whoever negotiates a price for
 * `gpt-4o` pays it for `gpt-4o-2024-08-06` too. Overrides change single prices, adjustments multiply them.
 */
export function compileBook(files: readonly CardFile[]): PriceBook {
  const layers = sortLayers(files);
  const list = layers.filter(({ kind }) => rankOf(kind) <= rankOf('custom'));
  const paid = layers.filter(({ kind }) => rankOf(kind) <= rankOf('deployment'));
  return bookOf(paid, {
    list: list.length < layers.length ? bookOf(list) : undefined,
    resale: paid.length < layers.length ? bookOf(layers) : undefined,
    version: versionOf(layers),
  });
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
}

function bookOf(files: readonly CardFile[], parts: BookParts = {}): PriceBook {
  const layers = files.map((file, rank): Layer => ({ file, rank }));
  const terms: BookTerms = {
    overrides: layers.flatMap((layer) => (layer.file.overrides ?? []).map((term) => ({ term, layer }))),
    adjustments: layers.flatMap((layer) => (layer.file.adjustments ?? []).map((term) => ({ term, layer }))),
  };
  const providers = new Map<string, ProviderCards>();
  const provider = (id: string) => {
    const found = providers.get(id) ?? new ProviderCards(id);
    providers.set(id, found);
    return found;
  };
  for (const layer of layers) {
    for (const card of layer.file.cards) provider(card.provider).add(new LayeredCard(card, layer, terms));
    for (const { provider: id, deployment, model, region } of layer.file.deployments ?? []) {
      provider(id).deployments.set(deployment.toLowerCase(), { model, region });
    }
  }
  for (const { term } of [...terms.overrides, ...terms.adjustments]) {
    const cards = providers.get(term.provider);
    for (const name of term.deployments ?? []) cards?.termDeployments.add(name.toLowerCase());
  }
  return new PriceBook(parts.version ?? versionOf(files), providers, parts);
}

function versionOf(files: readonly CardFile[]): string {
  return layeredVersion(files.map(({ version }) => version));
}
