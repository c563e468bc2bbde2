import { type SimulatedCalls, Simulation, type SimulationResult } from '@costspan/pricing';
import { EXIT } from '../../exit-code.ts';
import { readNdjson } from '../../ndjson.ts';
import { openPriceBook } from '../../price-book-files.ts';
import { parsePriceLine } from '../../price-line.ts';
import { textTable } from '../../text-table.ts';
import type { DefineCommand } from '../command.ts';

const MODELS_SHOWN = 20;

/** `costspan cards simulate`: what past usage would have cost by other cards, before they are put to use. */
export const defineSimulate: DefineCommand = (cards, terminal, exit) => {
  cards
    .command('simulate')
    .description(
      'Price past calls (NDJSON on stdin, as for "costspan price") by today’s cards and by new ones, and compare.',
    )
    .option('--cards <file>', 'the catalogue before (default: the bundled one)')
    .option('--new-cards <file>', 'the catalogue after (default: the same one)')
    .option('--overlay <file...>', 'card files laid over the catalogue after', [])
    .option('--resale', 'compare what customers pay, instead of what the calls cost')
    .option('--json', 'the comparison as JSON')
    .action(
      async (options: {
        readonly cards?: string;
        readonly newCards?: string;
        readonly overlay: readonly string[];
        readonly resale?: true;
        readonly json?: true;
      }) => {
        const [before, after] = await Promise.all([
          openPriceBook(options.cards, []),
          openPriceBook(options.newCards ?? options.cards, options.overlay),
        ]);
        const simulation = new Simulation(before.book, after.book, options.resale === true ? 'resale' : 'total');
        let unread = 0;
        for await (const line of readNdjson(terminal.stdin)) {
          const parsed = line.kind === 'value' ? parsePriceLine(line.value, terminal.now()) : undefined;
          if (parsed?.kind === 'call') simulation.add(parsed.request);
          else unread += 1;
        }
        const result = simulation.result();
        terminal.stdout.write(
          options.json === true
            ? `${JSON.stringify({ ...result, unread_lines: unread })}\n`
            : `${formatResult(result)}\n`,
        );
        if (unread === 0) return;
        terminal.stderr.write(`${unread} lines were not calls and are in neither sum; "costspan price" says why.\n`);
        exit(EXIT.finding);
      },
    );
};

function formatResult(result: SimulationResult): string {
  const rows = [
    ...result.models.slice(0, MODELS_SHOWN).map((calls) => ({ name: `${calls.provider}/${calls.model}`, calls })),
    { name: 'total', calls: result as SimulatedCalls },
  ];
  const table = textTable(
    [
      { title: 'model', align: 'left', cell: (row: (typeof rows)[number]) => row.name },
      { title: 'calls', align: 'right', cell: ({ calls }) => calls.calls.toLocaleString('en-US') },
      { title: 'changed', align: 'right', cell: ({ calls }) => calls.changed.toLocaleString('en-US') },
      { title: 'before', align: 'right', cell: ({ calls }) => amounts(calls.before) },
      { title: 'after', align: 'right', cell: ({ calls }) => amounts(calls.after) },
      { title: 'difference', align: 'right', cell: ({ calls }) => amounts(calls.difference) },
    ],
    rows,
  );
  const unpriced = `unpriced calls: ${result.unpricedBefore} before, ${result.unpricedAfter} after`;
  const hidden = result.models.length - MODELS_SHOWN;
  return [table, ...(hidden > 0 ? [`(${hidden} more models are in the total)`] : []), unpriced].join('\n');
}

function amounts(byCurrency: SimulatedCalls['before']): string {
  return Object.entries(byCurrency)
    .map(([currency, amount]) => `${amount} ${currency}`)
    .join(' + ');
}
