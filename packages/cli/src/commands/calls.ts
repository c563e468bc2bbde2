import { setTimeout as wait } from 'node:timers/promises';
import type { CallSummary, CallsPage } from '@costspan/collector';
import { InvalidArgumentError } from 'commander';
import { type ApiOptions, withApi, withApiOptions } from '../api-options.ts';
import { writeNdjson } from '../ndjson.ts';
import type { Terminal } from '../terminal.ts';
import { type Column, textTable } from '../text-table.ts';
import { parseInstant } from '../time-span.ts';
import { CONDITIONS_HELP, parseCondition } from '../usage/condition.ts';
import { metricText } from '../usage/metric-text.ts';
import type { UsageApi } from '../usage-api.ts';
import type { DefineCommand } from './command.ts';

interface CallsOptions extends ApiOptions {
  readonly from?: string;
  readonly to?: string;
  readonly where: readonly string[];
  readonly any: readonly string[];
  readonly order?: string;
  readonly limit: string;
  readonly cursor?: string;
  readonly follow?: true;
  readonly json?: true;
}

const FOLLOW_INTERVAL_MS = 2_000;
/** A span comes when its call is over: what started this long before now may still be new. */
const FOLLOW_WINDOW_MS = 15 * 60_000;
const PAGE_CALLS_MAX = 1_000;
/** Ids that were shown already. The oldest are forgotten when they have left the window anyway. */
const SHOWN_MAX = 50_000;

/** `costspan calls`: single calls, newest first, or as they come in. */
export const defineCalls: DefineCommand = (program, terminal) => {
  const command = program.command('calls').description('Single calls, newest first, or as they come in.');
  withApiOptions(command, terminal)
    .option('--from <instant>', 'an instant, or a time span before now')
    .option('--to <instant>', 'an instant, "now", or a time span before now')
    .option('--where <condition...>', 'only calls for which all of these hold', [])
    .option('--any <condition...>', 'and for which at least one of these holds', [])
    .option('--order <field>', 'started_at, cost or duration_ms, largest first; field:asc for smallest first')
    .option('--limit <calls>', 'how many', '20')
    .option('--cursor <cursor>', 'the page after, with the same order')
    .option('--follow', 'show calls as they come in, until Ctrl-C')
    .option('--json', 'one call a line, as the API answers it')
    .addHelpText(
      'after',
      `
${CONDITIONS_HELP}

  costspan calls --where customer_id=acme "cost>0.05" --order cost
  costspan calls --follow --where outcome=error`,
    )
    .action(async (options: CallsOptions) => {
      if (!/^[1-9]\d{0,3}$/.test(options.limit) || Number(options.limit) > PAGE_CALLS_MAX) {
        throw new InvalidArgumentError(`--limit "${options.limit}" must be a whole number from 1 to ${PAGE_CALLS_MAX}`);
      }
      const parameters = parametersOf(options, terminal.now());
      const stopped = options.follow === true ? terminal.interrupted() : undefined;
      await withApi(options, terminal, async (api) => {
        if (stopped !== undefined) {
          await follow(api, parameters, options, terminal, stopped);
          return;
        }
        parameters.set('limit', options.limit);
        const page = (await api.ask(`/calls?${parameters}`)) as CallsPage;
        await showCalls(page.calls, options.json === true, terminal);
        if (page.next_cursor !== null)
          terminal.stderr.write(`There are more: go on with --cursor ${page.next_cursor}\n`);
      });
    });
};

function parametersOf(options: CallsOptions, nowMs: number): URLSearchParams {
  const parameters = new URLSearchParams();
  if (options.from !== undefined) parameters.set('from', parseInstant(options.from, nowMs));
  if (options.to !== undefined) parameters.set('to', parseInstant(options.to, nowMs));
  const any = options.any.map(parseCondition);
  const filters = [...options.where.map(parseCondition), ...(any.length === 0 ? [] : [{ any }])];
  if (filters.length > 0) parameters.set('filters', JSON.stringify(filters));
  if (options.order !== undefined) {
    const [field = '', direction] = options.order.split(':');
    parameters.set('orderBy', field);
    if (direction !== undefined) parameters.set('direction', direction);
  }
  if (options.cursor !== undefined) parameters.set('cursor', options.cursor);
  return parameters;
}

async function showCalls(calls: readonly CallSummary[], isJson: boolean, terminal: Terminal): Promise<void> {
  if (isJson) for (const call of calls) await writeNdjson(terminal.stdout, call);
  else terminal.stdout.write(calls.length === 0 ? 'no calls\n' : `${textTable(COLUMNS, calls)}\n`);
}

const COLUMNS: readonly Column<CallSummary>[] = [
  { title: 'started', align: 'left', cell: (call) => call.started_at.slice(0, 19).replace('T', ' ') },
  { title: 'customer', align: 'left', cell: (call) => call.tags['customer_id'] ?? '–' },
  { title: 'model', align: 'left', cell: (call) => `${call.provider}/${call.model ?? call.request_model ?? '–'}` },
  { title: 'outcome', align: 'left', cell: (call) => call.outcome },
  { title: 'in', align: 'right', cell: (call) => metricText('input_tokens', call.usage['input_tokens']) },
  { title: 'out', align: 'right', cell: (call) => metricText('output_tokens', call.usage['output_tokens']) },
  { title: 'ms', align: 'right', cell: (call) => Math.round(call.duration_ms).toLocaleString('en-US') },
  { title: 'cost', align: 'right', cell: costText },
  { title: 'id', align: 'left', cell: (call) => call.id },
];

/** The amount and its currency, or why there is none. */
export function costText(call: Pick<CallSummary, 'cost' | 'currency' | 'cost_status'>): string {
  return call.cost === null ? call.cost_status : `${call.cost} ${call.currency}`;
}

async function follow(
  api: UsageApi,
  parameters: URLSearchParams,
  options: CallsOptions,
  terminal: Terminal,
  stopped: Promise<unknown>,
): Promise<void> {
  const shown = new Set<string>();
  let isStopped = false;
  const stop = new AbortController();
  void stopped.then(() => {
    isStopped = true;
    stop.abort();
  });
  for (let isFirst = true; !isStopped; isFirst = false) {
    parameters.set('from', new Date(terminal.now() - FOLLOW_WINDOW_MS).toISOString());
    parameters.delete('to');
    parameters.set('limit', isFirst ? options.limit : String(PAGE_CALLS_MAX));
    const { calls } = (await api.ask(`/calls?${parameters}`)) as CallsPage;
    const fresh = calls.filter((call) => !shown.has(call.id)).reverse();
    for (const call of fresh) {
      shown.add(call.id);
      if (shown.size > SHOWN_MAX) shown.delete(shown.values().next().value as string);
      if (options.json === true) await writeNdjson(terminal.stdout, call);
      else terminal.stdout.write(`${callLine(call)}\n`);
    }
    await wait(FOLLOW_INTERVAL_MS, undefined, { signal: stop.signal }).catch(() => undefined);
  }
}

/** One call in one line. Columns cannot be as wide as what is yet to come, so they are as wide as is usual. */
function callLine(call: CallSummary): string {
  const [table] = textTable(COLUMNS, [call]).split('\n').slice(1);
  return table ?? '';
}
