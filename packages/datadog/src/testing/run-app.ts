import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CallRecord } from '@costspan/usage';

/** What an application told at its end. */
export interface AppReport {
  readonly calls: readonly CallRecord[];
  readonly warnings: readonly string[];
  readonly figures: Readonly<Record<string, number>>;
}

const QUIET = {
  DD_INSTRUMENTATION_TELEMETRY_ENABLED: '0',
  DD_REMOTE_CONFIGURATION_ENABLED: 'false',
  DD_TRACE_STARTUP_LOGS: 'false',
  DD_RUNTIME_METRICS_ENABLED: 'false',
};

/** Compiled code of the tracers and SDKs, which every application loads again. */
const compiled = mkdtempSync(join(tmpdir(), 'costspan-compiled-'));
process.once('exit', () => rmSync(compiled, { recursive: true, force: true }));

/**
 * Runs an application of `apps/` in a process of its own, since a tracer is set up once in a process. The tracer still
 * sends when the application has reported: the process is let go only once `until`, which is asked again and again, holds.
 */
export async function runApp(
  app: string,
  env: Readonly<Record<string, string>>,
  until: () => boolean | Promise<boolean> = () => true,
): Promise<AppReport> {
  const child = fork(join(import.meta.dirname, 'apps', app), {
    env: { PATH: process.env['PATH'] ?? '', NODE_COMPILE_CACHE: compiled, ...QUIET, ...env },
    execArgv: ['--conditions=@costspan/source', '--no-warnings'],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let stderr = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    stderr += chunk.toString();
  });
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  try {
    const report = await Promise.race([
      new Promise<AppReport>((resolve) => child.once('message', (message) => resolve(message as AppReport))),
      exited.then((code) => {
        throw new Error(`${app} ended with ${code} before it reported:\n${stderr}`);
      }),
    ]);
    for (const deadline = Date.now() + 90_000; !(await until()); ) {
      if (Date.now() > deadline) throw new Error(`${app} reported, but what was waited for did not come:\n${stderr}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return report;
  } finally {
    if (child.connected) child.send('end');
    await exited;
  }
}
