import { createHash } from 'node:crypto';

/**
 * Counts how often the same request came, so that a repeat gets a new answer and yet the whole run repeats for a seed.
 * Remembers the last `entriesMax` different requests; a request forgotten since then starts again at 1.
 */
export interface Occurrences {
  /** 1 for the first time. */
  count(request: string): number;
}

export function createOccurrences(entriesMax = 10_000): Occurrences {
  const counts = new Map<string, number>();
  return {
    count(request) {
      const key = createHash('sha256').update(request).digest('base64url');
      const count = (counts.get(key) ?? 0) + 1;
      counts.delete(key);
      counts.set(key, count);
      const [oldest] = counts.keys();
      if (counts.size > entriesMax && oldest !== undefined) counts.delete(oldest);
      return count;
    },
  };
}
