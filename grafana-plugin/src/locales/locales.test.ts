import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

type Texts = { readonly [key: string]: string | Texts };

const FILE = 'costspan-usage-app.json';
const languages = readdirSync(import.meta.dirname).filter((name) => !name.includes('.'));
const textsOf = (language: string) =>
  flat(JSON.parse(readFileSync(join(import.meta.dirname, language, FILE), 'utf8')) as Texts);
const english = textsOf('en-US');

test('the manifest names every language that there is', () => {
  const manifest = JSON.parse(readFileSync(join(import.meta.dirname, '../plugin.json'), 'utf8')) as {
    readonly languages: readonly string[];
  };
  expect([...manifest.languages].sort()).toEqual([...languages].sort());
});

describe.each(languages.filter((language) => language !== 'en-US'))('%s', (language) => {
  const texts = textsOf(language);

  test('has every text, and none that nobody shows', () => {
    expect([...texts.keys()].sort()).toEqual([...english.keys()].sort());
    expect([...texts].filter(([, text]) => text.trim() === '')).toEqual([]);
  });

  test('fills in what English fills in', () => {
    const places = (text: string) => [...text.matchAll(/\{\{?\w+\}?\}/g)].map(([place]) => place).sort();
    const wrong = [...texts].filter(
      ([key, text]) => JSON.stringify(places(text)) !== JSON.stringify(places(english.get(key) ?? '')),
    );
    expect(wrong).toEqual([]);
  });
});

test('Arabic is written in Arabic', () => {
  const latin = [...textsOf('ar-SA')].filter(([, text]) => /[a-z]/i.test(text) && !/[\u0600-\u06ff]/.test(text));
  // Only what is filled in from elsewhere stands alone.
  expect(latin.filter(([, text]) => /[a-z]/i.test(text.replace(/\{\{\w+\}\}/g, '')))).toEqual([]);
});

function flat(texts: Texts, under = ''): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(texts).flatMap(([key, text]) =>
      typeof text === 'string' ? [[`${under}${key}`, text] as const] : [...flat(text, `${under}${key}.`)],
    ),
  );
}
