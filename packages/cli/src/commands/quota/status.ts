import { setTimeout as wait } from 'node:timers/promises';
import { InvalidArgumentError } from 'commander';
import { EXIT } from '../../exit-code.ts';
import { formatStatus, type StatusJson } from '../../quota/status-table.ts';
import type { Terminal } from '../../terminal.ts';
import { usageApiAt } from '../../usage-api.ts';
import type { DefineCommand } from '../command.ts';

interface StatusOptions {
  readonly url: string;
  readonly rule?: string;
  readonly unit?: string;
  readonly per?: string;
  readonly state?: string;
  readonly for: readonly string[];
  readonly sort?: string;
  readonly limit: string;
  readonly cursor?: string;
  readonly watch?: true;
  readonly interval: string;
  readonly ascii?: true;
  readonly json?: true;
}

/** Clears the screen and goes to its first line. */
const CLEAR = '\u001b[H\u001b[2J';

/** `costspan quota status`: how budgets stand, how fast they are used, and when they will be used up. */
export const defineStatus: DefineCommand = (quota, terminal, exit) => {
  quota
    .command('status')
    .description('How budgets stand: used, reserved, pace, burn, projected use and when it is used up.')
    .option('--url <url>', 'the collector (COSTSPAN_URL)', terminal.env['COSTSPAN_URL'] ?? 'http://127.0.0.1:4318')
    .option('--rule <id>', 'only budgets of this rule')
    .option('--unit <unit>', 'requests, tokens or cost')
    .option('--per <period>', 'day, week, month, …')
    .option('--state <state>', 'ok, at_risk, over_pace, alarm or exhausted')
    .option('--for <dimension=value...>', 'only these buckets: customer_id=acme', [])
    .option('--sort <order>', 'used_ratio, used, remaining, burn, projected, exhausts_at or bucket')
    .option('--limit <budgets>', 'how many', '20')
    .option('--cursor <cursor>', 'the page after')
    .option('--watch', 'again and again, until Ctrl-C')
    .option('--interval <seconds>', 'with --watch', '2')
    .option('--ascii', 'bars without block characters')
    .option('--json', 'the answer as JSON; with --watch one a line')
    .addHelpText(
      'after',
      `
A bar is what is used (█) and reserved (▒) of the limit. Burn is how fast it is used over a long and a short window: 1 uses
the limit up exactly at its end. Projected is the use at the end of the window, with the range that holds it four times in five.
Exit: 0, or 1 when a shown budget is exhausted.

  costspan quota status --sort burn --limit 10
  costspan quota status --for customer_id=acme --watch`,
    )
    .action(async (options: StatusOptions) => {
      const parameters = parametersOf(options);
      const intervalMs = intervalOf(options.interval);
      const api = usageApiAt(options.url, terminal.env['COSTSPAN_API_KEY']);
      const ask = async (): Promise<StatusJson> => (await api.ask(`/quota/status?${parameters}`)) as StatusJson;
      if (options.watch === true) {
        await watch(ask, options, intervalMs, terminal);
        return;
      }
      const status = await ask();
      show(status, options, terminal);
      if (status.budgets.some(({ state }) => state === 'exhausted')) exit(EXIT.finding);
    });
};

function parametersOf(options: StatusOptions): URLSearchParams {
  if (!/^[1-9]\d{0,3}$/.test(options.limit) || Number(options.limit) > 1_000) {
    throw new InvalidArgumentError(`--limit "${options.limit}" must be a whole number from 1 to 1000`);
  }
  const { rule, unit, per, state, sort, limit, cursor } = options;
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries({ rule, unit, per, state, sort, limit, cursor })) {
    if (value !== undefined) parameters.set(name, value);
  }
  for (const text of options.for) {
    const at = text.indexOf('=');
    if (at < 1) throw new InvalidArgumentError(`--for "${text}" must be dimension=value, such as customer_id=acme`);
    parameters.append(text.slice(0, at), text.slice(at + 1));
  }
  return parameters;
}

function intervalOf(text: string): number {
  const seconds = Number(text);
  if (Number.isFinite(seconds) && seconds >= 0.5 && seconds <= 3_600) return seconds * 1_000;
  throw new InvalidArgumentError(`--interval "${text}" must be a number of seconds from 0.5 to 3600`);
}

function show(status: StatusJson, options: StatusOptions, terminal: Terminal): void {
  terminal.stdout.write(
    options.json === true ? `${JSON.stringify(status)}\n` : `${formatStatus(status, options.ascii === true)}\n`,
  );
}

async function watch(
  ask: () => Promise<StatusJson>,
  options: StatusOptions,
  intervalMs: number,
  terminal: Terminal,
): Promise<void> {
  const stop = new AbortController();
  void terminal.interrupted().then(() => stop.abort());
  while (!stop.signal.aborted) {
    const status = await ask();
    if (terminal.isInteractive && options.json !== true) terminal.stdout.write(CLEAR);
    show(status, options, terminal);
    await wait(intervalMs, undefined, { signal: stop.signal }).catch(() => undefined);
  }
}
