import { readFileSync } from 'node:fs';
import { baseCards } from '@costspan/pricing';
import { describe, expect, test } from 'vitest';
import { evaluate } from './exact-evaluator.ts';
import type { Layer, VectorFile } from './vector.ts';
import { vectorFiles, vectorText } from './write-vectors.ts';

// Any other form of the engine must reproduce these answers digit by digit. They are written by the engine
// (`node --conditions=@costspan/source test/conformance/write-vectors.ts`) and hold only because the evaluator agrees.

const made = vectorFiles();

describe.each([...made.keys()])('%s', (name) => {
  const text = readFileSync(new URL(name, import.meta.url), 'utf8');
  const [head, ...vectors] = text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line));
  const file: VectorFile = { ...head, vectors };
  const layers = file.layers.map((layer) => (layer === 'base' ? (baseCards() as unknown as Layer) : layer));

  test('is what the engine answers today', () => {
    expect(vectorText(made.get(name) as VectorFile) === text).toBe(true);
  });

  test.each(file.vectors.map((vector) => [vector.id, vector] as const))('%s', (_id, { expected, ...vector }) => {
    expect(evaluate(layers, vector, file.fx)).toEqual(expected);
  });
});

test('there are enough vectors, each with a name of its own, of every status and match', () => {
  const vectors = [...made.values()].flatMap((file) => file.vectors);
  expect(vectors.length).toBeGreaterThanOrEqual(300);
  expect(new Set(vectors.map(({ id }) => id)).size).toBe(vectors.length);
  const seen = (pick: (answer: (typeof vectors)[number]['expected']) => unknown) =>
    [...new Set(vectors.map(({ expected }) => pick(expected)))].sort();
  expect(seen(({ status }) => status)).toEqual([
    'estimated',
    'free',
    'inconsistent',
    'partial',
    'priced',
    'provider_reported',
    'unpriced',
    'usage_missing',
  ]);
  expect(seen(({ match }) => match)).toEqual(['alias', 'exact', 'normalised', null]);
});
