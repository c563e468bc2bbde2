import { InvalidArgumentError } from 'commander';
import { type ApiOptions, withApi, withApiOptions } from '../../api-options.ts';
import type { DefineCommand } from '../command.ts';

interface CostsOptions extends ApiOptions {
  readonly from: string;
  readonly to: string;
}

/** Dimensions of the items. What a call lacks is no tag of its item. */
const TAGS = ['customer_id', 'feature_name', 'team', 'environment'] as const;
const GROUPS = ['provider', 'model', ...TAGS] as const;
const ROWS_MAX = 10_000;
/** A year and a day: one question each. */
const DAYS_MAX = 366;

interface UsageRow extends Readonly<Record<(typeof GROUPS)[number], string | null>> {
  readonly cost: string | null;
}

/** `costspan datadog costs`: what was spent, as line items for Custom Costs; prints them and uploads nothing. */
export const defineCosts: DefineCommand = (datadog, terminal) => {
  withApiOptions(datadog.command('costs'), terminal)
    .description(
      'Print the spend of days as Custom Costs line items (FOCUS) for Cloud Cost Management. Uploads nothing.',
    )
    .requiredOption('--from <day>', 'first day, YYYY-MM-DD in UTC', day)
    .requiredOption('--to <day>', 'the day after the last', day)
    .addHelpText('after', '\n  costspan datadog costs --from 2026-11-01 --to 2026-12-01 > november.json')
    .action(async (options: CostsOptions) => {
      const { customCostItems } = await import('@costspan/datadog');
      const rows = await withApi(options, terminal, async (api) => {
        const found = [];
        for (const date of daysOf(options.from, options.to)) {
          const answer = (await api.ask('/usage/query', {
            from: `${date}T00:00:00Z`,
            to: `${nextDay(date)}T00:00:00Z`,
            timezone: 'UTC',
            metrics: ['cost'],
            groupBy: GROUPS,
            limit: ROWS_MAX,
          })) as { readonly rows: readonly UsageRow[] };
          for (const row of answer.rows) {
            if (row.cost === null) continue;
            const tags = TAGS.flatMap((tag) =>
              row[tag] === null || row[tag] === '(untagged)' ? [] : [[tag, row[tag]]],
            );
            found.push({
              day: date,
              provider: row.provider ?? 'unknown',
              model: row.model ?? 'unknown',
              cost: row.cost,
              tags: Object.fromEntries(tags) as Record<string, string>,
            });
          }
        }
        return found;
      });
      const { items, total } = customCostItems(rows);
      terminal.stdout.write(`${JSON.stringify(items, undefined, 2)}\n`);
      terminal.stderr.write(`${items.length} items, ${total} USD\n`);
    });
};

function day(text: string): string {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || Number.isNaN(Date.parse(`${text}T00:00:00Z`)))
    throw new InvalidArgumentError('must be a day, YYYY-MM-DD');
  return text;
}

/** The days of `[from, to)`. */
function daysOf(from: string, to: string): string[] {
  const days: string[] = [];
  for (let date = from; date < to && days.length < DAYS_MAX; date = nextDay(date)) days.push(date);
  return days;
}

function nextDay(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}
