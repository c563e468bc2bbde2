import { randomUUID } from 'node:crypto';
import type { DecisionJson, LimitJson } from '@costspan/quota';
import { EXIT } from '../../exit-code.ts';
import { type CallOptions, callOf, withCallOptions } from '../../quota/call-options.ts';
import { type ExplanationJson, explainByFile } from '../../quota/explain-by-file.ts';
import { amountText, bucketText, plainAmount } from '../../quota/limit-text.ts';
import { printable, textTable } from '../../text-table.ts';
import { usageApiAt } from '../../usage-api.ts';
import type { DefineCommand } from '../command.ts';

interface ExplainOptions extends CallOptions {
  readonly url: string;
  readonly rules?: string;
  readonly plans?: string;
  readonly json?: true;
}

/** `costspan quota explain`: what would be decided about a call, rule by rule, in both evaluations. */
export const defineExplain: DefineCommand = (quota, terminal, exit) => {
  const command = quota
    .command('explain')
    .description('Say which rules match a call, how their limits stand, and what is decided in either evaluation.');
  withCallOptions(command)
    .option('--url <url>', 'the collector (COSTSPAN_URL)', terminal.env['COSTSPAN_URL'] ?? 'http://127.0.0.1:4318')
    .option('--rules <file>', 'by this file and unused counters, instead of a collector’s')
    .option('--plans <file>', 'with --rules: limits of sold plans')
    .option('--json', 'the explanation as JSON')
    .addHelpText(
      'after',
      `
Exit: 0 the call would be made, 1 it would be refused, 2 wrong options.

  costspan quota explain --provider openai --model gpt-4o --tag customer_id=acme team=growth
  costspan quota explain --rules quota.yaml --provider openai --model gpt-4o --input-tokens 2000 --max-tokens 500`,
    )
    .action(async (options: ExplainOptions) => {
      const { call, size } = callOf(options);
      const explanation =
        options.rules === undefined
          ? await askCollector(options.url, terminal.env['COSTSPAN_API_KEY'], call, size)
          : await explainByFile(options.rules, options.plans, { id: randomUUID(), call, size }, terminal.now());
      terminal.stdout.write(
        `${options.json === true ? JSON.stringify(explanation) : formatExplanation(explanation)}\n`,
      );
      if (explanation.decisions[explanation.evaluation].decision === 'deny') exit(EXIT.finding);
    });
};

async function askCollector(
  url: string,
  key: string | undefined,
  call: ReturnType<typeof callOf>['call'],
  { inputTokens, maxTokens }: ReturnType<typeof callOf>['size'],
): Promise<ExplanationJson> {
  const size = { input_tokens: inputTokens, max_tokens: maxTokens };
  return (await usageApiAt(url, key).ask('/quota/explain', { ...call, size })) as ExplanationJson;
}

interface Row {
  readonly rule: string;
  readonly line: number;
  /** Absent where a trial that is over, or a missing price, decided before any limit was looked at. */
  readonly limit: (LimitJson & { readonly after: string | number }) | undefined;
}

function formatExplanation({ evaluation, differs, decisions, rules }: ExplanationJson): string {
  const matching = rules.filter(({ matches }) => matches);
  const rows = matching.flatMap(({ rule_id: rule, line, limits }): Row[] =>
    limits.length === 0 ? [{ rule, line, limit: undefined }] : limits.map((limit) => ({ rule, line, limit })),
  );
  const amount =
    (pick: (limit: LimitJson & { readonly after: string | number }) => string | number) =>
    ({ limit }: Row): string =>
      limit === undefined ? '–' : plainAmount(limit.unit, pick(limit));
  const table =
    rows.length === 0
      ? 'no rule matches this call'
      : textTable<Row>(
          [
            { title: 'rule', align: 'left', cell: ({ rule, line }) => `${rule} (line ${line})` },
            {
              title: 'for',
              align: 'left',
              cell: ({ limit }) => (limit === undefined ? '–' : bucketText(limit.bucket)),
            },
            { title: 'limit', align: 'left', cell: ({ limit }) => (limit === undefined ? '–' : limitText(limit)) },
            { title: 'used', align: 'right', cell: amount(({ used }) => used) },
            { title: 'reserved', align: 'right', cell: amount(({ reserved }) => reserved) },
            { title: 'this call', align: 'right', cell: amount(({ requested }) => requested) },
            { title: 'after', align: 'right', cell: amount(({ after }) => after) },
            {
              title: 'effect',
              align: 'left',
              cell: ({ limit }) => (limit === undefined || limit.effect === 'none' ? '' : limit.effect),
            },
            { title: 'resets', align: 'left', cell: ({ limit }) => limit?.resets_at ?? '' },
          ],
          rows,
        );
  const others = rules
    .filter(({ matches }) => !matches)
    .map(({ rule_id, line, because }) => `  ${rule_id} (line ${line}): ${because.map(clauseText).join('; ')}`);
  return [
    table,
    ...(others.length === 0 ? [] : ['', 'Not matching', ...others]),
    '',
    ...(['all', 'first'] as const).map(
      (mode) =>
        `${mode.padEnd(5)}  ${decisionText(decisions[mode])}${mode === evaluation ? '   ← the file’s evaluation' : ''}`,
    ),
    ...(differs ? ['The two evaluations decide differently.'] : []),
  ].join('\n');
}

function limitText({ unit, per, limit, window }: LimitJson): string {
  return `${amountText(unit, limit)} per ${window === 'sliding' ? `last ${per}` : per}`;
}

function decisionText({ decision, reason, rule_id, downgrade_to, exceeded, retry_at }: DecisionJson): string {
  if (decision === 'deny') {
    const rules = [...new Set(exceeded.filter(({ effect }) => effect === 'blocks').map((limit) => limit.rule_id))];
    const by = rules.length === 0 ? rule_id : rules.join(', ');
    return `refused by ${by}: ${reason}${retry_at === undefined ? '' : `, room again at ${retry_at}`}`;
  }
  const over = [...new Set(exceeded.map((limit) => limit.rule_id))];
  return [
    'allowed',
    ...(over.length === 0 ? [] : [`above the limits of ${over.join(', ')}`]),
    ...(downgrade_to === undefined ? [] : [`asking ${downgrade_to} instead`]),
  ].join(', ');
}

/** What of a condition did not hold, or what excluded the call. */
function clauseText(clause: ExplanationJson['rules'][number]['because'][number]): string {
  const { on, key, any } = clause as { readonly on: string; readonly key?: string; readonly any: readonly unknown[] };
  const values = any.map((one) => {
    if (typeof one !== 'object' || one === null) return String(one);
    const { tag, value } = one as { readonly tag: string; readonly value: string };
    return `${tag}:${value}`;
  });
  return printable(`${key ?? on} is one of ${values.join(', ')}`);
}
