import type { CardFile } from './card.ts';
import { sha256 } from './sha256.ts';

/**
 * The version of a canonical file: a hash of everything in it that prices. Cards count in any order, terms in theirs. The same
 * prices always have the same version.
 */
export function contentVersion(
  file: Pick<CardFile, 'cards' | 'kind' | 'customers' | 'overrides' | 'adjustments' | 'deployments'>,
): string {
  const { cards, kind, customers, overrides, adjustments, deployments } = file;
  const terms = JSON.stringify({ kind, customers, overrides, adjustments, deployments });
  return versionOf([...cards.map((card) => JSON.stringify(card)).sort(), ...(terms === '{}' ? [] : [terms])]);
}

/** The version of several layers, in their order of precedence. */
export function layeredVersion(versions: readonly string[]): string {
  const [first] = versions;
  return versions.length === 1 && first !== undefined ? first : versionOf(versions);
}

/** The hash of texts in their order. */
export function versionOf(lines: readonly string[]): string {
  return `sha256:${sha256(lines.join('\n'))}`;
}
