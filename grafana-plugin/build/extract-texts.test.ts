import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { extractTexts } from './extract-texts.ts';

const sources = join(import.meta.dirname, '../src');

test('the English texts are those of the sources (npm run texts)', () => {
  const written = JSON.parse(readFileSync(join(sources, 'locales/en-US/costspan-usage-app.json'), 'utf8')) as object;
  expect(written).toEqual(extractTexts(sources));
});

test('no text stands in the pages but through t', () => {
  const pages = readdirSync(sources, { recursive: true, encoding: 'utf8' }).filter(
    (path) => /\.tsx$/.test(path) && path !== 'module.tsx',
  );
  const bare = pages.flatMap((path) =>
    [
      ...readFileSync(join(sources, path), 'utf8').matchAll(
        /(?:>|\b(?:title|label|placeholder|tooltip|aria-label)=")\s*([A-Z][a-z]+ [a-z][^<>{}"]*)/g,
      ),
    ].map((match) => `${path}: ${match[1]}`),
  );
  expect(bare).toEqual([]);
});

test('colours come from the theme', () => {
  const files = readdirSync(sources, { recursive: true, encoding: 'utf8' }).filter(
    (path) => /\.tsx?$/.test(path) && !/\.test\./.test(path),
  );
  const coloured = files.filter((path) =>
    /['"`\s:]#[0-9a-fA-F]{3,8}\b|\brgba?\(|\bhsla?\(/.test(readFileSync(join(sources, path), 'utf8')),
  );
  expect(coloured).toEqual([]);
});
