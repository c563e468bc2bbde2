import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { filesWith, openRemote, type RemoteOptions, withRemoteOptions } from '../../datadog/remote-options.ts';
import type { DefineCommand } from '../command.ts';

/** `costspan datadog export`: what Datadog has under our marks, or what is shipped with one's own variables, as files. */
export const defineExport: DefineCommand = (datadog, terminal) => {
  withRemoteOptions(datadog.command('export'), terminal)
    .description(
      'Write files: what Datadog has under our marks, or with --shipped what apply would send, for Terraform.',
    )
    .argument('<dir>', 'where to')
    .option('--shipped', 'what is shipped, with the variables, and main.tf beside it; asks nobody')
    .action(async (dir: string, options: RemoteOptions & { readonly shipped?: true }) => {
      const files = options.shipped === true ? await shipped(options) : await remote();
      for (const [path, text] of files) {
        const file = join(dir, path);
        await mkdir(dirname(file), { recursive: true });
        await writeFile(file, text);
      }
      terminal.stdout.write(`${files.length} files in ${dir}\n`);

      async function remote(): Promise<[string, string][]> {
        const { exportedFile, keyOf } = await import('@costspan/datadog/provision');
        const api = await openRemote(options, terminal);
        const [dashboards, monitors] = [await api.dashboards(), await api.monitors()];
        return [
          ...dashboards.map(({ json }) => [`${keyOf(json)}.json`, jsonText(exportedFile(json))] as [string, string]),
          ...monitors.map(
            ({ json }) => [`monitors/${keyOf(json)}.json`, jsonText(exportedFile(json))] as [string, string],
          ),
        ];
      }
    });
};

async function shipped(options: RemoteOptions): Promise<[string, string][]> {
  const { terraformFile } = await import('@costspan/datadog/provision');
  const files = await filesWith(options);
  return [
    ...files.map(({ path, json }): [string, string] => [path, jsonText(json)]),
    ['main.tf', terraformFile(files)],
  ];
}

function jsonText(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
