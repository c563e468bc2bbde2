import { sayOnce } from '../say-once.ts';
import { within } from './within.ts';

/** Messages that wait at most. What is beyond is dropped: leases run out, and the collector counts calls by their spans. */
const WAITING_MAX = 10_000;
const PARALLEL = 16;
const PAUSE_MS = 1_000;
const TRIES_MAX = 60;

type Send = () => Promise<void>;

/** Tells a collector what must be told once, in the background: tried again while it is away, for about a minute. */
export class Outbox {
  readonly #waiting: { readonly send: Send; tries: number }[] = [];
  #sending = 0;
  #pause: NodeJS.Timeout | undefined;
  #idle: PromiseWithResolvers<void> | undefined;

  /** @param send is safe to repeat. */
  tell(send: Send): void {
    if (this.#waiting.length >= WAITING_MAX) {
      sayOnce(
        'quota:outbox',
        `quota: more than ${WAITING_MAX} settlements wait for the collector; later ones are dropped`,
      );
      return;
    }
    this.#waiting.push({ send, tries: 0 });
    this.#start();
  }

  /** Resolves when everything is told or given up, or the time is over. */
  async drained(limitMs: number): Promise<void> {
    if (this.#sending === 0 && this.#waiting.length === 0) return;
    this.#idle ??= Promise.withResolvers();
    await within(this.#idle.promise, limitMs).catch(() => undefined);
  }

  #start(): void {
    while (this.#pause === undefined && this.#sending < PARALLEL) {
      const next = this.#waiting.shift();
      if (next === undefined) break;
      this.#sending += 1;
      next.send().then(
        () => this.#sent(),
        () => {
          next.tries += 1;
          if (next.tries < TRIES_MAX) this.#waiting.unshift(next);
          this.#pause ??= setTimeout(() => this.#resume(), PAUSE_MS).unref();
          this.#sent();
        },
      );
    }
    if (this.#sending > 0 || this.#waiting.length > 0) return;
    this.#idle?.resolve();
    this.#idle = undefined;
  }

  #sent(): void {
    this.#sending -= 1;
    this.#start();
  }

  #resume(): void {
    this.#pause = undefined;
    this.#start();
  }
}
