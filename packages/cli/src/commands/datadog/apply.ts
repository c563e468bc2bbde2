import {
  filesWith,
  openRemote,
  planText,
  type RemoteOptions,
  withRemoteOptions,
} from '../../datadog/remote-options.ts';
import { EXIT } from '../../exit-code.ts';
import type { DefineCommand } from '../command.ts';

/** `costspan datadog apply`: creates and updates what is shipped; with `--yes` only. */
export const defineApply: DefineCommand = (datadog, terminal, exit) => {
  withRemoteOptions(datadog.command('apply'), terminal)
    .description('Create and update the shipped dashboards and monitors. Touches nothing that is not marked as ours.')
    .option('--yes', 'do it; without it the plan is shown and nothing is written')
    .action(async (options: RemoteOptions & { readonly yes?: true }) => {
      const { apply, plan } = await import('@costspan/datadog/provision');
      const remote = await openRemote(options, terminal);
      const steps = await plan(remote, await filesWith(options));
      terminal.stdout.write(`${planText(steps)}\n`);
      const open = steps.filter(({ action }) => action === 'create' || action === 'update');
      if (open.length === 0) return;
      if (options.yes !== true) {
        terminal.stdout.write('nothing was written; add --yes to do it\n');
        exit(EXIT.finding);
        return;
      }
      await apply(remote, steps, ({ action, kind, key, id }) => {
        terminal.stdout.write(`${action}d ${kind} ${key} (${id})\n`);
      });
    });
};
