import type { CardFile } from './card.ts';
import catalogue from './cards/base/catalogue.json' with { type: 'json' };
import { compileBook } from './compile-book.ts';
import type { PriceBook } from './price-book.ts';

let book: PriceBook | undefined;

/**
 * The bundled catalogue, compiled on first use and kept. Its file is written by `build/compile-base.ts` and read back through
 * `parseCardFile` by a test, so it is trusted here: parsing it again would be most of the cold start.
 */
export function baseBook(): PriceBook {
  book ??= compileBook([catalogue as unknown as CardFile]);
  return book;
}
