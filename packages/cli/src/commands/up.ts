import { setFlagsFromString } from 'node:v8';
import { type CollectorOptions, collectorConfig, withCollectorOptions } from '../collector-options.ts';
import type { DefineCommand } from './command.ts';

/**
 * MiB of each half of V8's young heap. Calls live until their commit; where they all find room among the young, a sixth of
 * the CPU of a busy collector is saved.
 */
const SEMI_SPACE_MIB = 64;

/** `costspan up`: the embedded collector. Runs until it is asked to stop. */
export const defineUp: DefineCommand = (program, terminal) => {
  withCollectorOptions(
    program.command('up').description('Start the collector: OTLP in, priced ledger, API and web page.'),
  ).action(async (options: CollectorOptions) => {
    setFlagsFromString(`--max-semi-space-size=${SEMI_SPACE_MIB}`);
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
