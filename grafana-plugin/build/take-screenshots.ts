// Takes the pictures of plugin.json from the real pages: runs the page specs, and keeps those that plugin.json names.
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

const home = join(import.meta.dirname, '..');
const taken = mkdtempSync(join(tmpdir(), 'costspan-screenshots-'));
const { status } = spawnSync(
  process.execPath,
  ['node_modules/@playwright/test/cli.js', 'test', 'tests/pages.spec.ts'],
  {
    cwd: home,
    stdio: 'inherit',
    env: { ...process.env, SCREENSHOTS: taken },
  },
);
if (status !== 0) process.exit(status ?? 1);
const { info } = JSON.parse(readFileSync(join(home, 'src/plugin.json'), 'utf8')) as {
  info: { screenshots: { path: string }[] };
};
for (const { path } of info.screenshots) {
  const to = join(home, 'src', path);
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(join(taken, basename(path)), to);
}
process.stdout.write(`${info.screenshots.length} pictures kept; all are in ${taken}\n`);
