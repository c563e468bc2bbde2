/** What a request finds of its limit. */
export interface LimitAnswer {
  readonly isAllowed: boolean;
  readonly headers: Readonly<Record<string, string>>;
}

const WINDOW_MS = 60_000;
/** More askers than there may be keys; beyond them everybody begins anew. */
const ASKERS_MAX = 20_000;

/**
 * So many requests a minute of each asker, all of them at once if they like, and then evenly as they come free (GCRA): one
 * number for each asker, and no timer.
 */
export class RequestLimit {
  readonly #perMinute: number;
  readonly #intervalMs: number;
  /** By asker: when all of the limit is free again. */
  readonly #freeAtMs = new Map<string, number>();

  /** @param perMinute 0 limits nothing. */
  constructor(perMinute: number) {
    this.#perMinute = perMinute;
    this.#intervalMs = WINDOW_MS / perMinute;
  }

  /** @param nowMs of any clock that does not go back */
  take(asker: string, nowMs: number): LimitAnswer {
    if (this.#perMinute === 0) return { isAllowed: true, headers: {} };
    if (this.#freeAtMs.size >= ASKERS_MAX) this.#freeAtMs.clear();
    const before = Math.max(this.#freeAtMs.get(asker) ?? 0, nowMs);
    const after = before + this.#intervalMs;
    const waitMs = after - nowMs - WINDOW_MS;
    // What a division leaves over is no reason to wait.
    const isAllowed = waitMs < 1e-6;
    if (isAllowed) this.#freeAtMs.set(asker, after);
    const freeAtMs = isAllowed ? after : before;
    const left = isAllowed ? Math.max(0, Math.floor((WINDOW_MS - (after - nowMs)) / this.#intervalMs + 1e-6)) : 0;
    return {
      isAllowed,
      headers: {
        'RateLimit-Policy': `"api";q=${this.#perMinute};w=${WINDOW_MS / 1000}`,
        RateLimit: `"api";r=${left};t=${Math.ceil((freeAtMs - nowMs) / 1000)}`,
        ...(isAllowed ? {} : { 'Retry-After': String(Math.max(1, Math.ceil(waitMs / 1000))) }),
      },
    };
  }
}
