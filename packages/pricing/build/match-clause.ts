import type { MatchLogic } from '@pydantic/genai-prices';

/**
 * True when a match clause of genai-prices accepts a name (letter case does not count). Run at build time on names that are
 * known to exist, so that no open-ended clause and no regular expression of somebody else's data runs on the hot path.
 */
export function matchesClause(clause: MatchLogic, name: string): boolean {
  const lower = name.toLowerCase();
  if ('or' in clause) return clause.or.some((part) => matchesClause(part, name));
  if ('and' in clause) return clause.and.every((part) => matchesClause(part, name));
  if ('equals' in clause) return lower === clause.equals.toLowerCase();
  if ('starts_with' in clause) return lower.startsWith(clause.starts_with.toLowerCase());
  if ('ends_with' in clause) return lower.endsWith(clause.ends_with.toLowerCase());
  if ('contains' in clause) return lower.includes(clause.contains.toLowerCase());
  return new RegExp(clause.regex, 'i').test(name);
}
