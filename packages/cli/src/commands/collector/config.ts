import { writeFile } from 'node:fs/promises';
import { InvalidArgumentError } from 'commander';
import { type CollectorTargets, collectorConfig } from '../../otelcol/collector-config.ts';
import type { DefineCommand } from '../command.ts';

/** `costspan collector config`: a whole configuration for the collector, cost and metrics before any sampling. */
export const defineConfig: DefineCommand = (collector, terminal) => {
  collector
    .command('config')
    .description('Write a complete configuration: costs and metrics first, sampling after them.')
    .option('--cards <file>', 'where the collector finds the compiled cards', '/etc/costspan/cards.json')
    .option(
      '--costspan <url>',
      'Costspan collectors, which keep the ledger; of several their load balancer (OTLP over HTTP)',
    )
    .option('--tempo <host:port>', 'Tempo, or any other backend for traces (OTLP over gRPC)')
    .option('--prometheus <url>', 'Prometheus or Mimir (OTLP over HTTP: …/api/v1/otlp, …/otlp)')
    .option('--datadog <host:port>', 'a Datadog Agent (OTLP over gRPC)')
    .option('--sample <percent>', 'of the traces, how many backends keep; the ledger keeps every call', percent, 100)
    .option('--out <file>', 'where to write it (default: stdout)')
    .addHelpText(
      'after',
      '\n  costspan collector config --costspan http://costspan:4318 --tempo tempo:4317 --prometheus http://mimir/otlp --sample 10',
    )
    .action(async ({ out, ...targets }: CollectorTargets & { readonly out?: string }) => {
      const text = collectorConfig(targets);
      if (out === undefined) terminal.stdout.write(text);
      else await writeFile(out, text);
    });
};

function percent(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value > 0 && value <= 100)) {
    throw new InvalidArgumentError('it must be above 0 and at most 100.');
  }
  return value;
}
