import { PassThrough, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { main } from './main.ts';
import type { Terminal } from './terminal.ts';

/** Runs one command line on a terminal that is none, at noon of a day in November. */
export async function runCommand(
  args: readonly string[],
  over: Partial<Terminal> = {},
): Promise<{ readonly code: number; readonly out: string; readonly err: string }> {
  const stdout = new PassThrough();
  const stderr = new PassThrough();
  const texts = Promise.all([text(stdout), text(stderr)]);
  const code = await main(args, {
    stdin: Readable.from([]),
    stdout,
    stderr,
    env: {},
    isInteractive: false,
    now: () => Date.parse('2026-11-23T12:00:00Z'),
    interrupted: () => new Promise(() => undefined),
    ...over,
  });
  stdout.end();
  stderr.end();
  const [out, err] = await texts;
  return { code, out, err };
}
