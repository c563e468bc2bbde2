import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { DoctorReport, LibraryReport } from './doctor.ts';

/** One SDK of a project, loaded under the register entry in a process of its own. */
export interface ProbedLibrary extends LibraryReport {
  /** The SDK could not be loaded at all. */
  readonly failure?: string;
}

const PROBE_TIMEOUT_MS = 60_000;

/**
 * Loads every known SDK of a project as `node --import @costspan/instrumentation/register` would, and says what is patched
 * and why not. In a child process: nothing of the project's own runs, no telemetry is sent, and this process stays as it is.
 * @param folder where the project's `node_modules` is, or a folder below it.
 * @throws when the child process cannot be started or does not answer.
 */
export async function probeProject(folder: string): Promise<readonly ProbedLibrary[]> {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const entry = (name: string) => new URL(`./${name}.${extension}`, import.meta.url).href;
  const { stdout } = await promisify(execFile)(
    process.execPath,
    [...process.execArgv, '--import', entry('register'), fileURLToPath(entry('probe-child'))],
    { cwd: folder, env: { ...process.env, OTEL_SDK_DISABLED: 'true' }, timeout: PROBE_TIMEOUT_MS, maxBuffer: 1 << 24 },
  );
  const { report, failures } = JSON.parse(stdout.slice(stdout.lastIndexOf('\n{') + 1)) as Answer;
  return report.libraries.map((library) => {
    const failure = failures[library.library];
    return failure === undefined ? library : { ...library, failure };
  });
}

interface Answer {
  readonly report: DoctorReport;
  readonly failures: Readonly<Record<string, string>>;
}
