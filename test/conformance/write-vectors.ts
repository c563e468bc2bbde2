import { writeFileSync } from 'node:fs';
import { baseCards, type CardFile, compileBook, parseCardFile, parseFxFile } from '@costspan/pricing';
import { answerOf } from './answer.ts';
import { BASE_VECTORS, CONTRACT_VECTORS, FORMAT_VECTORS, RESALE_VECTORS } from './inputs.ts';
import { CONTRACT_LAYERS, FORMAT_LAYERS, FX, RESALE_LAYERS } from './made-cards.ts';
import type { Fx, Layer, Vector, VectorFile } from './vector.ts';

/** The vector files, answered by the engine. */
export function vectorFiles(): ReadonlyMap<string, VectorFile> {
  return new Map([
    ['base.ndjson', answered('The bundled catalogue.', ['base'], BASE_VECTORS)],
    ['format.ndjson', answered('Every part of the card format.', FORMAT_LAYERS, FORMAT_VECTORS)],
    ['contracts.ndjson', answered('Layers, contracts, deployments and resale.', CONTRACT_LAYERS, CONTRACT_VECTORS)],
    ['resale.ndjson', answered('Resale by customer, and other currencies.', RESALE_LAYERS, RESALE_VECTORS, FX)],
  ]);
}

/** Layers as the engine reads them: their versions are in them. */
export function readLayers(layers: VectorFile['layers']): readonly CardFile[] {
  return layers.map((layer) => (layer === 'base' ? baseCards() : parseCardFile(layer, layer.layer)));
}

function answered(about: string, layers: readonly (Layer | 'base')[], vectors: readonly Vector[], fx?: Fx): VectorFile {
  const files = readLayers(layers);
  const book = compileBook(files, { fx: fx === undefined ? undefined : parseFxFile(fx, 'fx') });
  return {
    format: 'costspan.conformance/1',
    about,
    layers: layers.map((layer, index) =>
      layer === 'base' ? layer : ({ ...layer, version: files[index]?.version } as Layer),
    ),
    ...(fx === undefined ? {} : { fx }),
    version: book.version,
    vectors: vectors.map((vector) => ({ ...vector, expected: answerOf(book, vector) })),
  };
}

/** The head of the file on its first line, then one vector a line, so that one changed price is one changed line. */
export function vectorText({ vectors, ...head }: VectorFile): string {
  return `${[head, ...vectors].map((line) => JSON.stringify(line)).join('\n')}\n`;
}

if (import.meta.main) {
  for (const [name, file] of vectorFiles()) {
    writeFileSync(new URL(name, import.meta.url), vectorText(file));
    process.stdout.write(`${name}: ${file.vectors.length} vectors\n`);
  }
}
