import { fork } from 'node:child_process';
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

/**
 * Runs an application of `apps/` in a process of its own, since a tracer is set up once in a process. `until` is asked
 * again and again after it has reported, for what its tracer is still sending; then the process is let go.
 */
export async function runApp(
  app: string,
  env: Readonly<Record<string, string>>,
  until: () => boolean = () => true,
): Promise<AppReport> {
  const child = fork(join(import.meta.dirname, 'apps', app), {
    env: { PATH: process.env['PATH'] ?? '', ...QUIET, ...env },
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
    for (let waited = 0; !until(); waited += 20) {
      if (waited > 60_000) throw new Error(`${app} reported, but what was waited for did not come:\n${stderr}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    return report;
  } finally {
    if (child.connected) child.send('end');
    await exited;
  }
}
