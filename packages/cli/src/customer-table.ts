import type { Terminal } from './terminal.ts';
import { formatUsage, type UsageAnswer } from './usage/usage-table.ts';
import type { UsageApi } from './usage-api.ts';

const METRICS = ['calls', 'cost', 'input_tokens', 'cache_read_tokens', 'output_tokens', 'errors'] as const;
const REFRESH_INTERVAL_MS = 2_000;
/** Where nobody watches, a table is a log entry: the first one early, then seldom. */
const LOG_INTERVAL_MS = 30_000;

/** Shows the per-customer table while calls come in: redrawn in place for a person, now and then in a log. */
export function watchCustomers(api: UsageApi, terminal: Terminal): { readonly finish: () => Promise<void> } {
  let shown = '';
  let loggedAtMs = Number.NEGATIVE_INFINITY;
  let busy: Promise<void> = Promise.resolve();

  const show = async (isLast: boolean): Promise<void> => {
    const answer = await customersToday(api, terminal.now());
    if (answer.rows.length === 0) return;
    const text = `\n${formatUsage(answer, { by: ['customer_id'], metrics: METRICS, hasTime: false })}\n`;
    if (text === shown && !isLast) return;
    if (terminal.isInteractive) {
      // What was said in the meantime stands below the old table, so the last one is written beneath it.
      const isRedrawn = shown !== '' && !isLast;
      terminal.stdout.write(isRedrawn ? `\u001b[${shown.split('\n').length - 1}A\u001b[J${text}` : text);
    } else if (isLast || terminal.now() - loggedAtMs >= LOG_INTERVAL_MS) {
      terminal.stdout.write(text);
      loggedAtMs = terminal.now();
    }
    shown = text;
  };
  const timer = setInterval(() => {
    // A table that could not be drawn is drawn next time.
    busy = show(false).catch(() => undefined);
  }, REFRESH_INTERVAL_MS);
  return {
    async finish() {
      clearInterval(timer);
      await busy;
      await show(true);
    },
  };
}

async function customersToday(api: UsageApi, nowMs: number): Promise<UsageAnswer> {
  const dayMs = 86_400_000;
  const from = new Date(nowMs - dayMs).toISOString();
  const to = new Date(nowMs + dayMs).toISOString();
  return (await api.ask('/usage/query', { from, to, groupBy: ['customer_id'], metrics: METRICS })) as UsageAnswer;
}
