import type { Readable, Writable } from 'node:stream';

/** Everything a command may touch of the outside besides files and sockets, so that a test can hand it something else. */
export interface Terminal {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** True when a person watches stdout, so that it may be redrawn. */
  readonly isInteractive: boolean;
  /** Cells in a line of stdout; 80 where it is not a screen. */
  readonly columns?: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Resolves when the user or the system asks the command to end. */
  readonly interrupted: () => Promise<'SIGINT' | 'SIGTERM'>;
}

/** The real one. */
export function processIo(): Terminal {
  return {
    stdin: process.stdin,
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    isInteractive: process.stdout.isTTY === true,
    columns: process.stdout.columns ?? 80,
    now: Date.now,
    interrupted: () =>
      new Promise((resolve) => {
        process.once('SIGINT', () => resolve('SIGINT'));
        process.once('SIGTERM', () => resolve('SIGTERM'));
      }),
  };
}
