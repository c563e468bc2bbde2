// Runs the whole suite (or what is named) and ends with a line `N passed, N failed, N skipped`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { preparePages } from './plugin.ts';
import { type FileReport, RUN_REPORT, type RunReport } from './run-report.ts';

const root = join(import.meta.dirname, '..');
const named = process.argv.slice(2);
/** More files than this do not fail by bad luck. */
const SECOND_CHANCES = 5;

// Before all tests rather than in the middle of the first that wants the pages; for a few named tests only if they do.
if (named.length === 0) preparePages();

const first = run(named);
const failed = first.files.filter(({ isFailed }) => isFailed);
const mayRepeat = named.length === 0 && failed.length > 0 && failed.length <= SECOND_CHANCES;
const second = mayRepeat ? runAlone(failed) : { files: [], unhandledErrors: 0 };
const files = [...new Map([...first.files, ...second.files].map((file) => [file.path, file])).values()];

const lucky = failed.filter(({ path }) => second.files.some((file) => file.path === path && !file.isFailed));
if (lucky.length > 0) process.stdout.write(`Passed only when run again, alone: ${names(lucky)}\n`);

const sum = (figure: 'passed' | 'failed' | 'skipped') => files.reduce((total, file) => total + file[figure], 0);
const failures = Math.max(sum('failed'), files.filter(({ isFailed }) => isFailed).length);
const unhandled = first.unhandledErrors + second.unhandledErrors;
if (unhandled > 0) process.stdout.write(`Errors outside of every test: ${unhandled}; they are above.\n`);
process.stdout.write(`${sum('passed')} passed, ${failures} failed, ${sum('skipped')} skipped\n`);
process.exit(failures === 0 && unhandled === 0 && files.length > 0 ? 0 : 1);

/** The suite drives browsers, tracers and servers, two files at a time: see docs/decisions, "A failed file runs once more". */
function runAlone(again: readonly FileReport[]): RunReport {
  process.stdout.write(`\nOnce more, alone: ${names(again)}\n`);
  return run([...again.map(({ path }) => path), '--no-file-parallelism']);
}

function names(of: readonly FileReport[]): string {
  return of.map(({ path }) => relative(root, path)).join(', ');
}

function run(args: readonly string[]): RunReport {
  const scratch = mkdtempSync(join(tmpdir(), 'costspan-test-'));
  const path = join(scratch, 'report.json');
  const { status } = spawnSync(
    process.execPath,
    [
      join(root, 'node_modules/vitest/vitest.mjs'),
      'run',
      '--config=.config/vitest.config.ts',
      '--reporter=default',
      '--reporter=.dev/run-report.ts',
      ...args,
    ],
    { cwd: root, stdio: 'inherit', env: { ...process.env, [RUN_REPORT]: path } },
  );
  const report = readReport(path);
  rmSync(scratch, { recursive: true, force: true });
  if (report !== undefined) return report;
  process.stderr.write('The test runner ended without a report; its message is above.\n');
  process.exit(status || 1);
}

function readReport(path: string): RunReport | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as RunReport;
  } catch {
    return undefined;
  }
}
