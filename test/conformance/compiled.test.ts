import { compileBook, compiledCatalogue, parseFxFile, writeCompiledCatalogue } from '@costspan/pricing';
import { METER_NAMES } from '@costspan/usage';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { answerOf } from './answer.ts';
import { type Compiled, priceCompiled } from './compiled-evaluator.ts';
import type { Vector } from './vector.ts';
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

// Counts that no tokens have are in here too: whatever is doubtful is doubted alike.
describe('random calls are answered the same as by the engine', () => {
  const counts = fc.dictionary(
    fc.constantFrom(...METER_NAMES),
    fc.oneof({ weight: 8, arbitrary: fc.nat(300_000) }, { weight: 1, arbitrary: fc.constantFrom(-1, 1.5, 0, 2 ** 53) }),
    { maxKeys: 6 },
  );
  const axis = (...values: readonly unknown[]) => fc.option(fc.constantFrom(...values), { nil: undefined });
  const contexts = fc.record({
    service_tier: axis('default', 'FLEX', 'priority', 'batch', 'warp'),
    batch: axis(true, false),
    speed: axis('fast', 'standard'),
    region: axis('us', 'eu', 'global', 'data_zone', 'mars'),
    variant: axis('1080p', '4k'),
    prompt_tokens: axis(0, 2000, 10_000, 10_001, 60_000, 200_000, 200_001, -1, 0.5),
  });

  test.each(files)('$name', ({ file, text }) => {
    const data = JSON.parse(text) as Compiled;
    const layers = readLayers(file.layers);
    const book = compileBook(layers, { fx: file.fx === undefined ? undefined : parseFxFile(file.fx, 'fx') });
    const names = layers.flatMap(({ cards }) =>
      cards.flatMap(({ provider, model, aliases = [] }) =>
        [model, ...aliases, `${model}-2026-10-01`, model.toUpperCase(), `ft:${model}:me::1`].map(
          (name) => [provider, name] as const,
        ),
      ),
    );
    const calls = fc.record({
      name: fc.constantFrom(...names),
      usage: counts,
      context: contexts,
      customer: axis('acme', 'globex', 'umbrella', 'hooli', 'nobody'),
      deployment: axis('prod', 'EU', 'nobody'),
      at: fc
        .date({ min: new Date('2024-06-01T00:00:00Z'), max: new Date('2027-06-01T00:00:00Z'), noInvalidDate: true })
        .map((date) => date.toISOString()),
    });
    fc.assert(
      fc.property(calls, ({ name: [provider, model], ...call }) => {
        const input: Vector['input'] = JSON.parse(JSON.stringify({ provider, model, ...call }));
        expect(priceCompiled(data, input)).toEqual(answerOf(book, { id: 'random', input, tokens: [] }));
      }),
      { numRuns: 1000 },
    );
  });
});
