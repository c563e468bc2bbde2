// The demo app as a process of its own: `node --import ./telemetry.js main.js`, as its users start theirs.
import { CostspanError } from '@costspan/usage';
import { parseAppOptions } from './app-options.ts';
import { sayToParent } from './parent-messages.ts';
import { telemetry } from './telemetry.ts';

// Only now: the provider SDKs behind this import must load after the instrumentation.
const { runApp } = await import('./run-app.ts');

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort());
process.on('message', (message) => {
  if (message === 'stop') stop.abort();
});
// A parent that is gone cannot stop us any more.
process.on('disconnect', () => stop.abort());

try {
  const options = parseAppOptions(process.argv.slice(2));
  const summary = await runApp(options, process.env, stop.signal, (notice) => {
    process.stderr.write(`lumen: ${notice}\n`);
    sayToParent({ kind: 'started' });
  });
  await telemetry.shutdown().catch((cause: unknown) => {
    throw new CostspanError(
      'DEMO_FLUSH',
      `the last spans could not be sent: ${cause instanceof Error ? cause.message : String(cause)}; ` +
        'is a collector listening at OTEL_EXPORTER_OTLP_ENDPOINT (default http://localhost:4318)?',
      { cause },
    );
  });
  sayToParent({ kind: 'ended', summary });
  process.stderr.write(
    `lumen: made ${summary.calls} calls; ${summary.failed} visits failed, ${summary.cancelled} were cancelled\n`,
  );
} catch (error) {
  const known = error instanceof CostspanError;
  process.stderr.write(`lumen: ${known ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = known && error.code === 'DEMO_OPTION' ? 2 : 1;
} finally {
  // The channel to a parent would keep this process alive.
  if (process.connected) process.disconnect();
}
