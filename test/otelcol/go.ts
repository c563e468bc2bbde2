import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { ROOT } from '../repository.ts';

/** The module of the cost processor. */
export const PROCESSOR = join(ROOT, 'packages/otelcol/costprocessor');

/** The environment in which Go is found: on the path, or where its own installer puts it. */
export const GO_ENV: NodeJS.ProcessEnv = { ...process.env, PATH: `${process.env['PATH']}:/usr/local/go/bin` };

/** The Go toolchain's version, `undefined` where there is none. */
export function goVersion(): string | undefined {
  try {
    return execFileSync('go', ['version'], {
      encoding: 'utf8',
      env: GO_ENV,
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return undefined;
  }
}

/** Why the modules of the processor cannot be had, `undefined` where they can: they are downloaded once, from the module proxy. */
export function missingModules(): string | undefined {
  try {
    execFileSync('go', ['list', '-deps', '-test', './...'], {
      cwd: PROCESSOR,
      env: GO_ENV,
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: 300_000,
    });
    return undefined;
  } catch (error) {
    const said = (error as { readonly stderr?: Buffer }).stderr?.toString().trim() || String(error);
    return `Go modules cannot be downloaded: ${said.split('\n').at(-1)}`;
  }
}

/** What to do where Go is missing. */
export const GO_HINT = 'needs Go 1.26 or later: https://go.dev/dl';

/** True where nothing may be left out for want of a program. */
export function isGoRequired(): boolean {
  return process.env['COSTSPAN_REQUIRE_ALL'] === '1';
}
