import { lintRules, readPlans, readRules } from '@costspan/quota';
import { EXIT } from '../../exit-code.ts';
import { readTextFile } from '../../price-book-files.ts';
import type { DefineCommand } from '../command.ts';

interface Finding {
  readonly severity: 'error' | 'warning';
  readonly file: string;
  readonly line: number;
  readonly column?: number;
  readonly at: string;
  readonly code: string;
  readonly message: string;
}

/** `costspan quota lint`: everything that is wrong, or looks wrong, about rule files. */
export const defineLint: DefineCommand = (quota, terminal, exit) => {
  quota
    .command('lint')
    .description('Check rule files and plan files: all mistakes at once, with line, column and what to do.')
    .argument('<file...>', 'rule files (ours, or a gateway’s rate and budget configuration), and plan files')
    .option('--strict', 'exit 1 for warnings too')
    .option('--json', 'the findings as JSON')
    .addHelpText('after', '\n  costspan quota lint quota.yaml plans.yaml')
    .action(async (files: readonly string[], options: { readonly strict?: true; readonly json?: true }) => {
      const findings: Finding[] = [];
      for (const file of files) findings.push(...findingsOf(file, await readTextFile(file), terminal.now()));
      if (options.json === true) terminal.stdout.write(`${JSON.stringify({ findings })}\n`);
      else terminal.stdout.write(`${formatFindings(findings)}\n`);
      if (findings.some(({ severity }) => severity === 'error' || options.strict === true)) exit(EXIT.finding);
    });
};

function findingsOf(file: string, text: string, nowMs: number): Finding[] {
  if (isPlanFile(text)) return readPlans(text).findings.map((finding) => ({ severity: 'error', file, ...finding }));
  const { rules, findings } = readRules(text);
  if (rules === undefined) return findings.map((finding) => ({ severity: 'error', file, ...finding }));
  return lintRules(rules, nowMs).map(({ ruleId, line, code, message }) => ({
    severity: 'warning',
    file,
    line,
    at: ruleId,
    code,
    message,
  }));
}

/** Plan files say so in their format; anything else is read as rules, which say what they are themselves. */
function isPlanFile(text: string): boolean {
  return /^\s*["']?format["']?\s*:\s*["']?costspan\.plans\//m.test(text);
}

function formatFindings(findings: readonly Finding[]): string {
  if (findings.length === 0) return 'nothing to report';
  const lines = findings.map(
    ({ severity, file, line, column, at, message, code }) =>
      `${severity}  ${file}:${line}${column === undefined ? '' : `:${column}`}: ${at}: ${message} [${code}]`,
  );
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  return [...lines, `${errors} errors, ${findings.length - errors} warnings`].join('\n');
}
