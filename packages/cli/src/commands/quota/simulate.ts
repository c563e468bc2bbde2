import { type LedgerCall, simulateRules } from '@costspan/quota';
import { type ApiOptions, withApi, withApiOptions } from '../../api-options.ts';
import { EXIT } from '../../exit-code.ts';
import { pastCalls } from '../../quota/past-calls.ts';
import { readRuleFiles } from '../../quota/rule-files.ts';
import { formatSimulation, simulationJson } from '../../quota/simulation-text.ts';
import type { Terminal } from '../../terminal.ts';
import { parseInstant } from '../../time-span.ts';
import { CONDITIONS_HELP, parseCondition } from '../../usage/condition.ts';
import type { DefineCommand } from '../command.ts';

interface SimulateOptions extends ApiOptions {
  readonly plans?: string;
  readonly from: string;
  readonly to: string;
  readonly where: readonly string[];
  readonly json?: true;
}

const PROGRESS_INTERVAL_MS = 2_000;

/** `costspan quota simulate`: what rules would have done to the past. */
export const defineSimulate: DefineCommand = (quota, terminal, exit) => {
  const command = quota
    .command('simulate')
    .description('Replay the ledger’s past through a rule file: who would have been refused, when, and by what.')
    .argument('<file>', 'a rule file, before it is put in force');
  withApiOptions(command, terminal)
    .option('--plans <file>', 'limits of sold plans, as one more rule')
    .option('--from <instant>', 'an instant, or a time span before now; begin before the first window', '30d')
    .option('--to <instant>', 'an instant, "now", or a time span before now', 'now')
    .option('--where <condition...>', 'only calls for which all of these hold', [])
    .option('--json', 'the result as JSON')
    .addHelpText(
      'after',
      `
${CONDITIONS_HELP}
Both evaluations are tried: all (every matching rule may refuse) and first (only the first matching rule may). A refused call
uses nothing. Each call asks for what it used in the end, so an estimate does not blur the result.
Exit: 0 nothing would have been refused in the file’s own evaluation, 1 something would, 2 wrong options.

  costspan quota simulate quota.yaml --from 2026-11-01
  costspan quota simulate quota.yaml --data .costspan --where customer_id=acme --json`,
    )
    .action(async (file: string, options: SimulateOptions) => {
      const rules = await readRuleFiles(file, options.plans);
      const parameters = parametersOf(options, terminal.now());
      const simulated = await withApi(options, terminal, (api) =>
        simulateRules(rules, withProgress(pastCalls(api, parameters), terminal)),
      );
      const { evaluation } = rules;
      terminal.stdout.write(
        `${options.json === true ? JSON.stringify(simulationJson(simulated, evaluation)) : formatSimulation(simulated, evaluation)}\n`,
      );
      if (simulated[evaluation].blocked > 0) exit(EXIT.finding);
    });
};

function parametersOf(options: SimulateOptions, nowMs: number): URLSearchParams {
  const filters = options.where.map(parseCondition);
  return new URLSearchParams({
    from: parseInstant(options.from, nowMs),
    to: parseInstant(options.to, nowMs),
    ...(filters.length === 0 ? {} : { filters: JSON.stringify(filters) }),
  });
}

async function* withProgress(calls: AsyncIterable<LedgerCall>, terminal: Terminal): AsyncGenerator<LedgerCall> {
  let toldAtMs = terminal.now();
  let count = 0;
  for await (const call of calls) {
    count += 1;
    const nowMs = terminal.now();
    if (nowMs - toldAtMs >= PROGRESS_INTERVAL_MS) {
      toldAtMs = nowMs;
      terminal.stderr.write(`  ${count.toLocaleString('en-US')} calls, at ${new Date(call.atMs).toISOString()}\n`);
    }
    yield call;
  }
}
