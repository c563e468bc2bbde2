import { isFxFile, type LintFinding, lintCards, lintFx, openBook, parseFxFile } from '@costspan/pricing';
import { InvalidArgumentError } from 'commander';
import { EXIT } from '../../exit-code.ts';
import { baseLayer, type CardText, placeOf, readCardSource } from '../../price-book-files.ts';
import type { DefineCommand } from '../command.ts';

/** `costspan cards lint`: everything that is wrong, or looks wrong, about card files, before they price anything. */
export const defineLint: DefineCommand = (cards, terminal, exit) => {
  cards
    .command('lint')
    .description('Check card files as layers over the catalogue: all mistakes at once, with what to do.')
    .argument(
      '[file...]',
      'card files, lowest layer first, and a file of exchange rates; without any, the catalogue is checked',
    )
    .option('--cards <file>', 'a catalogue to use instead of the bundled one')
    .option('--stale-days <n>', 'days after which a price should be read again (default: 180)', wholeDays)
    .option('--strict', 'exit 1 for warnings too')
    .option('--json', 'the findings as JSON')
    .action(
      async (
        files: readonly string[],
        options: { readonly cards?: string; readonly staleDays?: number; readonly strict?: true; readonly json?: true },
      ) => {
        const [under, sources] = await Promise.all([baseLayer(options.cards), Promise.all(files.map(readCardSource))]);
        const rates = sources.find(({ value }) => isFxFile(value));
        const cards = sources.filter((source) => source !== rates);
        const opened = openBook([under], cards, rates);
        const { staleDays } = options;
        const lint = { nowUs: terminal.now() * 1000, ...(staleDays === undefined ? {} : { staleDays }) };
        const findings =
          opened.kind === 'refused'
            ? opened.findings
            : [
                ...lintCards(opened.layers, lint),
                ...(rates === undefined
                  ? []
                  : lintFx(parseFxFile(rates.value, rates.name), opened.layers, rates.name, lint)),
              ];
        if (options.json === true) terminal.stdout.write(`${JSON.stringify({ findings })}\n`);
        else terminal.stdout.write(`${formatFindings(findings, sources)}\n`);
        if (findings.some(({ severity }) => severity === 'error' || options.strict === true)) exit(EXIT.finding);
      },
    );
};

function wholeDays(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError(`"${text}" is not a number of days such as 90`);
}

function formatFindings(findings: readonly LintFinding[], files: readonly CardText[]): string {
  if (findings.length === 0) return 'nothing to report';
  const lines = findings.map(
    (finding) => `${finding.severity}  ${placeOf(finding, files)}: ${finding.message} [${finding.code}]`,
  );
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  return [...lines, `${errors} errors, ${findings.length - errors} warnings`].join('\n');
}
