import { filesWith, openRemote, type RemoteOptions, withRemoteOptions } from '../../datadog/remote-options.ts';
import { EXIT } from '../../exit-code.ts';
import type { DefineCommand } from '../command.ts';

/** `costspan datadog prune`: deletes what is marked as ours and shipped no more; with `--yes` only. */
export const definePrune: DefineCommand = (datadog, terminal, exit) => {
  withRemoteOptions(datadog.command('prune'), terminal)
    .description('Delete dashboards and monitors that are marked as ours and shipped no more.')
    .option('--yes', 'do it; without it they are only named')
    .action(async (options: RemoteOptions & { readonly yes?: true }) => {
      const { plan, prune } = await import('@costspan/datadog/provision');
      const remote = await openRemote(options, terminal);
      const orphans = (await plan(remote, await filesWith(options))).filter(({ action }) => action === 'orphan');
      if (orphans.length === 0) {
        terminal.stdout.write('nothing to delete\n');
        return;
      }
      if (options.yes !== true) {
        for (const { kind, key, id } of orphans) terminal.stdout.write(`- ${kind} ${key} (${id})\n`);
        terminal.stdout.write('nothing was deleted; add --yes to do it\n');
        exit(EXIT.finding);
        return;
      }
      await prune(remote, orphans, ({ kind, key, id }) => terminal.stdout.write(`deleted ${kind} ${key} (${id})\n`));
    });
};
