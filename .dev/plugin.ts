// The Grafana app is a project of its own with its own lock file: its libraries come only when it is built or tested.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { alone } from './alone.ts';
import { root } from './tool.ts';

export const pluginHome = join(root, 'grafana-plugin');
const pagesHome = join(root, 'packages/collector/pages');
const stateHome = join(root, '.dev/state');

/** True when the libraries of the plugin are installed, whatever their version. */
export function isPluginInstalled(): boolean {
  return existsSync(join(pluginHome, 'node_modules', 'webpack'));
}

/** True when the pages that the collector serves are those of the sources as they are now. */
export function arePagesReady(): boolean {
  return steps().every(isDone);
}

/** Installs and builds the plugin and the page that stands in for Grafana, as far as they are not up to date. */
export function preparePlugin(): void {
  prepare('install', 'build');
}

/** Puts the built plugin into pages that the collector of this checkout serves at `/`. */
export function preparePages(): void {
  prepare('install', 'build', 'assemble');
}

/** Runs one script of the plugin under this very Node. Returns its exit code. */
export function runPluginScript(script: string, args: readonly string[] = []): number {
  return spawnSync(process.execPath, [script, ...args], { cwd: pluginHome, stdio: 'inherit' }).status ?? 1;
}

/** Leaves word for who looks at the collector's page before there are pages. */
export function pagesNews(text: string): void {
  if (existsSync(join(pagesHome, 'files.json'))) return;
  mkdirSync(pagesHome, { recursive: true });
  writeFileSync(join(pagesHome, 'news.txt'), text);
}

interface Step {
  readonly name: 'install' | 'build' | 'assemble';
  /** Changes with everything that it is made of. */
  readonly state: string;
  readonly isThere: boolean;
  readonly says: string;
  readonly make: () => void;
}

function steps(): readonly Step[] {
  const built = hashOf(sources());
  return [
    {
      name: 'install',
      state: hashOf(['package-lock.json']),
      isThere: isPluginInstalled(),
      says: 'Installing the libraries of the Grafana app (once, about a minute) …',
      make: () => run(...npm(), 'ci', '--no-fund', '--no-audit', '--loglevel=error'),
    },
    {
      name: 'build',
      state: built,
      isThere: ['dist/module.js', 'host/dist/host.js'].every((file) => existsSync(join(pluginHome, file))),
      says: 'Building the Grafana app …',
      make: () => {
        run(process.execPath, 'build/build-plugin.ts');
        run(process.execPath, 'host/build-host.ts');
      },
    },
    {
      name: 'assemble',
      state: built,
      isThere: existsSync(join(pagesHome, 'files.json')),
      says: 'Putting the pages together …',
      make: () => run(process.execPath, 'build/assemble-pages.ts', pagesHome),
    },
  ];
}

function prepare(...wanted: readonly Step['name'][]): void {
  const open = (): readonly Step[] => steps().filter((step) => wanted.includes(step.name) && !isDone(step));
  if (open().length === 0) return;
  mkdirSync(stateHome, { recursive: true });
  try {
    alone(join(stateHome, 'plugin.lock'), () => {
      // Somebody else may have done it while this process waited.
      for (const step of open()) {
        process.stderr.write(`${step.says}\n`);
        pagesNews(step.says);
        step.make();
        writeFileSync(stampOf(step), step.state);
      }
    });
  } catch (cause) {
    process.stderr.write(`costspan: ${cause instanceof Error ? cause.message : String(cause)}\n`);
    process.exit(2);
  }
}

function isDone({ name, state, isThere }: Step): boolean {
  const stamp = stampOf({ name });
  return isThere && existsSync(stamp) && readFileSync(stamp, 'utf8') === state;
}

function stampOf({ name }: Pick<Step, 'name'>): string {
  return join(stateHome, `plugin-${name}`);
}

function npm(): [program: string, ...args: string[]] {
  const path = process.env['npm_execpath'];
  return path?.endsWith('.js') ? [process.execPath, path] : ['npm'];
}

function run(program: string, ...args: readonly string[]): void {
  const { status } = spawnSync(program, args, {
    cwd: pluginHome,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32' && program === 'npm',
  });
  if (status !== 0) throw new Error(`"${program} ${args.join(' ')}" in grafana-plugin failed; its message is above`);
}

function sources(): readonly string[] {
  const under = (folder: string): string[] =>
    readdirSync(join(pluginHome, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => relative(pluginHome, join(entry.parentPath, entry.name)));
  const single = ['webpack.config.ts', 'package-lock.json', 'package.json', 'README.md', 'CHANGELOG.md', 'LICENSE'];
  const host = ['host/build-host.ts', 'host/page-html.ts'];
  const parts = ['src', 'host/src', 'host/icons', '.config', 'build', '../dashboards/grafana'];
  return [...parts.flatMap(under), ...host, ...single].filter((file) => !/\.test\.tsx?$/.test(file)).sort();
}

function hashOf(files: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${file}\0`).update(readFileSync(join(pluginHome, file)));
  return hash.digest('hex');
}
