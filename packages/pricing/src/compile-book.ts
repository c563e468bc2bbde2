import type { CardFile } from './card.ts';
import { layeredVersion } from './content-version.ts';
import { PriceBook, ProviderCards } from './price-book.ts';

/**
 * Puts layers of cards into one book. A card of a later layer replaces the earlier card of the same provider and model as a
 * whole and keeps its aliases: whoever negotiates a price for `gpt-4o` pays it for `gpt-4o-2024-08-06` too.
 */
export function compileBook(layers: readonly CardFile[]): PriceBook {
  const providers = new Map<string, ProviderCards>();
  for (const { layer, version, cards } of layers) {
    for (const card of cards) {
      let provider = providers.get(card.provider);
      if (provider === undefined) {
        provider = new ProviderCards(card.provider);
        providers.set(card.provider, provider);
      }
      provider.add(card, layer, version);
    }
  }
  return new PriceBook(layeredVersion(layers.map(({ version }) => version)), providers);
}
