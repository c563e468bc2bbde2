/** Exit codes of every command: all well, something was found or failed, the command line was wrong. */
export const EXIT = { ok: 0, finding: 1, usage: 2 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
