import { type ApiOptions, withApi, withApiOptions } from '../api-options.ts';
import type { DefineCommand } from './command.ts';

interface CloseOptions extends ApiOptions {
  readonly focusVersion: string;
  readonly dryRun?: true;
  readonly json?: true;
}

interface Statement {
  readonly period: string;
  readonly as_of: string;
  readonly calls: number;
  readonly unpriced_calls: number;
  readonly rows: number;
  readonly correction_rows: number;
  readonly cost_usd: string;
  readonly corrections_usd: string;
  readonly total_usd: string;
  readonly sha256: string;
}

const HELP = `
A closed month is a statement in FOCUS that is never written again: the same bytes after new prices, late calls and deleted calls. What
comes later is a correction in the statement of a later month. Months are those of UTC and are closed one after the other. Closing a month
that is closed tells what was closed.

  costspan close 2026-10 --dry-run
  costspan close 2026-10
  costspan close
  curl -s http://127.0.0.1:4318/api/v1/periods/2026-10/statement > 2026-10.csv`;

/** `costspan close`: months as statements that stay. */
export const defineClose: DefineCommand = (program, terminal) => {
  const command = program
    .command('close')
    .description('Close a month: a statement in FOCUS that stays as it is.')
    .argument('[month]', 'such as 2026-10; without it, the months that are closed');
  withApiOptions(command, terminal)
    .option('--focus-version <version>', '1.2 or 1.3', '1.2')
    .option('--dry-run', 'only say what would be closed')
    .option('--json', 'the answer of the API as it is')
    .addHelpText('after', HELP)
    .action(async (month: string | undefined, options: CloseOptions) => {
      await withApi(options, terminal, async (api) => {
        const parameters = new URLSearchParams({
          version: options.focusVersion,
          dry_run: String(options.dryRun === true),
        });
        const answer =
          month === undefined
            ? ((await api.ask('/periods')) as { readonly periods: readonly Statement[] })
            : ((await api.ask(`/periods/${encodeURIComponent(month)}/close?${parameters}`, {})) as Statement);
        if (options.json === true) terminal.stdout.write(`${JSON.stringify(answer)}\n`);
        else if ('periods' in answer) for (const one of answer.periods) terminal.stdout.write(lineOf(one));
        else terminal.stdout.write(lineOf(answer));
      });
    });
};

function lineOf(statement: Statement): string {
  const { period, calls, unpriced_calls: unpriced, rows, correction_rows: corrections } = statement;
  const own = unpriced === 0 ? '' : `, ${unpriced} without a known cost`;
  const corrected = corrections === 0 ? '' : `, ${statement.corrections_usd} of it in ${corrections} corrections`;
  return `${period}: ${statement.total_usd} USD${corrected}; ${calls} calls${own}, ${rows} rows, as of ${statement.as_of}, sha256 ${statement.sha256}\n`;
}
