// What `npm test` reads of a run: a reporter of the test runner that writes one JSON file.
import { writeFileSync } from 'node:fs';
import type { Reporter, SerializedError, TestModule } from 'vitest/node';

/** A test file of a run. A file that does not load has failed without a test. */
export interface FileReport {
  readonly path: string;
  readonly isFailed: boolean;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export interface RunReport {
  readonly files: readonly FileReport[];
  /** Errors that no test caught: they belong to no file. */
  readonly unhandledErrors: number;
}

/** The environment variable that says where the report is wanted. */
export const RUN_REPORT = 'COSTSPAN_RUN_REPORT';

// biome-ignore lint/style/noDefaultExport: the test runner finds a reporter by its default export.
export default class RunReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const report: RunReport = { files: modules.map(fileReport), unhandledErrors: unhandled.length };
    writeFileSync(process.env[RUN_REPORT] ?? '', JSON.stringify(report));
  }
}

function fileReport(module: TestModule): FileReport {
  const tests = (state: 'passed' | 'failed' | 'skipped') => [...module.children.allTests(state)].length;
  return {
    path: module.moduleId,
    isFailed: module.state() === 'failed',
    passed: tests('passed'),
    failed: tests('failed'),
    skipped: tests('skipped'),
  };
}
