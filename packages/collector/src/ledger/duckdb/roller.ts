import { type Retention, retainStep } from './retention.ts';
import { mergeStep, rollStep } from './roll-up.ts';
import type { Sessions, Writing } from './sessions.ts';

/** Calls that one step sums: so a commit never waits much longer for the roll-up than for another commit. */
const STEP_CALLS_MAX = 30_720;
const STEP_CALLS_MIN = 512;

export interface RollerOptions {
  readonly sessions: Sessions;
  readonly retention: Retention;
  readonly nowUs: () => number;
  /** 0 only rolls when asked. */
  readonly intervalMs: number;
}

/**
 * Keeps the hours up to date and deletes what is too old, in the background. Each step is one short write between two
 * commits; a step that fails is taken again the next time, and nothing depends on when.
 */
export class Roller {
  readonly #options: RollerOptions;
  readonly #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #closed = false;
  /** Halved when a step fails, since memory may be what it wants. */
  #stepCalls = STEP_CALLS_MAX;

  constructor(options: RollerOptions) {
    this.#options = options;
    if (options.intervalMs === 0) return;
    const inBackground = (): void => {
      this.run().catch(() => {
        // Whatever keeps it from writing keeps the appends from it too, and they say so.
      });
    };
    this.#timer = setInterval(inBackground, options.intervalMs).unref();
    inBackground();
  }

  /** Rolls up all that was committed when it was called. */
  async run(): Promise<void> {
    while (this.#running !== undefined) await this.#running.catch(() => {});
    this.#running = this.#steps().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    await this.#running?.catch(() => {});
  }

  async #steps(): Promise<void> {
    const { sessions, retention, nowUs } = this.#options;
    const startUs = nowUs();
    const untilUs = await sessions.maintain(async ({ state }) => state.newestUs);
    try {
      await this.#repeat(
        async ({ connection, state }) =>
          state.rolledToUs < untilUs && (await rollStep(connection, state, this.#stepCalls)),
      );
    } catch (error) {
      this.#stepCalls = Math.max(STEP_CALLS_MIN, this.#stepCalls / 2);
      throw error;
    }
    await this.#repeat(({ connection, state }) => mergeStep(connection, state));
    await this.#repeat(({ connection, state }) => retainStep(connection, state, retention, startUs));
  }

  async #repeat(step: (writing: Writing) => Promise<boolean>): Promise<void> {
    while (!this.#closed && (await this.#options.sessions.maintain(step)));
  }
}
