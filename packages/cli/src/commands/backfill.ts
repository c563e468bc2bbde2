import { CostspanError } from '@costspan/usage';
import { InvalidArgumentError } from 'commander';
import type { BackfillSummary } from '../backfill/engine/backfill-summary.ts';
import { instantUs } from '../backfill/engine/instant.ts';
import { BUCKET_TAG, IMPORT_TAG } from '../backfill/engine/row-tags.ts';
import { type BackfillPlan, checkFiles, type Progress, type Sent, sendFiles } from '../backfill/engine/run-backfill.ts';
import type { SendTarget } from '../backfill/engine/send-spans.ts';
import { BACKFILL_FORMATS } from '../backfill/index.ts';
import { collectorConfig } from '../collector-options.ts';
import { EXIT } from '../exit-code.ts';
import type { Terminal } from '../terminal.ts';
import { textTable } from '../text-table.ts';
import { parseInstant } from '../time-span.ts';
import type { DefineCommand } from './command.ts';

interface BackfillOptions {
  readonly from?: string;
  readonly url: string;
  readonly data?: string;
  readonly config?: string;
  readonly since?: string;
  readonly until?: string;
  readonly map: readonly string[];
  readonly tag: readonly string[];
  readonly keepCost?: true;
  readonly skipInvalid?: true;
  readonly skip?: string;
  readonly dryRun?: true;
  readonly json?: true;
}

const PROGRESS_INTERVAL_MS = 2_000;

const HELP = `
Formats (seen from how a file begins, or given by --from; JSON, NDJSON, CSV, each also as .gz):
${BACKFILL_FORMATS.map((format) => `  ${format.name.padEnd(10)} ${format.title}\n${tagLine(format.tags)}`).join('\n')}
             litellm: request_tags "key:value" become the tag key, other entries the tag request_tags

Every row becomes one call with an id made from the row, so the same file twice changes nothing. Rows are tagged
${IMPORT_TAG}=<format>. An export of sums becomes one row per bucket and group, at the start of the bucket, tagged
${BUCKET_TAG}=1m|1h|1d, with the meter "requests" where the source counts them: it counts as one call and has no duration.
Export them grouped by model, or they cannot be priced; export one grouping of a time only. A bucket that is not over
is left out.
Costs: a call is priced by the cards, as if it had been sent on the day. A cost that the provider itself stated is kept
beside that. What a gateway worked out (LiteLLM's spend) is only added up in the summary, unless --keep-cost.
Calls that a collector saw live are not recognised in a file of another system: use --since and --until.
Exit:  0 all is sent (or, with --dry-run, would be), 1 mistakes, refusals or Ctrl-C, 2 wrong options.

  costspan backfill spend-logs.ndjson --dry-run
  costspan backfill spend-logs.csv.gz --map metadata.spend_logs_metadata.feature=feature_name --tag environment=production
  costspan backfill usage-*.json --from openai --data .costspan`;

/** `costspan backfill`: past calls from other systems' files into the ledger. */
export const defineBackfill: DefineCommand = (program, terminal, exit) => {
  program
    .command('backfill')
    .description(
      'Put past calls into the ledger: LiteLLM spend logs, OpenAI and Anthropic usage exports, our own NDJSON.',
    )
    .argument('<file...>', 'files, in any mixture of formats')
    .option('--from <format>', BACKFILL_FORMATS.map((format) => format.name).join(', '))
    .option('--url <url>', 'the collector (COSTSPAN_URL)', terminal.env['COSTSPAN_URL'] ?? 'http://127.0.0.1:4318')
    .option('--data <dir>', 'write to the ledger in this directory instead; no collector may have it open')
    .option('--config <file>', 'settings for --data (default: costspan.yaml when there is one): card files')
    .option('--since <instant>', 'only rows that start at or after this: an instant, or a time span before now')
    .option('--until <instant>', 'only rows that start before this')
    .option('--map <field=tag...>', 'which field becomes which tag; a path has dots; "field=" takes a field out', [])
    .option('--tag <tag=value...>', 'a tag for every row', [])
    .option('--keep-cost', 'keep costs that the source worked out as if the provider had stated them')
    .option('--skip-invalid', 'send what is good although something is mistaken')
    .option('--skip <rows>', 'go on after this many rows of an earlier run')
    .option('--dry-run', 'read everything, say what is in it, send nothing')
    .option('--json', 'the summary as JSON')
    .addHelpText('after', HELP)
    .action(async (files: readonly string[], options: BackfillOptions) => {
      const stop = new AbortController();
      void terminal.interrupted().then(() => stop.abort());
      const plan = planOf(files, options, terminal.now());
      const summary = await checkFiles(plan, stop.signal, progressOn(terminal, 'read'));
      tell(summary, terminal);
      if (stop.signal.aborted) {
        terminal.stderr.write('costspan: stopped while reading; nothing was sent.\n');
        return exit(EXIT.finding);
      }
      const mayNotSend = summary.mistakes > 0 && options.skipInvalid !== true;
      const sent = options.dryRun === true || mayNotSend ? undefined : await send(plan, options, stop.signal, terminal);
      print(summary, sent, options, terminal);
      if (sent === undefined && mayNotSend) {
        terminal.stderr.write(
          `costspan: ${summary.mistakes} mistakes, so nothing ${options.dryRun === true ? 'would be' : 'was'} sent. ` +
            'Mend them, or send the rest with --skip-invalid.\n',
        );
      }
      if (sent !== undefined) tellSent(sent, terminal);
      if (summary.mistakes > 0 || sent?.stopped !== undefined || (sent?.rejected ?? 0) > 0) exit(EXIT.finding);
    });
};

function tagLine(tags: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(tags).map(([field, tag]) => `${field}=${tag}`);
  return `             tags: ${pairs.length === 0 ? 'as they are' : pairs.join(' ')}`;
}

/** @throws InvalidArgumentError for an option that says nothing sensible. */
function planOf(files: readonly string[], options: BackfillOptions, nowMs: number): BackfillPlan {
  const format = BACKFILL_FORMATS.find(({ name }) => name === options.from);
  if (options.from !== undefined && format === undefined) {
    throw new InvalidArgumentError(
      `--from "${options.from}" is not a format; choose from ${BACKFILL_FORMATS.map(({ name }) => name).join(', ')}`,
    );
  }
  if (options.skip !== undefined && !/^\d{1,12}$/.test(options.skip)) {
    throw new InvalidArgumentError(`--skip "${options.skip}" must be a whole number of rows`);
  }
  const at = (text: string) => instantUs(parseInstant(text, nowMs)) as number;
  return {
    files,
    nowMs,
    ...(format === undefined ? {} : { format }),
    ...(options.since === undefined ? {} : { sinceUs: at(options.since) }),
    ...(options.until === undefined ? {} : { untilUs: at(options.until) }),
    tags: { map: options.map, tag: options.tag },
    keepCost: options.keepCost === true,
    skipRows: Number(options.skip ?? 0),
  };
}

async function send(
  plan: BackfillPlan,
  options: BackfillOptions,
  signal: AbortSignal,
  terminal: Terminal,
): Promise<Sent> {
  const progress = progressOn(terminal, 'sent');
  const key = terminal.env['COSTSPAN_API_KEY'];
  if (options.data === undefined) return sendFiles(plan, { url: options.url, key }, signal, progress);
  const { target, close } = await collectorOn(options.data, options.config, terminal);
  try {
    return await sendFiles(plan, target, signal, progress);
  } finally {
    await close();
  }
}

/** A collector of our own on a ledger, for as long as the backfill takes. It forwards nothing. */
async function collectorOn(
  data: string,
  config: string | undefined,
  terminal: Terminal,
): Promise<{ readonly target: SendTarget; readonly close: () => Promise<void> }> {
  const settings = await collectorConfig({ data, ...(config === undefined ? {} : { config }) }, terminal);
  const { startCollector } = await import('@costspan/collector');
  const collector = await startCollector({ ...settings, listen: { host: '127.0.0.1', port: 0 }, exporters: [] });
  return { target: { url: collector.url, key: settings.ingestKeys[0] }, close: () => collector.close() };
}

function progressOn(terminal: Terminal, what: string): Progress {
  let toldAtMs = terminal.now();
  return (rows, place) => {
    const nowMs = terminal.now();
    if (nowMs - toldAtMs < PROGRESS_INTERVAL_MS) return;
    toldAtMs = nowMs;
    terminal.stderr.write(`  ${rows.toLocaleString('en-US')} rows ${what}, at ${place}\n`);
  };
}

function tell(summary: BackfillSummary, terminal: Terminal): void {
  for (const note of summary.notes) terminal.stderr.write(`note: ${note}\n`);
  if (summary.withoutModel > 0) {
    terminal.stderr.write(
      `note: ${summary.withoutModel} rows name no model, so they will have no cost; export sums grouped by model\n`,
    );
  }
  for (const mistake of summary.mistakesTold) terminal.stderr.write(`${mistake}\n`);
  const more = summary.mistakes - summary.mistakesTold.length;
  if (more > 0) terminal.stderr.write(`and ${more} more mistakes\n`);
}

function print(summary: BackfillSummary, sent: Sent | undefined, options: BackfillOptions, terminal: Terminal): void {
  if (options.json === true) {
    const result =
      sent === undefined ? {} : { sent_calls: sent.calls, rejected_calls: sent.rejected, sent_rows: sent.rows };
    terminal.stdout.write(`${JSON.stringify({ ...summary.toJson(), ...result })}\n`);
    return;
  }
  const lines = [...summary.toLines()];
  if (sent !== undefined) lines.push(['sent', sent.calls.toLocaleString('en-US')]);
  const table = textTable(
    [
      { title: '', align: 'left', cell: ([name]) => name },
      { title: '', align: 'right', cell: ([, value]) => value },
    ],
    lines,
  );
  terminal.stdout.write(`${table.trimStart()}\n`);
}

function tellSent(sent: Sent, terminal: Terminal): void {
  for (const message of sent.said) terminal.stderr.write(`the collector says: ${message}\n`);
  if (sent.stopped === undefined) return;
  const why = sent.stopped instanceof CostspanError ? sent.stopped.message : 'stopped as asked';
  terminal.stderr.write(
    `costspan: ${why}\n` +
      `${sent.rows.toLocaleString('en-US')} rows are done. Go on with the same command and --skip ${sent.rows}, ` +
      'or without it: what was sent is sent again and changes nothing.\n',
  );
}
