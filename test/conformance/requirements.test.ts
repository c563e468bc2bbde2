import { expect, test } from 'vitest';
import { files, read } from '../repository.ts';

// The page says which test shows each requirement: it must be there, under that name.

const page = read('docs/pricing.md');
const cited = [...page.matchAll(/`([^`]+\.test\.ts)`(?:: “((?:[^”])+)”)?/g)].map(
  ([, file, name]) => [file as string, name] as const,
);

test('the page lists every requirement but the three that are elsewhere', () => {
  const [, table = ''] = page.split('## The requirements, and the test that shows each');
  const rows = [...(table.split('## The dimensions')[0] as string).matchAll(/^\| (\d+) \|/gm)].map(([, n]) =>
    Number(n),
  );
  const all = Array.from({ length: 40 }, (_, index) => index + 1);
  expect(rows).toEqual(all.filter((n) => ![32, 33, 40].includes(n)));
});

test('the page lists every dimension once', () => {
  const [, table = ''] = page.split('## The dimensions of billing');
  const numbers = [...table.matchAll(/^\| (\d+)(?:–(\d+))? \|/gm)].flatMap(([, from, to = from]) =>
    Array.from({ length: Number(to) - Number(from) + 1 }, (_, index) => Number(from) + index),
  );
  expect(numbers).toEqual(Array.from({ length: 45 }, (_, index) => index + 1));
});

test.each(cited)('%s shows: %s', (file, name) => {
  expect(files(file)).toEqual([file]);
  if (name !== undefined) expect(read(file)).toContain(name);
});
