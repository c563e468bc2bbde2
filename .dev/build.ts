// Builds every package as it is published: ESM and types into its dist/, and the pages of the collector.
import { cpSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { preparePages } from './plugin.ts';
import { root, runTool } from './tool.ts';

const packages = readdirSync(join(root, 'packages')).filter((name) =>
  existsSync(join(root, 'packages', name, 'package.json')),
);
if (process.argv.includes('--clean')) {
  for (const name of packages) rmSync(join(root, 'packages', name, 'dist'), { recursive: true, force: true });
}
const code = runTool('typescript/bin/tsc', ['-b', '--pretty']);
if (code !== 0) process.exit(code);
for (const name of packages) cpSync(join(root, 'LICENSE'), join(root, 'packages', name, 'LICENSE'));
preparePages();
process.stdout.write(`built ${packages.length} packages: ${packages.join(', ')}\n`);
