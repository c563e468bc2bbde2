import { InvalidArgumentError } from 'commander';
import { textTable } from '../../text-table.ts';
import type { DefineCommand } from '../command.ts';

interface SeriesOptions {
  readonly customers: number;
  readonly models: number;
  readonly features: number;
  readonly teams: number;
  readonly environments: number;
  readonly density: number;
  readonly percentiles?: true;
}

/** `costspan datadog series`: how many custom metrics a month of calls would be. */
export const defineSeries: DefineCommand = (datadog, terminal) => {
  datadog
    .command('series')
    .description('Estimate the custom metrics that the metrics of calls would be, before anything is sent.')
    .option('--customers <n>', 'customers with calls', wholeNumber, 100)
    .option('--models <n>', 'models in use', wholeNumber, 6)
    .option('--features <n>', 'features', wholeNumber, 5)
    .option('--teams <n>', 'teams', wholeNumber, 1)
    .option('--environments <n>', 'environments', wholeNumber, 2)
    .option('--density <share>', 'share of combinations that occur', share, 0.2)
    .option('--percentiles', 'percentiles are switched on for latencies')
    .action(async (options: SeriesOptions) => {
      const { estimateSeries } = await import('@costspan/datadog');
      const { customers, models, features, teams, environments, density, percentiles = false } = options;
      const labels = {
        customer_id: customers,
        model: models,
        feature_name: features,
        team: teams,
        environment: environments,
      };
      const estimates = estimateSeries({ labels, density, percentiles });
      const total = estimates.reduce((sum, { series }) => sum + series, 0);
      const rows = [
        ...estimates.map(({ metric, kind, series }) => ({ metric, kind: kind as string, series })),
        { metric: 'total', kind: '', series: total },
      ];
      const table = textTable<(typeof rows)[number]>(
        [
          { title: 'metric', align: 'left', cell: ({ metric }) => metric },
          { title: 'kind', align: 'left', cell: ({ kind }) => kind },
          { title: 'series', align: 'right', cell: ({ series }) => String(series) },
        ],
        rows,
      );
      terminal.stdout.write(`${table}\n`);
    });
};

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('must be a whole number above 0');
  return value;
}

function share(text: string): number {
  const value = Number(text);
  if (!(value > 0 && value <= 1)) throw new InvalidArgumentError('must be above 0 and at most 1');
  return value;
}
