import type { Finding } from '@costspan/usage';
import { CARDS_FORMAT, type Card, type CardFile } from '../card.ts';
import { contentVersion } from '../content-version.ts';

export interface CardImport {
  /** Ready to be written as JSON and read by `parseCardFile`. */
  readonly file: CardFile;
  /** Everything in the source that the cards do not carry, and everything that was read with a doubt. */
  readonly findings: readonly Finding[];
}

export interface ImportOptions {
  /** The day the file was fetched, `YYYY-MM-DD`. Without it the cards say nothing about their age. */
  readonly read?: string;
}

/** Makes a file of imported cards. Of two cards for one name the first stays, and the name leaves the other. */
export function importedFile(layer: string, cards: readonly Card[], findings: Finding[]): CardFile {
  const seen = new Map<string, Card>();
  const kept: Card[] = [];
  for (const card of cards) {
    const key = `${card.provider}\n${card.model}`;
    const first = seen.get(key);
    if (first !== undefined) {
      const same = JSON.stringify(first.prices) === JSON.stringify(card.prices);
      if (!same) {
        findings.push({
          at: `${card.provider}/${card.model}`,
          code: 'MODEL_DUPLICATE',
          message: 'the source prices it twice and differently; the first price was taken',
        });
      }
      continue;
    }
    seen.set(key, card);
    kept.push(card);
  }
  const models = new Set(seen.keys());
  const result = kept.map((card) => withAliases(card, models));
  return { format: CARDS_FORMAT, layer, version: contentVersion({ cards: result }), cards: result };
}

/** Keeps the aliases that nobody took before; `taken` learns them. */
function withAliases(card: Card, taken: Set<string>): Card {
  const { provider, model, aliases = [], ...rest } = card;
  const own = aliases.filter((alias) => {
    const key = `${provider}\n${alias}`;
    if (taken.has(key)) return false;
    taken.add(key);
    return true;
  });
  return { provider, model, ...(own.length === 0 ? {} : { aliases: own }), ...rest };
}
