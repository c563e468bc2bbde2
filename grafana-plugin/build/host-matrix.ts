// Runs the browser specs of the built plugin on the libraries of older Grafana releases:
//   node build/host-matrix.ts [version …] [-- playwright arguments]
// Each has a lock file of its own in host/versions/ and is installed here when it is not there yet.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

const home = join(import.meta.dirname, '..');
const split = process.argv.indexOf('--');
const wanted = process.argv.slice(2, split === -1 ? undefined : split);
/** What depends on Grafana's libraries. The other specs are about the API and the server. */
const DRAWN = ['pages', 'states', 'empty', 'access', 'address', 'configuration', 'datasource', 'grafana'];
const args = split === -1 ? DRAWN.map((name) => `tests/${name}.spec.ts`) : process.argv.slice(split + 1);
const versions = readdirSync(join(home, 'host/versions')).filter(
  (version) => wanted.length === 0 || wanted.includes(version),
);

for (const version of versions) {
  const place = join(home, 'host/versions', version);
  if (!existsSync(join(place, 'node_modules'))) run('npm', ['ci', '--silent'], place);
  run(process.execPath, ['host/build-host.ts', version], home);
  process.stdout.write(`\nGrafana ${version}\n`);
  const env = { ...process.env, HOST_DIST: join(place, 'dist') };
  run(process.execPath, ['node_modules/@playwright/test/cli.js', 'test', ...args], home, env);
}

function run(program: string, argv: readonly string[], cwd: string, env = process.env): void {
  const { status } = spawnSync(program, argv, { cwd, env, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
