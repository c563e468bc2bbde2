import { dirname, resolve } from 'node:path';
import { InvalidArgumentError } from 'commander';
import { EXIT } from '../../exit-code.ts';
import { readTextFile } from '../../price-book-files.ts';
import { parseCaseTable } from '../../quota/case-table.ts';
import { readRuleFiles } from '../../quota/rule-files.ts';
import { type CaseResult, runCases } from '../../quota/run-cases.ts';
import type { DefineCommand } from '../command.ts';

interface TestOptions {
  readonly rules?: string;
  readonly plans?: string;
  readonly json?: true;
}

/** `costspan quota test`: rules held to a table of calls and decisions, as in a build. */
export const defineTest: DefineCommand = (quota, terminal, exit) => {
  quota
    .command('test')
    .description('Hold a rule file to a table of calls: what is decided about each of them is what the table expects.')
    .argument('<file>', 'the table, YAML or JSON')
    .option('--rules <file>', 'the rule file (default: the one that the table names, seen from it)')
    .option('--plans <file>', 'limits of sold plans (default: those that the table names)')
    .option('--json', 'one result a line as JSON')
    .addHelpText(
      'after',
      `
The table:
  rules: quota.yaml
  cases:
    - { name: first calls,   at: 2026-11-24T08:00:00Z, provider: openai, model: gpt-4o, tags: { customer_id: acme }, cost: "0.10", times: 50, expect: allow }
    - { name: one too many,  provider: openai, model: gpt-4o, tags: { customer_id: acme }, cost: "0.10", expect: deny, rules: [customer-day] }

Calls are made in order and counted: each sees what was allowed before it. expect: allow, warn (allowed above a limit),
downgrade, deny. rules: the rules whose limits are exceeded. A call without "at" is made when the one above it was.
Exit: 0 all as expected, 1 something differs, 2 wrong options.`,
    )
    .action(async (file: string, options: TestOptions) => {
      const table = parseCaseTable(await readTextFile(file), file, terminal.now());
      const beside = (name: string | undefined) => (name === undefined ? undefined : resolve(dirname(file), name));
      const rules = options.rules ?? beside(table.rules);
      if (rules === undefined) {
        throw new InvalidArgumentError(`${file} names no rule file: write "rules: quota.yaml" in it, or give --rules`);
      }
      const set = await readRuleFiles(rules, options.plans ?? beside(table.plans));
      const results = await runCases(set, table.cases);
      const failed = results.filter(({ differsAt }) => differsAt !== undefined);
      if (options.json === true) {
        for (const result of results) terminal.stdout.write(`${JSON.stringify(resultJson(result))}\n`);
      } else {
        const lines = results.map((result) => resultLine(result, file));
        const calls = table.cases.reduce((sum, { times }) => sum + times, 0);
        const summary = `${results.length - failed.length} of ${results.length} rows as expected, ${calls.toLocaleString('en-US')} calls`;
        terminal.stdout.write(`${[...lines, summary].join('\n')}\n`);
      }
      if (failed.length > 0) exit(EXIT.finding);
    });
};

function resultLine({ row, differsAt, got, gotRules }: CaseResult, file: string): string {
  if (differsAt === undefined) return `ok    ${row.name}`;
  const which = row.times === 1 ? '' : ` (call ${differsAt} of ${row.times})`;
  const rules = (ids: readonly string[] | undefined) =>
    ids === undefined || ids.length === 0 ? '' : ` by ${ids.join(', ')}`;
  return `DIFF  ${row.name}${which}, ${file}:${row.line}: expected ${row.expect}${rules(row.rules)}, got ${got}${rules(gotRules)}`;
}

function resultJson({ row, differsAt, got, gotRules }: CaseResult): object {
  return {
    name: row.name,
    line: row.line,
    ok: differsAt === undefined,
    expected: row.expect,
    got,
    rules: gotRules,
    ...(differsAt === undefined ? {} : { differs_at: differsAt }),
  };
}
