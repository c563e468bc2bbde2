import { InvalidInputError } from '@costspan/usage';
import type { CardFile } from './card.ts';
import { compileBook } from './compile-book.ts';
import type { FxFile } from './fx.ts';
import { type LintFinding, lintCards } from './lint-cards.ts';
import { lintFx } from './lint-fx.ts';
import { parseCardFile } from './parse-card-file.ts';
import { parseFxFile } from './parse-fx-file.ts';
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
      readonly fx?: FxFile | undefined;
      readonly warnings: readonly LintFinding[];
    }
  | { readonly kind: 'refused'; readonly findings: readonly LintFinding[] };

/**
 * Reads, checks and compiles layers on top of `under` (the bundled cards, usually). Nothing is compiled unless all of it is
 * right: every mistake of every file is answered at once. `fxFile` holds exchange rates for cards in other currencies.
 */
export function openBook(
  under: readonly CardFile[],
  files: readonly CardSourceFile[],
  fxFile?: CardSourceFile,
): OpenedBook {
  const findings: LintFinding[] = [];
  const layers = [...under];
  for (const { name, value } of files) {
    const layer = attempt(() => parseCardFile(value, name), name, findings);
    if (layer !== undefined) layers.push(layer);
  }
  const fx =
    fxFile === undefined ? undefined : attempt(() => parseFxFile(fxFile.value, fxFile.name), fxFile.name, findings);
  if (findings.length > 0) return { kind: 'refused', findings };
  const found = [...lintCards(layers), ...(fx === undefined ? [] : lintFx(fx, layers, fxFile?.name ?? ''))];
  const errors = found.filter(({ severity }) => severity === 'error');
  if (errors.length > 0) return { kind: 'refused', findings: errors };
  return { kind: 'active', book: compileBook(layers, { fx }), layers, fx, warnings: found };
}

/** What `parse` gives; its mistakes are findings of the file. */
function attempt<T>(parse: () => T, name: string, findings: LintFinding[]): T | undefined {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    findings.push(...error.findings.map((finding) => ({ ...finding, severity: 'error' as const, layer: name })));
    return undefined;
  }
}
