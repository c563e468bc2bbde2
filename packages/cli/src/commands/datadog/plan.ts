import {
  filesWith,
  openRemote,
  planText,
  type RemoteOptions,
  withRemoteOptions,
} from '../../datadog/remote-options.ts';
import { EXIT } from '../../exit-code.ts';
import type { DefineCommand } from '../command.ts';

/** `costspan datadog plan`: what apply would do; reads only. */
export const definePlan: DefineCommand = (datadog, terminal, exit) => {
  withRemoteOptions(datadog.command('plan'), terminal)
    .description('Say what apply would do. Exit 1 when Datadog has something else than is shipped.')
    .option('--json', 'the steps as JSON')
    .action(async (options: RemoteOptions & { readonly json?: true }) => {
      const { plan } = await import('@costspan/datadog/provision');
      const steps = await plan(await openRemote(options, terminal), await filesWith(options));
      const shown = steps.map(({ json: _, ...step }) => step);
      terminal.stdout.write(`${options.json === true ? JSON.stringify({ steps: shown }) : planText(steps)}\n`);
      if (steps.some(({ action }) => action !== 'same')) exit(EXIT.finding);
    });
};
