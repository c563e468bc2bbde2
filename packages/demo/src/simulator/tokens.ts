/**
 * A text as tokens: about one per short word, two for a long one, one per three digits, one per sign or per other script's
 * character. Near enough to real tokenizers (English ≈ 1.3 tokens per word) and the same everywhere; not a real vocabulary.
 */
export function tokenize(text: string): string[] {
  return text.match(TOKEN) ?? [];
}

export function countTokens(text: string): number {
  return tokenize(text).length;
}

const TOKEN = / ?\p{Script=Latin}{1,7}| ?\p{N}{1,3}|\s+(?=\s)|\s| ?[^\s]/gu;
