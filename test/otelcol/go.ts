import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../repository.ts';

/** The module of the cost processor. */
export const PROCESSOR = join(ROOT, 'packages/otelcol/costprocessor');

/** The Go toolchain's version, `undefined` where there is none. */
export function goVersion(): string | undefined {
  try {
    return execFileSync('go', ['version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
  } catch {
    return undefined;
  }
}
