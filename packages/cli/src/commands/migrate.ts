import { CostspanError } from '@costspan/usage';
import { InvalidArgumentError } from 'commander';
import { EXIT } from '../exit-code.ts';
import type { DefineCommand } from './command.ts';

interface MigrateOptions {
  readonly from: string;
  readonly to: string;
  readonly data: string;
  readonly store?: string;
  readonly json?: true;
}

const PROGRESS_INTERVAL_MS = 2_000;
const DIFFERENCES_SHOWN = 20;

const HELP = `
Copies calls, the spans around them and their history, and then compares both ledgers for each customer and UTC day: the
number of calls, which ones, their cost, tokens and durations, to the last digit. Stop the collector of the old ledger
first; it stays as it is. Collectors may write to the new one already. A run that was cut off goes on where it was when the
same command is given again, and nothing is ever there twice.
A ledger that has deleted calls (retention.callsDays) is not copied: only DuckDB keeps sums of what is gone.
Exit:  0 all is there, 1 something is not alike or cannot be read, 2 wrong options.

  costspan migrate --from duckdb --to clickhouse --data .costspan --store clickhouse://costspan:secret@ch:8123/costspan`;

/** `costspan migrate`: a ledger into another store, without loss. */
export const defineMigrate: DefineCommand = (program, terminal, exit) => {
  program
    .command('migrate')
    .description('Move a ledger up from DuckDB to ClickHouse: resumable, and compared afterwards.')
    .requiredOption('--from <engine>', 'duckdb', engine('duckdb'))
    .requiredOption('--to <engine>', 'clickhouse', engine('clickhouse'))
    .option('--data <dir>', 'the ledger that is copied (COSTSPAN_DATA)', terminal.env['COSTSPAN_DATA'] ?? './.costspan')
    .option('--store <url>', 'where it goes (COSTSPAN_STORE_URL)', terminal.env['COSTSPAN_STORE_URL'])
    .option('--json', 'the summary as JSON')
    .addHelpText('after', HELP)
    .action(async ({ data, store, json }: MigrateOptions) => {
      if (store === undefined) {
        throw new CostspanError(
          'STORE_URL',
          'say where the ledger goes: --store clickhouse://user:password@host:8123/database',
        );
      }
      const { copyLedger } = await import('@costspan/collector');
      let saidMs = terminal.now();
      const summary = await copyLedger({
        data,
        store,
        say: (message) => terminal.stderr.write(`${message}\n`),
        onProgress({ rowsDone, rowsTotal }) {
          if (terminal.now() - saidMs < PROGRESS_INTERVAL_MS && rowsDone < rowsTotal) return;
          saidMs = terminal.now();
          terminal.stderr.write(`${rowsDone} of ${rowsTotal} rows are there\n`);
        },
      });
      const { copied, earlier, compared, differences } = summary;
      if (json) terminal.stdout.write(`${JSON.stringify(summary)}\n`);
      else {
        terminal.stdout.write(
          `${copied} rows copied, ${earlier} were there already; ${compared} customer-days compared, ${differences.length} are not alike.\n`,
        );
        for (const difference of differences.slice(0, DIFFERENCES_SHOWN)) terminal.stdout.write(`  ${difference}\n`);
        if (differences.length > DIFFERENCES_SHOWN) {
          terminal.stdout.write(`  and ${differences.length - DIFFERENCES_SHOWN} more; --json has them all\n`);
        }
      }
      if (differences.length > 0) exit(EXIT.finding);
    });
};

function engine(only: string): (text: string) => string {
  return (text) => {
    if (text !== only) throw new InvalidArgumentError(`"${text}" is not an engine it can be; it is ${only}.`);
    return text;
  };
}
