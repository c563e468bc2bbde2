import { writeFile } from 'node:fs/promises';
import { prometheusRules } from '@costspan/quota';
import { CostspanError } from '@costspan/usage';
import { readRuleFiles } from '../../quota/rule-files.ts';
import type { DefineCommand } from '../command.ts';

/** `costspan quota prometheus`: alert rules from the same file as the limits. */
export const definePrometheus: DefineCommand = (quota, terminal) => {
  quota
    .command('prometheus')
    .description('Write Prometheus alert rules for the limits of a file: thresholds, burn rates, projected overruns.')
    .argument('<file>', 'a rule file')
    .option('--plans <file>', 'limits of sold plans, as one more rule')
    .option('--out <file>', 'where to write them (default: stdout)')
    .addHelpText(
      'after',
      '\n  costspan quota prometheus quota.yaml --out quota-alerts.yaml && promtool check rules quota-alerts.yaml',
    )
    .action(async (file: string, options: { readonly plans?: string; readonly out?: string }) => {
      const text = prometheusRules(await readRuleFiles(file, options.plans));
      if (options.out === undefined) {
        terminal.stdout.write(text);
        return;
      }
      await writeFile(options.out, text).catch((cause: Error) => {
        throw new CostspanError('FILE_UNWRITABLE', `${options.out} cannot be written: ${cause.message}`, { cause });
      });
    });
};
