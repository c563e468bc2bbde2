import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CostspanError } from '@costspan/usage';
import type { DefineCommand } from '../command.ts';

interface RenderOptions {
  readonly out: string;
  readonly datasourceUid?: string;
}

/** `costspan dashboards render`: the files to import, the same bytes every time. */
export const defineRender: DefineCommand = (dashboards, terminal) => {
  dashboards
    .command('render')
    .description('Write the Grafana dashboards, the Prometheus rules and the same alerts for Grafana.')
    .requiredOption('--out <folder>', 'where to write; gets grafana/ and prometheus/')
    .option('--datasource-uid <uid>', 'the Prometheus data source that alerts of Grafana ask (default: prometheus)')
    .addHelpText('after', '\n  costspan dashboards render --out dashboards --datasource-uid P1809F7CD0C75ACF3')
    .action(async ({ out, datasourceUid }: RenderOptions) => {
      // Loaded here: Grafana's SDK and a PromQL parser are no burden to other commands.
      const { dashboardFiles } = await import('@costspan/dashboards');
      for (const { path, text } of dashboardFiles(datasourceUid)) {
        const file = join(out, path);
        try {
          await mkdir(dirname(file), { recursive: true });
          await writeFile(file, text);
        } catch (cause) {
          const why = cause instanceof Error ? cause.message : String(cause);
          throw new CostspanError('FILE_UNWRITABLE', `${file} cannot be written: ${why}`, { cause });
        }
        terminal.stdout.write(`${file}\n`);
      }
    });
};
