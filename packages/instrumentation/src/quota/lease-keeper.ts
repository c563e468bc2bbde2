/** Calls and grants whose lease is kept alive. One more than that is not: its lease runs out, and its use is counted late. */
const LEASES_MAX = 100_000;
const TICK_MAX_MS = 30_000;
const TICK_MIN_MS = 50;

interface Lease {
  readonly leaseMs: number;
  heldAtMs: number;
}

/**
 * Gives a sign of life for whatever is held longer than a third of its lease: streams that still run. One timer for all; it
 * keeps no process alive.
 */
export class LeaseKeeper {
  readonly #extend: (id: string, leaseMs: number) => void;
  readonly #leases = new Map<string, Lease>();
  #timer: NodeJS.Timeout | undefined;
  #tickMs = TICK_MAX_MS;

  constructor(extend: (id: string, leaseMs: number) => void) {
    this.#extend = extend;
  }

  /** @returns whether there was room for it. */
  keep(id: string, leaseMs: number): boolean {
    if (this.#leases.size >= LEASES_MAX) return false;
    this.#leases.set(id, { leaseMs, heldAtMs: performance.now() });
    const tickMs = Math.min(Math.max(leaseMs / 12, TICK_MIN_MS), TICK_MAX_MS);
    if (this.#timer === undefined || tickMs < this.#tickMs) this.#tickEvery(tickMs);
    return true;
  }

  drop(id: string): void {
    this.#leases.delete(id);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#leases.clear();
  }

  #tickEvery(tickMs: number): void {
    clearInterval(this.#timer);
    this.#tickMs = tickMs;
    this.#timer = setInterval(() => this.#tick(), tickMs).unref();
  }

  #tick(): void {
    // Stopped here and not with the last lease, as most calls are over long before anything is to be done for them.
    if (this.#leases.size === 0) this.stop();
    const nowMs = performance.now();
    for (const [id, lease] of this.#leases) {
      if (nowMs - lease.heldAtMs < lease.leaseMs / 3) continue;
      lease.heldAtMs = nowMs;
      this.#extend(id, lease.leaseMs);
    }
  }
}
