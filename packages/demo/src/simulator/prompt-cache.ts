import { createHash } from 'node:crypto';

/**
 * Which prompt prefixes a provider still remembers. Keys are digests, so no prompt text is kept. Holds at most
 * `entriesMax` prefixes; beyond it the one unused for longest is forgotten, as at a real provider, and counted.
 */
export interface PromptCache {
  /** True when the prefix is remembered at `nowMs`; a hit also renews it. */
  has(key: string, nowMs: number): boolean;
  remember(key: string, ttlMs: number, nowMs: number): void;
  readonly evictions: number;
}

export function createPromptCache(entriesMax = 50_000): PromptCache {
  const entries = new Map<string, { readonly ttlMs: number; readonly expiresAtMs: number }>();
  let evictions = 0;

  function remember(key: string, ttlMs: number, nowMs: number): void {
    entries.delete(key);
    entries.set(key, { ttlMs, expiresAtMs: nowMs + ttlMs });
    if (entries.size <= entriesMax) return;
    const [oldest] = entries.keys();
    if (oldest !== undefined) entries.delete(oldest);
    evictions += 1;
  }

  return {
    has(key, nowMs) {
      const entry = entries.get(key);
      if (entry === undefined) return false;
      if (entry.expiresAtMs <= nowMs) {
        entries.delete(key);
        return false;
      }
      remember(key, entry.ttlMs, nowMs);
      return true;
    },
    remember,
    get evictions() {
      return evictions;
    },
  };
}

/** Digests of a prompt that grows piece by piece: one digest per prefix, each covering everything before it. */
export function prefixKeys(scope: string, pieces: Iterable<string>): string[] {
  const hash = createHash('sha256').update(scope);
  const keys: string[] = [];
  for (const piece of pieces) keys.push(hash.update('\u0000').update(piece).copy().digest('base64url'));
  return keys;
}
