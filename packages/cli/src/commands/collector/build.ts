import { buildCollector } from '../../otelcol/build-collector.ts';
import type { DefineCommand } from '../command.ts';

/** `costspan collector build`: an OpenTelemetry Collector with the cost processor, by the official builder. */
export const defineBuild: DefineCommand = (collector, terminal) => {
  collector
    .command('build')
    .description('Build a collector with the cost processor in it. Needs Go; takes some minutes the first time.')
    .option('--out <folder>', 'where the sources and the program go', 'costspan-otelcol')
    .option('--manifest <file>', "the builder's manifest, when it is not ours: what is in the collector")
    .option('--core', 'the smallest collector: forwarding and sampling by trace id alone')
    .option('--skip-compile', 'write the sources and stop')
    .action(
      async (options: {
        readonly out: string;
        readonly manifest?: string;
        readonly core?: true;
        readonly skipCompile?: true;
      }) => {
        const program = await buildCollector(options, terminal);
        terminal.stdout.write(`${program}\n`);
      },
    );
};
