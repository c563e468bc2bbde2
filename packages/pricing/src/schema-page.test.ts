import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { baseCards } from './base-book.ts';
import { CONTEXT_AXES, LAYER_KINDS } from './card.ts';
import { COST_CLASSES } from './cost-by-class.ts';
import { lintCards } from './lint-cards.ts';
import { parseCardFile } from './parse-card-file.ts';

const page = readFileSync(new URL('../schema/README.md', import.meta.url), 'utf8');
const schema = new Ajv2020().compile(
  JSON.parse(readFileSync(new URL('../schema/cards-1.schema.json', import.meta.url), 'utf8')),
);
const examples = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map(([, text]) => JSON.parse(text as string));

test('the examples of the page are card files that hold together', () => {
  expect(examples.length).toBe(2);
  for (const example of examples) expect([schema.errors, schema(example)]).toEqual([null, true]);
  const layers = examples.map((example, index) => parseCardFile(example, `example ${index}`));
  expect(lintCards([baseCards(), ...layers]).filter(({ severity }) => severity === 'error')).toEqual([]);
});

test('the page names every axis, kind and class', () => {
  for (const name of [...CONTEXT_AXES, ...LAYER_KINDS, ...COST_CLASSES])
    expect([name, page.includes(`\`${name}\``)]).toEqual([name, true]);
});
