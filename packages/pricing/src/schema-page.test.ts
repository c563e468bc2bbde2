import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { baseBook, baseCards } from './base-book.ts';
import { CONTEXT_AXES, LAYER_KINDS } from './card.ts';
import { compiledCatalogue } from './compiled-catalogue.ts';
import { COST_CLASSES } from './cost-by-class.ts';
import { lintCards } from './lint-cards.ts';
import { parseCardFile } from './parse-card-file.ts';
import { isFxFile, parseFxFile } from './parse-fx-file.ts';

const page = readFileSync(new URL('../schema/README.md', import.meta.url), 'utf8');
const schema = new Ajv2020().compile(
  JSON.parse(readFileSync(new URL('../schema/cards-1.schema.json', import.meta.url), 'utf8')),
);
const fx = new Ajv2020().compile(
  JSON.parse(readFileSync(new URL('../schema/fx-1.schema.json', import.meta.url), 'utf8')),
);
const files = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map(([, text]) => JSON.parse(text as string));
const examples = files.filter((file) => !isFxFile(file));

test('the examples of the page are card files that hold together', () => {
  expect([examples.length, files.length]).toEqual([3, 4]);
  for (const example of examples) expect([schema.errors, schema(example)]).toEqual([null, true]);
  const layers = examples.map((example, index) => parseCardFile(example, `example ${index}`));
  expect(lintCards([baseCards(), ...layers]).filter(({ severity }) => severity === 'error')).toEqual([]);
});

test('the example of exchange rates is a file of them', () => {
  const rates = files.filter(isFxFile);
  for (const file of rates)
    expect([fx.errors, fx(file), parseFxFile(file, 'fx').rates.length]).toEqual([null, true, 1]);
});

test('the page on the compiled form names every field of it', () => {
  const compiled = readFileSync(new URL('../schema/compiled.md', import.meta.url), 'utf8');
  for (const field of Object.keys(compiledCatalogue(baseBook()))) {
    expect([field, field === 'format' || compiled.includes(`\`${field}\``)]).toEqual([field, true]);
  }
});

test('the page names every axis, kind and class', () => {
  for (const name of [...CONTEXT_AXES, ...LAYER_KINDS, ...COST_CLASSES])
    expect([name, page.includes(`\`${name}\``)]).toEqual([name, true]);
});
