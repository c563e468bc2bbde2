import type { CardFile } from './card.ts';
import catalogue from './cards/base/catalogue.json' with { type: 'json' };
import { compileBook } from './compile-book.ts';
import type { PriceBook } from './price-book.ts';

let book: PriceBook | undefined;

/** The bundled catalogue, compiled on first use and kept. */
export function baseBook(): PriceBook {
  book ??= compileBook([baseCards()]);
  return book;
}

/**
 * The bundled cards, as the lowest layer of a book with layers of one's own. The file is written by `build/compile-base.ts`,
 * and a test reads it back through `parseCardFile`; parsing it again here would be most of the cold start.
 */
export function baseCards(): CardFile {
  return catalogue as unknown as CardFile;
}
