import { writeFile } from 'node:fs/promises';
import { importCards } from '@costspan/pricing';
import { InvalidArgumentError, Option } from 'commander';
import { EXIT } from '../exit-code.ts';
import { readTextFile } from '../price-book-files.ts';
import type { DefineCommand } from './command.ts';

const SOURCES = ['genai-prices', 'litellm'] as const;

/** `costspan cards …`: price cards as files. */
export const defineCards: DefineCommand = (program, terminal, exit) => {
  const cards = program.command('cards').description('Work with price cards.');
  cards
    .command('import')
    .description('Write price cards in our format from the price file of another project.')
    .argument('<file>', 'the price file (JSON)')
    .addOption(new Option('--from <project>', 'whose format the file has').choices(SOURCES).makeOptionMandatory())
    .option('--out <file>', 'where to write the cards (default: stdout)')
    .addHelpText(
      'after',
      '\nWhat could not be carried over is listed on stderr, and the exit code is then 1; the rest is written all the same.',
    )
    .action(async (file: string, options: { readonly from: string; readonly out?: string }) => {
      const from = SOURCES.find((source) => source === options.from);
      if (from === undefined) throw new InvalidArgumentError(`--from must be one of ${SOURCES.join(', ')}`);
      const { file: imported, findings } = importCards(from, await readTextFile(file));
      const text = formatCardFile(imported);
      if (options.out === undefined) terminal.stdout.write(text);
      else await writeFile(options.out, text);
      for (const finding of findings) terminal.stderr.write(`${finding.at}: ${finding.message} [${finding.code}]\n`);
      terminal.stderr.write(`${imported.cards.length} cards from ${file}, ${findings.length} findings\n`);
      if (findings.length > 0) exit(EXIT.finding);
    });
};

/** One card a line, so that a change of price is a change of one line. */
function formatCardFile(file: { readonly cards: readonly unknown[] }): string {
  const { cards, ...head } = file;
  const opening = JSON.stringify(head, undefined, 2).replace(/\n?\}$/, '');
  const comma = Object.keys(head).length === 0 ? '' : ',';
  return `${opening}${comma}\n  "cards": [\n${cards.map((card) => `    ${JSON.stringify(card)}`).join(',\n')}\n  ]\n}\n`;
}
