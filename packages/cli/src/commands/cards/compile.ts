import { writeFile } from 'node:fs/promises';
import { compiledCatalogue, writeCompiledCatalogue } from '@costspan/pricing';
import { openPriceBook } from '../../price-book-files.ts';
import type { DefineCommand } from '../command.ts';

/** `costspan cards compile`: everything that another program needs to price calls the same, as one JSON file. */
export const defineCompile: DefineCommand = (cards, terminal) => {
  cards
    .command('compile')
    .description(
      'Compile the catalogue with its layers for another program: one JSON file, the same bytes for the same prices.',
    )
    .option('--cards <file>', 'price cards to use instead of the bundled catalogue')
    .option('--overlay <file...>', 'price cards laid over the catalogue; of several the last wins', [])
    .option('--fx <file>', 'exchange rates for cards in other currencies')
    .option('--out <file>', 'where to write it (default: stdout)')
    .addHelpText('after', '\nThe format is described in packages/pricing/schema/compiled.md.')
    .action(
      async (options: {
        readonly cards?: string;
        readonly overlay: readonly string[];
        readonly fx?: string;
        readonly out?: string;
      }) => {
        const { book } = await openPriceBook(options.cards, options.overlay, options.fx);
        const catalogue = compiledCatalogue(book);
        const text = writeCompiledCatalogue(catalogue);
        if (options.out === undefined) terminal.stdout.write(text);
        else await writeFile(options.out, text);
        terminal.stderr.write(`${catalogue.cards.length} cards, ${text.length} characters, version ${book.version}\n`);
      },
    );
};
