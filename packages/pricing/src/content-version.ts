import type { Card } from './card.ts';
import { sha256 } from './sha256.ts';

/** The version of a set of canonical cards: a hash of their content in any order. The same prices always have the same version. */
export function contentVersion(cards: readonly Card[]): string {
  return versionOf(cards.map((card) => JSON.stringify(card)).sort());
}

/** The version of several layers, in their order of precedence. */
export function layeredVersion(versions: readonly string[]): string {
  const [first] = versions;
  return versions.length === 1 && first !== undefined ? first : versionOf(versions);
}

function versionOf(lines: readonly string[]): string {
  return `sha256:${sha256(lines.join('\n'))}`;
}
