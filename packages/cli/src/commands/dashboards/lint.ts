import { CostspanError } from '@costspan/usage';
import { EXIT } from '../../exit-code.ts';
import { jsonFiles } from '../../json-files.ts';
import { readTextFile } from '../../price-book-files.ts';
import type { DefineCommand } from '../command.ts';

/** `costspan dashboards lint`: what is wrong about dashboards, ours or anybody's. */
export const defineLint: DefineCommand = (dashboards, terminal, exit) => {
  dashboards
    .command('lint')
    .description(
      'Check Grafana dashboards (Classic JSON): sums of raw counters, lost legends, missing units, fixed data sources, …',
    )
    .argument('[file...]', 'dashboards, or folders of them; all of them together, so that a uid twice is seen')
    .option('--rules', 'say what the rules are and why')
    .option('--json', 'the findings as JSON')
    .addHelpText(
      'after',
      '\nExit: 0 nothing found, 1 something found, 2 wrong options.\n\n  costspan dashboards lint dashboards/grafana',
    )
    .action(async (files: readonly string[], options: { readonly rules?: true; readonly json?: true }) => {
      const { LINT_RULES, lintDashboards } = await import('@costspan/dashboards');
      if (options.rules === true) {
        terminal.stdout.write(LINT_RULES.map(({ name, why }) => `${name}\n  ${why}\n`).join(''));
        return;
      }
      const found = await jsonFiles(files);
      if (found.length === 0)
        throw new CostspanError('FILE_MISSING', 'name the dashboards to check, such as dashboards/grafana');
      const read = await Promise.all(
        found.map(async (file) => ({ file, json: parse(file, await readTextFile(file)) })),
      );
      const findings = lintDashboards(read);
      if (options.json === true) terminal.stdout.write(`${JSON.stringify({ findings })}\n`);
      else {
        const lines = findings.map(
          ({ file, panel, message, rule }) => `${file}: ${panel === '' ? '' : `"${panel}": `}${message} [${rule}]`,
        );
        terminal.stdout.write(
          `${[...lines, `${findings.length} mistakes in ${found.length} dashboards`].join('\n')}\n`,
        );
      }
      if (findings.length > 0) exit(EXIT.finding);
    });
};

function parse(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CostspanError(
      'FILE_INVALID',
      `${file} is no JSON: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
}
