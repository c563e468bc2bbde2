import type { DriversAnswer, FieldsAnswer, ValuesAnswer } from '@costspan/collector';
import { type Command, InvalidArgumentError } from 'commander';
import { type ApiOptions, withApi, withApiOptions } from '../api-options.ts';
import type { Terminal } from '../terminal.ts';
import { parseInstant } from '../time-span.ts';
import { CONDITIONS_HELP, parseCondition } from '../usage/condition.ts';
import { csvText } from '../usage/csv-text.ts';
import { formatDrivers } from '../usage/drivers-table.ts';
import { formatFields, formatValues } from '../usage/fields-table.ts';
import { usageChart } from '../usage/usage-chart.ts';
import { cellOf, formatUsage, type UsageAnswer, type UsageRow, warnings } from '../usage/usage-table.ts';
import type { UsageApi } from '../usage-api.ts';
import type { DefineCommand } from './command.ts';

interface QueryOptions extends ApiOptions {
  readonly from: string;
  readonly to: string;
  readonly by?: readonly string[] | true;
  readonly metric: readonly string[];
  readonly where: readonly string[];
  readonly any: readonly string[];
  readonly grain?: string;
  readonly weekStart?: string;
  readonly timezone?: string;
  readonly fill?: string;
  readonly compare?: string;
  readonly order?: string;
  readonly limit?: string;
  readonly fold: boolean;
  readonly cursor?: string;
  readonly asOf?: string;
  readonly round?: string;
  readonly json?: true;
  readonly csv?: true;
  readonly chart?: true;
  readonly drivers?: true;
  readonly list?: string | true;
  readonly ascii?: true;
}

const HELP = `
${CONDITIONS_HELP}
Metrics:     calls, cost, list_cost, contracted_cost, resale_cost, margin, errors, error_rate, unpriced_calls, tokens, cost_per_call,
             cache_hit_share, customers, users, duration_ms_p95, time_to_first_token_ms_p50, output_tokens_per_second, …, each meter
             (--list has them all). Amounts are in USD, with all their digits unless --round.
Groups beyond --limit are summed into (other), so rows always add up to the total; --no-fold lists them page by page.

  costspan query --by customer_id --from 2026-11-01 --compare previous_period --timezone Europe/Berlin
  costspan query --by model --metric cost calls --where team=growth "model^=claude" --chart
  costspan query --by --grain day --from 30d --metric cost --chart
  costspan query --drivers --from 2026-11-01 --timezone Europe/Berlin
  costspan query --list feature_name`;

/** `costspan query`: who used what, and what it cost. */
export const defineQuery: DefineCommand = (program, terminal) => {
  const command = program
    .command('query')
    .description('Usage and cost by any dimension, from a running collector or a ledger on disk.');
  withOptions(withApiOptions(command, terminal))
    .addHelpText('after', HELP)
    .action(async (options: QueryOptions) => {
      const places = options.round === undefined ? {} : { places: wholeNumber('--round', options.round, 0, 18) };
      const question = questionOf(options, terminal.now());
      await withApi(options, terminal, async (api) => {
        if (options.list !== undefined) {
          await list(api, options, terminal);
          return;
        }
        if (options.drivers === true) {
          const answer = (await api.ask('/usage/drivers', driversQuestionOf(options, terminal.now()))) as DriversAnswer;
          terminal.stdout.write(
            `${options.json === true ? JSON.stringify(answer) : formatDrivers(answer, places.places)}\n`,
          );
          return;
        }
        const answer = (await api.ask('/usage/query', question)) as UsageAnswer;
        show(answer, { ...options, ...places }, terminal);
      });
    });
};

function withOptions(command: Command): Command {
  return command
    .option('--from <instant>', 'an instant, or a time span before now', '24h')
    .option('--to <instant>', 'an instant, "now", or a time span before now', 'now')
    .option(
      '--by [dimension...]',
      'group by these: a tag such as customer_id (the default), provider, model, …; nothing after it: no groups',
    )
    .option('--metric <name...>', 'calls, cost, a meter, …', ['calls', 'cost', 'input_tokens', 'output_tokens'])
    .option('--where <condition...>', 'only calls for which all of these hold', [])
    .option('--any <condition...>', 'and for which at least one of these holds', [])
    .option('--grain <grain>', 'minute, hour, day, week, month, quarter or year')
    .option('--week-start <day>', 'monday or sunday')
    .option('--timezone <zone>', 'whose days those are, for example Europe/Berlin')
    .option('--fill <how>', 'zero: show the buckets in which nothing happened')
    .option('--compare <period>', 'previous_period, previous_year, or FROM..TO')
    .option('--order <field>', 'a metric or group to sort by, largest first; field:asc for smallest first')
    .option('--limit <groups>', 'how many groups stand alone; the rest is summed into (other)')
    .option('--no-fold', 'no (other): one page of groups, and the cursor of the next')
    .option('--cursor <cursor>', 'the page after, with the same question')
    .option('--as-of <instant>', 'only what was known then')
    .option('--round <places>', 'round money to so many places, half to even')
    .option('--json', 'the answer of the API as it is')
    .option('--csv', 'the rows as CSV, with every digit')
    .option('--chart', 'a picture of the first metric')
    .option(
      '--drivers',
      'why the cost changed against --compare: volume, mix, tokens, caching, price; by model unless --by',
    )
    .option('--list [field]', 'what can be asked: metrics and fields; or the values of a field')
    .option('--ascii', 'a chart without block characters');
}

/** @throws InvalidArgumentError for what cannot be meant; what the API refuses it says itself. */
function questionOf(options: QueryOptions, nowMs: number): object {
  const isChart = options.chart === true;
  const hasGrain = options.grain !== undefined;
  if ([options.json, options.csv, options.chart].filter((each) => each === true).length > 1) {
    throw new InvalidArgumentError('--json, --csv and --chart are three ways to show an answer; choose one');
  }
  if (isChart && options.compare !== undefined) {
    throw new InvalidArgumentError('--chart draws one period; leave --compare out');
  }
  return {
    from: parseInstant(options.from, nowMs),
    to: parseInstant(options.to, nowMs),
    groupBy: groupsOf(options),
    metrics: isChart ? [...new Set([options.metric[0], 'calls'])] : options.metric,
    filters: filtersOf(options),
    ...(hasGrain ? { grain: options.grain } : {}),
    ...(options.weekStart === undefined ? {} : { weekStart: options.weekStart }),
    ...(options.timezone === undefined ? {} : { timezone: options.timezone }),
    // A chart must know the empty buckets to leave them empty; it tells them by their calls.
    ...(isChart && hasGrain ? { fill: 'zero' } : options.fill === undefined ? {} : { fill: options.fill }),
    ...(options.compare === undefined ? {} : { compare: comparisonOf(options.compare, nowMs) }),
    ...(options.order === undefined ? {} : { orderBy: orderOf(options.order) }),
    ...(options.limit === undefined ? {} : { limit: wholeNumber('--limit', options.limit, 1, 10_000) }),
    ...(options.fold ? {} : { fold: false }),
    ...(options.cursor === undefined ? {} : { cursor: options.cursor }),
    ...(options.asOf === undefined ? {} : { asOf: parseInstant(options.asOf, nowMs) }),
  };
}

/** `--by` with nothing after it means no groups. */
function groupsOf({ by = ['customer_id'] }: Pick<QueryOptions, 'by'>): readonly string[] {
  return by === true ? [] : by;
}

function filtersOf(options: Pick<QueryOptions, 'where' | 'any'>): readonly object[] {
  const any = options.any.map(parseCondition);
  return [...options.where.map(parseCondition), ...(any.length === 0 ? [] : [{ any }])];
}

function driversQuestionOf(options: QueryOptions, nowMs: number): object {
  return {
    from: parseInstant(options.from, nowMs),
    to: parseInstant(options.to, nowMs),
    filters: filtersOf(options),
    ...(options.by === undefined || options.by === true ? {} : { groupBy: options.by }),
    ...(options.timezone === undefined ? {} : { timezone: options.timezone }),
    ...(options.compare === undefined ? {} : { compare: comparisonOf(options.compare, nowMs) }),
    ...(options.limit === undefined ? {} : { limit: wholeNumber('--limit', options.limit, 1, 1_000) }),
  };
}

/** What can be asked, or what values a field has. */
async function list(api: UsageApi, options: QueryOptions, terminal: Terminal): Promise<void> {
  const limit = options.limit === undefined ? '' : `&limit=${wholeNumber('--limit', options.limit, 1, 10_000)}`;
  const path =
    options.list === true
      ? '/usage/fields'
      : `/usage/values?field=${encodeURIComponent(options.list as string)}${limit}`;
  const answer = await api.ask(path);
  const text = options.list === true ? formatFields(answer as FieldsAnswer) : formatValues(answer as ValuesAnswer);
  terminal.stdout.write(`${options.json === true ? JSON.stringify(answer) : text}\n`);
}

function comparisonOf(text: string, nowMs: number): string | object {
  const [from, to] = text.split('..');
  if (from === undefined || to === undefined) return text;
  return { from: parseInstant(from, nowMs), to: parseInstant(to, nowMs) };
}

function orderOf(text: string): object {
  const [field, direction = 'desc'] = text.split(':');
  return { field, direction };
}

function wholeNumber(option: string, text: string, least: number, most: number): number {
  if (/^\d{1,6}$/.test(text) && Number(text) >= least && Number(text) <= most) return Number(text);
  throw new InvalidArgumentError(`${option} "${text}" must be a whole number from ${least} to ${most}`);
}

function show(answer: UsageAnswer, options: QueryOptions & { readonly places?: number }, terminal: Terminal): void {
  const by = groupsOf(options);
  const hasTime = options.grain !== undefined;
  const places = options.places === undefined ? {} : { places: options.places };
  if (options.json === true) {
    terminal.stdout.write(`${JSON.stringify(answer)}\n`);
    return;
  }
  if (options.csv === true) {
    terminal.stdout.write(csvOf(answer, [...(hasTime ? ['time'] : []), ...by], options.metric));
    for (const warning of warnings(answer)) terminal.stderr.write(`${warning}\n`);
    return;
  }
  if (options.chart === true) {
    const ascii = options.ascii === true || !showsBlocks(terminal.env);
    const metric = options.metric[0] as string;
    const chart = usageChart(answer, { by, metric, hasTime, ascii, columns: terminal.columns ?? 80, ...places });
    terminal.stdout.write(`${[chart, ...warnings(answer)].join('\n')}\n`);
  } else {
    terminal.stdout.write(`${formatUsage(answer, { by, metrics: options.metric, hasTime, ...places })}\n`);
  }
  terminal.stderr.write(`complete to ${answer.complete_to}\n`);
}

function csvOf(answer: UsageAnswer, dimensions: readonly string[], metrics: readonly string[]): string {
  const isCompared = answer.total.previous !== undefined;
  const columns = [...dimensions, ...metrics, ...(isCompared ? metrics.map((metric) => `previous_${metric}`) : [])];
  const cells = (row: UsageRow) => [
    ...[...dimensions, ...metrics].map((name) => cellOf(row, name)),
    ...(isCompared ? metrics.map((metric) => row.previous?.[metric]) : []),
  ];
  return csvText(columns, (dimensions.length === 0 ? [answer.total] : answer.rows).map(cells));
}

/** A terminal that says it is not UTF-8, or that it can do little, gets plain characters. */
function showsBlocks(env: Terminal['env']): boolean {
  const locale = env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'];
  return env['TERM'] !== 'dumb' && (locale === undefined || /utf-?8/i.test(locale));
}
