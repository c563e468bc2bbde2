import { isObject, show } from '../findings.ts';

/**
 * The names that a match clause of genai-prices accepts as they stand. Clauses that accept open sets of names (`starts_with`,
 * `contains`, `regex`) are returned as text: an open set has taken up models that cost something else.
 */
export function equalNames(match: unknown): { readonly names: readonly string[]; readonly dropped: readonly string[] } {
  const names: string[] = [];
  const dropped: string[] = [];
  const walk = (clause: unknown): void => {
    if (clause === undefined || !isObject(clause)) return;
    for (const [kind, operand] of Object.entries(clause)) {
      if (kind === 'or' && Array.isArray(operand)) operand.forEach(walk);
      else if (kind === 'equals' && typeof operand === 'string') names.push(operand);
      else dropped.push(`${kind} ${typeof operand === 'string' ? show(operand) : JSON.stringify(operand)}`);
    }
  };
  walk(match);
  return { names: [...new Set(names)], dropped };
}
