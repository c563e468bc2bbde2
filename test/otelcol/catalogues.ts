import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type CardFile,
  compileBook,
  compiledCatalogue,
  type PriceBook,
  parseFxFile,
  writeCompiledCatalogue,
} from '@costspan/pricing';
import { readLayers, vectorFiles } from '../conformance/write-vectors.ts';

/** A book that the vectors are answered by, and the names it has prices for. */
export interface Catalogue {
  readonly name: string;
  readonly book: PriceBook;
  /** Provider and model, aliases too. */
  readonly models: readonly (readonly [provider: string, model: string])[];
}

/** The catalogues of the conformance vectors. */
export function catalogues(): readonly Catalogue[] {
  return [...vectorFiles()].map(([file, { layers: listed, fx }]) => {
    const layers = readLayers(listed);
    const book = compileBook(layers, { fx: fx === undefined ? undefined : parseFxFile(fx, 'fx') });
    return { name: file.replace('.ndjson', ''), book, models: modelsOf(layers) };
  });
}

/** Writes each as the processor reads it: `<name>.json`. */
export function compileInto(folder: string, list: readonly Catalogue[]): void {
  for (const { name, book } of list) {
    writeFileSync(join(folder, `${name}.json`), writeCompiledCatalogue(compiledCatalogue(book)));
  }
}

function modelsOf(layers: readonly CardFile[]): Catalogue['models'] {
  return layers.flatMap(({ cards }) =>
    cards.flatMap(({ provider, model, aliases = [] }) => [model, ...aliases].map((name) => [provider, name] as const)),
  );
}
