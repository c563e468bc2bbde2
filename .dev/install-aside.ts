import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './tool.ts';

/**
 * Installs packages for one purpose beside our own, and nothing when the same were installed before. Install scripts stay off.
 * @param name of a folder that nothing else uses; it may be of the form `compare/newest`.
 * @returns the folder.
 */
export function installAside(name: string, dependencies: Readonly<Record<string, string>>): string {
  const folder = join(root, 'node_modules', '.cache', 'costspan', name);
  const manifest = `${JSON.stringify({ private: true, dependencies }, null, 2)}\n`;
  const stamp = join(folder, 'installed.json');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === manifest) return folder;
  process.stderr.write(`Installing ${Object.keys(dependencies).length} packages for this alone (once) …\n`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), manifest);
  const npm = process.env['npm_execpath'];
  const [program, first] = npm?.endsWith('.js') === true ? [process.execPath, [npm]] : ['npm', []];
  const flags = ['--ignore-scripts', '--legacy-peer-deps', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status } = spawnSync(program, [...first, 'install', ...flags], {
    cwd: folder,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32' && program === 'npm',
  });
  if (status !== 0) {
    process.stderr.write('npm could not install them; its message is above.\n');
    process.exit(1);
  }
  writeFileSync(stamp, manifest);
  return folder;
}
