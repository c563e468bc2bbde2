import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { CARD_ORIGINS, type CardFile, importCards, rateJumps, writeCardFile } from '@costspan/pricing';
import { InvalidInputError } from '@costspan/usage';
import { InvalidArgumentError, Option } from 'commander';
import { EXIT } from '../../exit-code.ts';
import { baseLayer, readTextFile } from '../../price-book-files.ts';
import type { DefineCommand } from '../command.ts';

/** `costspan cards import`: the catalogue you trust, as cards. */
export const defineImport: DefineCommand = (cards, terminal, exit) => {
  cards
    .command('import')
    .description('Write price cards in our format from the price file of another project.')
    .argument('<file>', 'the price file (JSON)')
    .addOption(new Option('--from <project>', 'whose format the file has').choices(CARD_ORIGINS).makeOptionMandatory())
    .option('--out <file>', 'where to write the cards (default: stdout)')
    .option('--read <date>', 'the day the prices were read, kept as their source date, for example 2026-11-23')
    .option('--strict', 'exit 1 when something could not be carried over')
    .option('--force', 'replace --out even when a price in it moves by more than ten times')
    .addHelpText('after', '\nWhat could not be carried over is listed on stderr; the rest is written all the same.')
    .action(
      async (
        file: string,
        options: {
          readonly from: string;
          readonly out?: string;
          readonly read?: string;
          readonly strict?: true;
          readonly force?: true;
        },
      ) => {
        const from = CARD_ORIGINS.find((source) => source === options.from);
        if (from === undefined) throw new InvalidArgumentError(`--from must be one of ${CARD_ORIGINS.join(', ')}`);
        const { file: imported, findings } = importCards(from, await readTextFile(file), readOn(options.read));
        const text = writeCardFile(imported);
        if (options.out === undefined) terminal.stdout.write(text);
        else {
          if (options.force !== true) await refuseJumps(options.out, imported);
          await writeFile(options.out, text);
        }
        for (const finding of findings) terminal.stderr.write(`${finding.at}: ${finding.message} [${finding.code}]\n`);
        terminal.stderr.write(`${imported.cards.length} cards from ${file}, ${findings.length} findings\n`);
        if (findings.length > 0 && options.strict === true) exit(EXIT.finding);
      },
    );
};

/** A file that is there already is replaced only by prices that can be its next ones. */
async function refuseJumps(out: string, imported: CardFile): Promise<void> {
  if (!existsSync(out)) return;
  const jumps = rateJumps([await baseLayer(out)], [imported]);
  if (jumps.length > 0)
    throw new InvalidInputError('CARDS_IMPLAUSIBLE', `${out} (--force replaces it all the same)`, jumps);
}

function readOn(date: string | undefined): { readonly read?: string } {
  if (date === undefined) return {};
  if (!/^\d{4}-\d{2}-\d{2}$/.test(date) || Number.isNaN(Date.parse(date))) {
    throw new InvalidArgumentError(`--read "${date}" is not a day such as 2026-11-23`);
  }
  return { read: date };
}
