// Runs every bench/*.bench.ts in a fresh process and prints one table. Numbers are ratios within one run; absolute ones are this machine's.
import { spawnSync } from 'node:child_process';
import { globSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { root } from './tool.ts';

const wanted = process.argv.slice(2);
const files = globSync(['packages/*/bench/*.bench.ts', 'test/bench/*.bench.ts'], { cwd: root })
  .filter((file) => wanted.length === 0 || wanted.some((word) => file.includes(word)))
  .sort();
process.stdout.write(`Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}\n`);
let failed = false;
for (const file of files) {
  process.stdout.write(`\n${file}\n`);
  const result = spawnSync(
    process.execPath,
    ['--expose-gc', '--disable-warning=ExperimentalWarning', '--conditions=@costspan/source', join(root, file)],
    {
      cwd: root,
      stdio: 'inherit',
    },
  );
  failed ||= result.status !== 0;
}
process.exit(failed ? 1 : 0);
