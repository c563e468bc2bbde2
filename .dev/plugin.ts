// The Grafana app is a project of its own with its own lock file: its libraries come only when it is built or tested.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './tool.ts';

export const pluginHome = join(root, 'grafana-plugin');

/** True when the libraries of the plugin are installed, whatever their version. */
export function isPluginInstalled(): boolean {
  return existsSync(join(pluginHome, 'node_modules', 'webpack'));
}

/** Installs and builds the plugin and the page that stands in for Grafana, as far as they are not up to date. */
export function preparePlugin(): void {
  const lock = hashOf(['package-lock.json']);
  unlessStamped('plugin-installed', lock, isPluginInstalled(), () => {
    process.stderr.write('Installing the libraries of the Grafana app (once, about a minute) …\n');
    const npm = process.env['npm_execpath'];
    const [program, first] = npm?.endsWith('.js') ? [process.execPath, [npm]] : ['npm', []];
    run(program, [...first, 'ci', '--no-fund', '--no-audit', '--loglevel=error']);
  });
  const isBuilt = existsSync(join(pluginHome, 'dist/module.js')) && existsSync(join(pluginHome, 'host/dist/host.js'));
  unlessStamped('plugin-built', hashOf(sources()), isBuilt, () => {
    process.stderr.write('Building the Grafana app …\n');
    run(process.execPath, ['build/build-plugin.ts']);
    run(process.execPath, ['host/build-host.ts']);
  });
}

/** Puts the built plugin into pages that the collector of this checkout serves at `/`. */
export function preparePages(): void {
  preparePlugin();
  const pages = join(root, 'packages/collector/pages');
  const built = readFileSync(join(root, '.dev/state/plugin-built'), 'utf8');
  unlessStamped('pages-assembled', built, existsSync(join(pages, 'files.json')), () =>
    run(process.execPath, ['build/assemble-pages.ts', pages]),
  );
}

/** Runs one script of the plugin under this very Node. Returns its exit code. */
export function runPluginScript(script: string, args: readonly string[] = []): number {
  return spawnSync(process.execPath, [script, ...args], { cwd: pluginHome, stdio: 'inherit' }).status ?? 1;
}

function run(program: string, args: readonly string[]): void {
  const { status } = spawnSync(program, args, {
    cwd: pluginHome,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32' && program === 'npm',
  });
  if (status === 0) return;
  process.stderr.write(`costspan: "${program} ${args.join(' ')}" in grafana-plugin failed; its message is above.\n`);
  process.exit(2);
}

function unlessStamped(name: string, state: string, isThere: boolean, make: () => void): void {
  const stamp = join(root, '.dev/state', name);
  if (isThere && existsSync(stamp) && readFileSync(stamp, 'utf8') === state) return;
  make();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, state);
}

function sources(): readonly string[] {
  const under = (folder: string): string[] =>
    readdirSync(join(pluginHome, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(pluginHome.length + 1));
  const files = [...under('src'), ...under('host/src'), ...under('host/icons'), ...under('.config')];
  const single = ['host/build-host.ts', 'build/build-plugin.ts', 'webpack.config.ts', 'package-lock.json'];
  return [...files, ...single, 'README.md', 'CHANGELOG.md', 'package.json']
    .filter((file) => !/\.test\.ts$/.test(file))
    .sort();
}

function hashOf(files: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${file}\0`).update(readFileSync(join(pluginHome, file)));
  return hash.digest('hex');
}
