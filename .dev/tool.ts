import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..');

/** Runs one development tool by path under this very Node. Returns its exit code. */
export function runTool(script: string, args: readonly string[]): number {
  const result = spawnSync(process.execPath, [join(root, 'node_modules', script), ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  return result.status ?? 1;
}
