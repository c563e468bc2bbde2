import { type ApiOptions, withApi, withApiOptions } from '../api-options.ts';
import { EMF_METRICS, type EmfRow, emfLine } from '../export/emf-line.ts';
import { parseInstant } from '../time-span.ts';
import type { DefineCommand } from './command.ts';

interface EmfOptions extends ApiOptions {
  readonly from: string;
  readonly to: string;
  readonly grain: string;
  readonly by: readonly string[];
  readonly namespace: string;
}

/** Combinations of dimensions that stand alone; the rest is summed into (other). */
const GROUPS_MAX = 1000;

/** `costspan emf`: sums for CloudWatch. */
export const defineEmf: DefineCommand = (program, terminal) => {
  const command = program
    .command('emf')
    .description('Sums by time as lines of the CloudWatch embedded metric format, for the agent or a log group.');
  withApiOptions(command, terminal)
    .option('--from <instant>', 'an instant, or a time span before now', '24h')
    .option('--to <instant>', 'an instant, "now", or a time span before now', 'now')
    .option('--grain <grain>', 'minute, hour or day', 'hour')
    .option('--by <dimension...>', 'dimensions of the metrics', ['customer_id', 'model'])
    .option('--namespace <name>', 'of the metrics', 'Costspan')
    .action(async (options: EmfOptions) => {
      const question = {
        from: parseInstant(options.from, terminal.now()),
        to: parseInstant(options.to, terminal.now()),
        ...{ grain: options.grain, groupBy: options.by, metrics: EMF_METRICS, limit: GROUPS_MAX },
      };
      const { rows } = (await withApi(options, terminal, (api) => api.ask('/usage/query', question))) as {
        readonly rows: readonly EmfRow[];
      };
      for (const row of rows) {
        const line = emfLine(row, options.by, options.namespace);
        if (line !== undefined) terminal.stdout.write(`${line}\n`);
      }
    });
};
