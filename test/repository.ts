import { globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/** The checkout, as tests look at it. */
export const ROOT = resolve(import.meta.dirname, '..');

/** Facts that lie beside the checkout where developers have them: recorded exchanges and price rows. */
export const SHARED = resolve(ROOT, '..', 'shared');

export function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

/** Files of the checkout by pattern, relative to its root, without what tools made. */
export function files(...patterns: string[]): string[] {
  return globSync(patterns, {
    cwd: ROOT,
    exclude: (name) => /(^|\/)(node_modules|dist|\.git|\.costspan)(\/|$)/.test(name),
  })
    .map((file) => file.replaceAll('\\', '/'))
    .sort();
}

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\s[^'";]*?from\s*['"]([^'"]+)['"]|(?:^|\n)\s*import\s*['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/g;

/** The module names a source file asks for. */
export function importsOf(file: string): string[] {
  return [...read(file).matchAll(IMPORT)].map((match) => match[1] ?? match[2] ?? match[3] ?? '');
}

/** The file of the checkout that a relative import of `file` means. */
export function resolveImport(file: string, specifier: string): string {
  return relative(ROOT, resolve(ROOT, dirname(file), specifier)).replaceAll('\\', '/');
}
