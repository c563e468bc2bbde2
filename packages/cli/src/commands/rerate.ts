import { type ApiOptions, withApi, withApiOptions } from '../api-options.ts';
import { type Column, textTable } from '../text-table.ts';
import { parseInstant } from '../time-span.ts';
import { CONDITIONS_HELP, parseCondition } from '../usage/condition.ts';
import type { DefineCommand } from './command.ts';

interface RerateOptions extends ApiOptions {
  readonly from: string;
  readonly to: string;
  readonly where: readonly string[];
  readonly dryRun?: true;
  readonly json?: true;
}

interface Rerating {
  readonly number: number | null;
  readonly book: string;
  readonly calls: number;
  readonly changed: number;
  readonly kept: number;
  readonly before_usd: string;
  readonly after_usd: string;
  readonly difference_usd: string;
  readonly models: readonly Model[];
}

interface Model {
  readonly provider: string;
  readonly model: string;
  readonly calls: number;
  readonly difference_usd: string;
}

const HELP = `
${CONDITIONS_HELP}
The ledger stays as it is: the difference is a layer over it. A month that is not closed is billed by its layers; of a month that is closed
the difference is a correction in the next statement. The prices are those that the collector has in force.

  costspan rerate --from 2026-10-01 --to 2026-11-01 --dry-run
  costspan rerate --from 2026-10-15T12:00:00Z --to 2026-11-01 --where model=gpt-4o`;

const COLUMNS: readonly Column<Model>[] = [
  { title: 'provider', align: 'left', cell: ({ provider }) => provider },
  { title: 'model', align: 'left', cell: ({ model }) => model },
  { title: 'calls', align: 'right', cell: ({ calls }) => calls.toLocaleString('en-US') },
  { title: 'difference', align: 'right', cell: ({ difference_usd }) => difference_usd },
];

/** `costspan rerate`: past calls by the prices of now, as a layer. */
export const defineRerate: DefineCommand = (program, terminal) => {
  const command = program
    .command('rerate')
    .description('Price past calls by the prices in force: a layer that tells what differs, never an edit.');
  withApiOptions(command, terminal)
    .requiredOption('--from <instant>', 'an instant, or a time span before now')
    .requiredOption('--to <instant>', 'an instant, "now", or a time span before now')
    .option('--where <condition...>', 'only calls for which all of these hold', [])
    .option('--dry-run', 'only say what would differ')
    .option('--json', 'the answer of the API as it is')
    .addHelpText('after', HELP)
    .action(async (options: RerateOptions) => {
      const parameters = new URLSearchParams({
        from: parseInstant(options.from, terminal.now()),
        to: parseInstant(options.to, terminal.now()),
        ...(options.where.length === 0 ? {} : { filters: JSON.stringify(options.where.map(parseCondition)) }),
        ...(options.dryRun === true ? { dry_run: 'true' } : {}),
      });
      const layer = await withApi(
        options,
        terminal,
        async (api) => (await api.ask(`/reratings?${parameters}`, {})) as Rerating,
      );
      terminal.stdout.write(options.json === true ? `${JSON.stringify(layer)}\n` : `${textOf(layer)}\n`);
    });
};

function textOf({
  number,
  calls,
  changed,
  kept,
  before_usd,
  after_usd,
  difference_usd,
  book,
  models,
}: Rerating): string {
  const what = number === null ? 'no layer was made' : `layer ${number}`;
  const sums = `${changed} of ${calls} calls differ, ${kept} keep their cost: ${before_usd} USD become ${after_usd} USD (${difference_usd}) by the prices ${book}; ${what}`;
  return models.length === 0 ? sums : `${textTable(COLUMNS, models)}\n${sums}`;
}
