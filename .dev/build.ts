// Builds every package into its dist/ as it is published: ESM, types, and the files that are not code.
import { cpSync, existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root, runTool } from './tool.ts';

const packages = readdirSync(join(root, 'packages')).filter((name) =>
  existsSync(join(root, 'packages', name, 'package.json')),
);
if (process.argv.includes('--clean')) {
  for (const name of packages) rmSync(join(root, 'packages', name, 'dist'), { recursive: true, force: true });
}
const code = runTool('typescript/bin/tsc', ['-b', '--pretty']);
if (code !== 0) process.exit(code);
for (const name of packages) {
  const home = join(root, 'packages', name);
  cpSync(join(root, 'LICENSE'), join(home, 'LICENSE'));
  for (const asset of assetsOf(home)) cpSync(join(home, 'src', asset), join(home, 'dist', asset), { recursive: true });
}
process.stdout.write(`built ${packages.length} packages: ${packages.join(', ')}\n`);

/** Files of `src` that are not code, as the package itself lists them under `costspan.assets`. */
function assetsOf(home: string): readonly string[] {
  const manifest = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as { costspan?: { assets?: string[] } };
  return manifest.costspan?.assets ?? [];
}
