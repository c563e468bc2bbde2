import { PLANS_SCHEMA, QUOTA_SCHEMA } from '@costspan/quota';
import type { DefineCommand } from '../command.ts';

/** `costspan quota schema`: the JSON Schema of our own formats, for editors. */
export const defineSchema: DefineCommand = (quota, terminal) => {
  quota
    .command('schema')
    .description('Print the JSON Schema of rule files, for editors and other checkers.')
    .option('--plans', 'that of plan files')
    .addHelpText('after', '\n  costspan quota schema > quota-1.schema.json')
    .action((options: { readonly plans?: true }) => {
      const schema = options.plans === true ? PLANS_SCHEMA : QUOTA_SCHEMA;
      terminal.stdout.write(`${JSON.stringify(schema, null, 2)}\n`);
    });
};
