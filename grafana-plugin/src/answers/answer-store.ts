import { ApiError, apiErrorOf, mayPass } from '../api/api-error.ts';

/** What is known of a question at one moment. */
export interface Answer<T> {
  readonly data: T | undefined;
  /** Why the newest attempt gave nothing; `data` may still hold an older answer. */
  readonly error: ApiError | undefined;
  readonly isAsking: boolean;
  /** When `data` came, in milliseconds since 1970. */
  readonly answeredAtMs: number | undefined;
}

type Ask = (signal: AbortSignal) => Promise<unknown>;

interface Entry {
  answer: Answer<unknown>;
  ask: Ask;
  watchers: Set<() => void>;
  abort: AbortController | undefined;
  retry: ReturnType<typeof setTimeout> | undefined;
}

const NOTHING_YET: Answer<unknown> = { data: undefined, error: undefined, isAsking: true, answeredAtMs: undefined };
/** An answer this young is shown without asking again. */
const FRESH_MS = 5_000;
/** How long after a failure that may pass the question is asked again. */
const RETRY_MS = 10_000;
const ENTRIES_MAX = 100;

/**
 * Answers by question, shared by everything on the page that asks the same. A question nobody waits for any more is
 * called off; one that failed for a passing reason is asked again by itself while somebody waits.
 */
export class AnswerStore {
  readonly #entries = new Map<string, Entry>();
  readonly #nowMs: () => number;

  constructor(nowMs: () => number = Date.now) {
    this.#nowMs = nowMs;
  }

  read(key: string): Answer<unknown> {
    return this.#entries.get(key)?.answer ?? NOTHING_YET;
  }

  /** Asks unless the answer is fresh, and calls `changed` at every change. @returns what ends that. */
  watch(key: string, ask: Ask, changed: () => void): () => void {
    const entry = this.#entry(key, ask);
    entry.watchers.add(changed);
    const { answeredAtMs } = entry.answer;
    const isFresh = answeredAtMs !== undefined && this.#nowMs() - answeredAtMs < FRESH_MS;
    if (!isFresh && entry.abort === undefined) this.#send(entry);
    return () => {
      entry.watchers.delete(changed);
      if (entry.watchers.size > 0) return;
      clearTimeout(entry.retry);
      entry.abort?.abort();
      entry.abort = undefined;
    };
  }

  /** Asks again now. */
  again(key: string): void {
    const entry = this.#entries.get(key);
    if (entry !== undefined && entry.abort === undefined) this.#send(entry);
  }

  #entry(key: string, ask: Ask): Entry {
    const known = this.#entries.get(key);
    // The newest question stands last, so that the first ones are the ones to forget.
    this.#entries.delete(key);
    const entry = known ?? { answer: NOTHING_YET, ask, watchers: new Set(), abort: undefined, retry: undefined };
    entry.ask = ask;
    this.#entries.set(key, entry);
    for (const [old, { watchers }] of this.#entries) {
      if (this.#entries.size <= ENTRIES_MAX) break;
      if (watchers.size === 0 && old !== key) this.#entries.delete(old);
    }
    return entry;
  }

  #send(entry: Entry): void {
    clearTimeout(entry.retry);
    const abort = new AbortController();
    entry.abort = abort;
    this.#tell(entry, { ...entry.answer, isAsking: true });
    entry.ask(abort.signal).then(
      (data) => {
        if (entry.abort !== abort) return;
        entry.abort = undefined;
        this.#tell(entry, { data, error: undefined, isAsking: false, answeredAtMs: this.#nowMs() });
      },
      (cause: unknown) => {
        if (entry.abort !== abort) return;
        entry.abort = undefined;
        const error = cause instanceof ApiError ? cause : apiErrorOf(cause, '');
        this.#tell(entry, { ...entry.answer, error, isAsking: false });
        if (mayPass(error)) entry.retry = setTimeout(() => this.#send(entry), RETRY_MS);
      },
    );
  }

  #tell(entry: Entry, answer: Answer<unknown>): void {
    entry.answer = answer;
    for (const changed of entry.watchers) changed();
  }
}
