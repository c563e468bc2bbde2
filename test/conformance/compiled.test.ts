import { compileBook, compiledCatalogue, parseFxFile, writeCompiledCatalogue } from '@costspan/pricing';
import { describe, expect, test } from 'vitest';
import { type Compiled, priceCompiled } from './compiled-evaluator.ts';
import { readLayers, vectorFiles } from './write-vectors.ts';

// A compiled catalogue is all that another program needs: an evaluator that reads nothing else gives every answer.

const files = [...vectorFiles()].map(([name, file]) => {
  const fx = file.fx === undefined ? undefined : parseFxFile(file.fx, 'fx');
  const book = compileBook(readLayers(file.layers), { fx });
  return { name, file, text: writeCompiledCatalogue(compiledCatalogue(book)) };
});

describe.each(files)('$name', ({ file, text }) => {
  const data = JSON.parse(text) as Compiled;

  test('the catalogue says its format and the version of its book', () => {
    expect(data).toMatchObject({ format: 'costspan.compiled/1', version: file.version });
  });

  test.each(file.vectors.map((vector) => [vector.id, vector] as const))('%s', (_id, { input, expected }) => {
    expect(priceCompiled(data, input)).toEqual(expected);
  });
});

test('the same book gives the same bytes', () => {
  for (const { file, text } of files) {
    const fx = file.fx === undefined ? undefined : parseFxFile(file.fx, 'fx');
    const again = compileBook(readLayers(file.layers), { fx });
    expect(writeCompiledCatalogue(compiledCatalogue(again)) === text).toBe(true);
  }
});
