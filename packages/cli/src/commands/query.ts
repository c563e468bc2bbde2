import { InvalidArgumentError } from 'commander';
import { parseInstant } from '../time-span.ts';
import { type UsageApi, usageApiAt, usageApiOf } from '../usage-api.ts';
import { formatUsage, type UsageAnswer } from '../usage-table.ts';
import type { DefineCommand } from './command.ts';

interface QueryOptions {
  readonly url: string;
  readonly data?: string;
  readonly from: string;
  readonly to: string;
  readonly by: readonly string[];
  readonly metric: readonly string[];
  readonly where: readonly string[];
  readonly grain?: string;
  readonly timezone?: string;
  readonly limit?: string;
  readonly json?: true;
}

/** `costspan query`: who used what, and what it cost. */
export const defineQuery: DefineCommand = (program, terminal) => {
  program
    .command('query')
    .description('Usage and cost by any dimension, from a running collector or a ledger on disk.')
    .option('--url <url>', 'the collector (COSTSPAN_URL)', terminal.env['COSTSPAN_URL'] ?? 'http://127.0.0.1:4318')
    .option('--data <dir>', 'read the ledger in this directory instead; no collector may have it open')
    .option('--from <instant>', 'an instant, or a time span before now', '24h')
    .option('--to <instant>', 'an instant, "now", or a time span before now', 'now')
    .option('--by <dimension...>', 'group by these: a tag such as customer_id, provider, model, …', ['customer_id'])
    .option('--metric <name...>', 'calls, cost, a meter, …', ['calls', 'cost', 'input_tokens', 'output_tokens'])
    .option('--where <field=value...>', 'only calls whose field has this value', [])
    .option('--grain <grain>', 'minute, hour, day, week or month')
    .option('--timezone <zone>', 'whose days those are, for example Europe/Berlin')
    .option('--limit <rows>', 'how many rows; the rest is summed into (other)')
    .option('--json', 'the answer of the API as it is')
    .action(async (options: QueryOptions) => {
      const api =
        options.data === undefined
          ? usageApiAt(options.url, terminal.env['COSTSPAN_API_KEY'])
          : await usageApiOf(options.data);
      try {
        const answer = await ask(api, options, terminal.now());
        terminal.stdout.write(
          options.json === true
            ? `${JSON.stringify(answer)}\n`
            : `${formatUsage(answer, options.by, options.metric, options.grain !== undefined)}\n`,
        );
      } finally {
        await api.close();
      }
    });
};

async function ask(api: UsageApi, options: QueryOptions, nowMs: number): Promise<UsageAnswer> {
  const question = {
    from: parseInstant(options.from, nowMs),
    to: parseInstant(options.to, nowMs),
    groupBy: options.by,
    metrics: options.metric,
    filters: options.where.map(parseFilter),
    ...(options.grain === undefined ? {} : { grain: options.grain }),
    ...(options.timezone === undefined ? {} : { timezone: options.timezone }),
    ...(options.limit === undefined ? {} : { limit: parseLimit(options.limit) }),
  };
  return (await api.ask('/usage/query', question)) as UsageAnswer;
}

function parseFilter(text: string): { readonly field: string; readonly op: 'eq'; readonly value: string } {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError(`--where "${text}" must be field=value, for example --where team=growth`);
  return { field: text.slice(0, at), op: 'eq', value: text.slice(at + 1) };
}

function parseLimit(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError(`--limit "${text}" must be a whole number from 1 on`);
  return Number(text);
}
