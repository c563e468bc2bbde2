import { EXIT } from '../../exit-code.ts';
import { lintCollector } from '../../otelcol/lint-collector.ts';
import { readTextFile } from '../../price-book-files.ts';
import type { DefineCommand } from '../command.ts';

/** `costspan collector lint`: what would lose money, in a configuration of the OpenTelemetry Collector. */
export const defineLint: DefineCommand = (collector, terminal, exit) => {
  collector
    .command('lint')
    .description('Check a configuration: what would lose calls or costs, with line and remedy, all at once.')
    .argument('<file>', 'the configuration (YAML)')
    .option('--json', 'the findings as JSON')
    .addHelpText('after', '\nExit: 0 nothing found, 1 something found, 2 wrong options.')
    .action(async (file: string, options: { readonly json?: true }) => {
      const findings = lintCollector(await readTextFile(file));
      if (options.json === true) terminal.stdout.write(`${JSON.stringify({ findings })}\n`);
      else {
        const lines = findings.map(
          ({ line, code, message, remedy }) => `${file}:${line}: ${message}; ${remedy} [${code}]`,
        );
        terminal.stdout.write(`${[...lines, `${findings.length} mistakes`].join('\n')}\n`);
      }
      if (findings.length > 0) exit(EXIT.finding);
    });
};
