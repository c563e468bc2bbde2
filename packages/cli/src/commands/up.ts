import { type CollectorOptions, collectorConfig, withCollectorOptions } from '../collector-options.ts';
import type { DefineCommand } from './command.ts';

/** `costspan up`: the embedded collector. Runs until it is asked to stop. */
export const defineUp: DefineCommand = (program, terminal) => {
  withCollectorOptions(
    program.command('up').description('Start the collector: OTLP in, priced ledger, API and web page.'),
  ).action(async (options: CollectorOptions) => {
    const interrupted = terminal.interrupted();
    const { startCollector } = await import('@costspan/collector');
    const collector = await startCollector(await collectorConfig(options, terminal));
    terminal.stdout.write(`Costspan is up at ${collector.url}\n`);
    terminal.stderr.write(`Send OTLP/HTTP traces to ${new URL('/v1/traces', collector.url)}. Ctrl-C stops.\n`);
    await interrupted;
    terminal.stderr.write('Stopping: committing what was acknowledged …\n');
    await collector.close();
  });
};
