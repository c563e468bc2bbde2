import { InvalidInputError } from '@costspan/usage';
import type { CardFile } from './card.ts';
import { compileBook } from './compile-book.ts';
import { type LintFinding, lintCards } from './lint-cards.ts';
import { parseCardFile } from './parse-card-file.ts';
import type { PriceBook } from './price-book.ts';

/** A card file as it was read: what it is called, and its JSON. */
export interface CardSourceFile {
  readonly name: string;
  readonly value: unknown;
}

/** Layers that hold together, or everything that is wrong with them. */
export type OpenedBook =
  | {
      readonly kind: 'active';
      readonly book: PriceBook;
      readonly layers: readonly CardFile[];
      readonly warnings: readonly LintFinding[];
    }
  | { readonly kind: 'refused'; readonly findings: readonly LintFinding[] };

/**
 * Reads, checks and compiles layers on top of `under` (the bundled cards, usually). Nothing is compiled unless all of it is
 * right: every mistake of every file is answered at once.
 */
export function openBook(under: readonly CardFile[], files: readonly CardSourceFile[]): OpenedBook {
  const findings: LintFinding[] = [];
  const layers = [...under];
  for (const { name, value } of files) {
    try {
      layers.push(parseCardFile(value, name));
    } catch (error) {
      if (!(error instanceof InvalidInputError)) throw error;
      findings.push(...error.findings.map((finding) => ({ ...finding, severity: 'error' as const, layer: name })));
    }
  }
  if (findings.length > 0) return { kind: 'refused', findings };
  const found = lintCards(layers);
  const errors = found.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) return { kind: 'refused', findings: errors };
  return { kind: 'active', book: compileBook(layers), layers, warnings: found };
}
