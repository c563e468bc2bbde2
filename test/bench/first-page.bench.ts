// How long the first page of ten thousand customers takes in a browser, and how that compares with thirteen.
import { spawnSync } from 'node:child_process';
import { pluginHome, preparePlugin } from '../../.dev/plugin.ts';

preparePlugin();
const { stdout, status } = spawnSync(
  process.execPath,
  ['node_modules/@playwright/test/cli.js', 'test', 'tests/many.spec.ts'],
  { cwd: pluginHome, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] },
);
process.stdout.write(status === 0 ? `${/^10,000 customers: .*$/m.exec(stdout)?.[0]}\n` : stdout);
process.exitCode = status ?? 1;
