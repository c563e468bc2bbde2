// Compiles the bundled catalogue from its pinned source and our overlays, and shows which prices moved. `--check` only compares.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './tool.ts';

const script = join(root, 'packages/pricing/build/update-cards.ts');
const result = spawnSync(process.execPath, ['--conditions=@costspan/source', script, ...process.argv.slice(2)], {
  stdio: 'inherit',
});
process.exit(result.status ?? 1);
