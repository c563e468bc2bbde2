import { type LintFinding, lintCards, openBook } from '@costspan/pricing';
import { EXIT } from '../../exit-code.ts';
import { baseLayer, type CardText, placeOf, readCardSource } from '../../price-book-files.ts';
import type { DefineCommand } from '../command.ts';

/** `costspan cards lint`: everything that is wrong, or looks wrong, about card files, before they price anything. */
export const defineLint: DefineCommand = (cards, terminal, exit) => {
  cards
    .command('lint')
    .description('Check card files as layers over the catalogue: all mistakes at once, with what to do.')
    .argument('[file...]', 'card files, lowest layer first; without any, the catalogue itself is checked')
    .option('--cards <file>', 'a catalogue to use instead of the bundled one')
    .option('--strict', 'exit 1 for warnings too')
    .option('--json', 'the findings as JSON')
    .action(
      async (
        files: readonly string[],
        options: { readonly cards?: string; readonly strict?: true; readonly json?: true },
      ) => {
        const [under, sources] = await Promise.all([baseLayer(options.cards), Promise.all(files.map(readCardSource))]);
        const opened = openBook([under], sources);
        const findings =
          opened.kind === 'refused' ? opened.findings : lintCards(opened.layers, { nowUs: terminal.now() * 1000 });
        if (options.json === true) terminal.stdout.write(`${JSON.stringify({ findings })}\n`);
        else terminal.stdout.write(`${formatFindings(findings, sources)}\n`);
        if (findings.some(({ severity }) => severity === 'error' || options.strict === true)) exit(EXIT.finding);
      },
    );
};

function formatFindings(findings: readonly LintFinding[], files: readonly CardText[]): string {
  if (findings.length === 0) return 'nothing to report';
  const lines = findings.map(
    (finding) => `${finding.severity}  ${placeOf(finding, files)}: ${finding.message} [${finding.code}]`,
  );
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  return [...lines, `${errors} errors, ${findings.length - errors} warnings`].join('\n');
}
