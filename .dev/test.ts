// Runs the whole suite (or what is named) and ends with a line `N passed, N failed, N skipped`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { preparePages } from './plugin.ts';

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly success: boolean;
}

// Before all tests rather than in the middle of the first that wants the pages; for a few named tests only if they do.
if (process.argv.length === 2) preparePages();
const root = join(import.meta.dirname, '..');
const scratch = mkdtempSync(join(tmpdir(), 'costspan-test-'));
const report = join(scratch, 'report.json');
const run = spawnSync(
  process.execPath,
  [
    join(root, 'node_modules/vitest/vitest.mjs'),
    'run',
    '--config=.config/vitest.config.ts',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...process.argv.slice(2),
  ],
  { cwd: root, stdio: 'inherit' },
);
const counts = readReport();
rmSync(scratch, { recursive: true, force: true });
if (counts === undefined) {
  process.stderr.write('The test runner ended without a report; its message is above.\n');
  process.exit(run.status === 0 ? 1 : (run.status ?? 1));
}
const skipped = counts.numPendingTests + counts.numTodoTests;
process.stdout.write(`${counts.numPassedTests} passed, ${counts.numFailedTests} failed, ${skipped} skipped\n`);
process.exit(run.status === 0 && counts.success ? 0 : 1);

function readReport(): Report | undefined {
  try {
    return JSON.parse(readFileSync(report, 'utf8')) as Report;
  } catch {
    return undefined;
  }
}
