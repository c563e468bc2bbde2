import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

type Texts = { [key: string]: string | Texts };

const CALL = /\bt\(\s*'([^']+)',\s*'((?:[^'\\]|\\.)*)'/g;

/**
 * Every text of the sources by its key, nested at the dots, in order of the keys.
 * @throws Error when one key has two texts, or is a key and the beginning of another.
 */
export function extractTexts(folder: string): Texts {
  const found = new Map<string, string>();
  for (const { parentPath, name } of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!/\.tsx?$/.test(name) || /\.test\./.test(name)) continue;
    for (const [, key = '', text = ''] of readFileSync(join(parentPath, name), 'utf8').matchAll(CALL)) {
      const plain = text.replace(/\\(.)/g, '$1');
      if (found.get(key) !== undefined && found.get(key) !== plain)
        throw new Error(`"${key}" has two texts: "${found.get(key)}" and "${plain}"`);
      found.set(key, plain);
    }
  }
  const texts: Texts = {};
  for (const [key, text] of [...found].sort(([a], [b]) => (a < b ? -1 : 1))) put(texts, key.split('.'), text, key);
  return texts;
}

function put(into: Texts, [first = '', ...rest]: readonly string[], text: string, key: string): void {
  const there = into[first];
  if (rest.length === 0) {
    if (there !== undefined) throw new Error(`"${key}" is a key and the beginning of another`);
    into[first] = text;
    return;
  }
  if (typeof there === 'string') throw new Error(`"${key}" begins with a key that has a text`);
  const inner = there ?? {};
  into[first] = inner;
  put(inner, rest, text, key);
}
