import { existsSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExportFormat } from '@costspan/collector';
import { attoFromInteger, CostspanError, formatMoney } from '@costspan/usage';
import { InvalidArgumentError, Option } from 'commander';
import { type ApiOptions, withApi, withApiOptions } from '../api-options.ts';
import { EXIT } from '../exit-code.ts';
import { dropState, type ExportState, readState } from '../export/export-state.ts';
import { appendTarget, type ExportTarget, folderTarget, streamTarget, wholeTarget } from '../export/export-target.ts';
import { type ExportOutcome, manifestOf, questionOf, runExport } from '../export/run-export.ts';
import { SCHEMA_TARGETS } from '../export/schema/index.ts';
import type { Terminal } from '../terminal.ts';
import { parseInstant } from '../time-span.ts';
import { CONDITIONS_HELP, parseCondition } from '../usage/condition.ts';
import type { UsageApi } from '../usage-api.ts';
import type { DefineCommand } from './command.ts';

interface ExportOptions extends ApiOptions {
  readonly from: string;
  readonly to: string;
  readonly format: ExportFormat;
  readonly focusVersion: string;
  readonly locale?: string;
  readonly where: readonly string[];
  readonly any: readonly string[];
  readonly asOf?: string;
  readonly out: string;
  readonly partCalls?: string;
  readonly resume?: true;
  readonly force?: true;
}

/** The collector is not loaded for its list of them. */
const FORMATS = [
  'csv',
  'ndjson',
  'parquet',
  'focus',
  'focus-ndjson',
  'focus-parquet',
] as const satisfies readonly ExportFormat[];
/** Calls of a part: small enough for memory where they are text, large enough for a warehouse where they are Parquet. */
const PART_CALLS = { text: 10_000, parquet: 1_000_000 } as const;
/** A line of progress at most so often. */
const PROGRESS_EVERY_MS = 2_000;

const HELP = `
${CONDITIONS_HELP}
csv, ndjson and parquet have one row for each call; focus (CSV), focus-ndjson and focus-parquet one for each charge of a token class.
--out FILE holds all of it, with FILE.manifest.json beside it: counts, sum, SHA-256. --out DIR/ holds a file for each part.
An export that was ended goes on with the same command and --resume. A Parquet FILE comes whole; a Parquet DIR/ can be resumed.

  costspan export --from 2026-10-01 --to 2026-11-01 --out october.csv
  costspan export --format focus --focus-version 1.3 --from 2026-10-01 --to 2026-11-01 --out october-focus.csv
  costspan export --format parquet --from 30d --out usage/ --resume
  costspan export --format ndjson --where customer_id=acme --out - | gzip > acme.ndjson.gz`;

/** `costspan export`: calls or FOCUS charges as files. */
export const defineExport: DefineCommand = (program, terminal, exit) => {
  const command = program
    .command('export')
    .description('Take calls or FOCUS charges out as CSV, NDJSON or Parquet, resumable and checked against the query.');
  withApiOptions(command, terminal)
    .option('--from <instant>', 'an instant, or a time span before now', '24h')
    .option('--to <instant>', 'an instant, "now", or a time span before now', 'now')
    .addOption(new Option('--format <format>', 'what is written').choices([...FORMATS]).default('csv'))
    .option('--focus-version <version>', '1.2 or 1.3', '1.2')
    .option('--locale <language>', 'CSV as a spreadsheet of this language reads it, such as de')
    .option('--where <condition...>', 'only calls for which all of these hold', [])
    .option('--any <condition...>', 'and for which at least one of these holds', [])
    .option('--as-of <instant>', 'only what was known then')
    .option('--out <path>', 'a file, a directory (with / at its end), or - for standard output')
    .option('--part-calls <calls>', 'calls of a part: 10,000, of Parquet 1,000,000')
    .option('--resume', 'go on where an export to this path was ended')
    .option('--force', 'begin anew, over what is there')
    .addHelpText('after', HELP)
    .action(async (given: Omit<ExportOptions, 'out'> & { readonly out?: string }) => {
      if (given.out === undefined)
        throw new InvalidArgumentError('--out is missing: a file, a directory with / at its end, or -');
      const options: ExportOptions = { ...given, out: given.out };
      const parameters = parametersOf(options, terminal.now());
      const isDone = await withApi(options, terminal, (api) => exportTo(api, parameters, options, terminal));
      if (!isDone) exit(EXIT.finding);
    });
  command
    .command('schema')
    .description('Tables, load scripts and BI files for what export writes.')
    .addOption(
      new Option('--target <target>', 'what reads it')
        .choices(SCHEMA_TARGETS.map(({ name }) => name))
        .makeOptionMandatory(),
    )
    .addHelpText('after', `\n${SCHEMA_TARGETS.map(({ name, about }) => `${name.padEnd(11)} ${about}`).join('\n')}`)
    .action(async ({ target }: { readonly target: string }) => {
      const { EXPORT_COLUMNS } = await import('@costspan/collector');
      terminal.stdout.write(SCHEMA_TARGETS.find(({ name }) => name === target)?.write(EXPORT_COLUMNS) ?? '');
    });
};

function parametersOf(options: ExportOptions, nowMs: number): URLSearchParams {
  const isParquet = options.format.endsWith('parquet');
  const isWhole = isParquet && !isFolder(options.out);
  const partCalls = options.partCalls ?? String(isParquet ? PART_CALLS.parquet : PART_CALLS.text);
  if (!/^[1-9]\d{0,7}$/.test(partCalls)) {
    throw new InvalidArgumentError(`--part-calls "${partCalls}" must be a whole number from 1 to 10000000`);
  }
  const any = options.any.map(parseCondition);
  const filters = [...options.where.map(parseCondition), ...(any.length === 0 ? [] : [{ any }])];
  return new URLSearchParams({
    format: options.format,
    from: parseInstant(options.from, nowMs),
    to: parseInstant(options.to, nowMs),
    ...(options.format.startsWith('focus') ? { version: options.focusVersion } : {}),
    ...(options.locale === undefined ? {} : { locale: options.locale }),
    ...(filters.length === 0 ? {} : { filters: JSON.stringify(filters) }),
    ...(options.asOf === undefined ? {} : { as_of: parseInstant(options.asOf, nowMs) }),
    ...(isWhole ? {} : { limit: partCalls }),
  });
}

function isFolder(out: string): boolean {
  return out.endsWith('/');
}

async function exportTo(
  api: UsageApi,
  asked: URLSearchParams,
  options: ExportOptions,
  terminal: Terminal,
): Promise<boolean> {
  const { out } = options;
  const isStream = out === '-';
  const statePath = isFolder(out) ? join(out, 'resume.json') : `${out}.resume.json`;
  const from = isStream ? undefined : await stateOf(statePath, options);
  const parameters = from === undefined ? asked : sameQuestion(asked, from, options);
  const target = await targetOf(options, from, terminal);
  let isStopped = false;
  void terminal.interrupted().then(() => {
    isStopped = true;
  });
  const progress = progressOn(terminal);
  try {
    const outcome = await runExport({
      api,
      parameters,
      target,
      ...(isStream ? {} : { statePath }),
      from,
      onPart: progress,
      isStopped: () => isStopped,
    });
    if (!outcome.isComplete) {
      terminal.stderr.write(`ended after ${outcome.state.calls} calls; the same command with --resume goes on\n`);
      return false;
    }
    const isWhole = await check(api, parameters, outcome, terminal);
    if (isStream) return isWhole;
    const manifest = isFolder(out) ? join(out, 'manifest.json') : `${out}.manifest.json`;
    await writeFile(manifest, `${JSON.stringify(manifestOf(parameters, outcome), null, 2)}\n`, { flush: true });
    await dropState(statePath);
    return isWhole;
  } finally {
    await target.close();
  }
}

async function stateOf(path: string, { resume, force, out }: ExportOptions): Promise<ExportState | undefined> {
  if (force === true) {
    await rm(path, { force: true });
    return undefined;
  }
  const state = await readState(path);
  if (state !== undefined && resume !== true) {
    throw new CostspanError(
      'EXPORT_UNFINISHED',
      `an export to ${out} was not finished; go on with --resume, or begin anew with --force`,
    );
  }
  const isThere = existsSync(isFolder(out) ? join(out, 'manifest.json') : out);
  if (state === undefined && isThere) {
    throw new CostspanError(
      'EXPORT_EXISTS',
      `${out} is there already; choose another --out, or write over it with --force`,
    );
  }
  return state;
}

/** "24h" before now is another time now: an export goes on with the times it began with. */
function sameQuestion(asked: URLSearchParams, from: ExportState, { out }: ExportOptions): URLSearchParams {
  const began = new URLSearchParams(from.question);
  const now = new URLSearchParams(asked);
  for (const name of ['from', 'to']) now.set(name, began.get(name) ?? '');
  if (questionOf(now) !== from.question) {
    throw new CostspanError(
      'EXPORT_OTHER',
      `the export to ${out} was begun with another question; repeat it, or begin anew with --force`,
    );
  }
  return began;
}

async function targetOf(
  { out, format }: ExportOptions,
  from: ExportState | undefined,
  terminal: Terminal,
): Promise<ExportTarget> {
  const isParquet = format.endsWith('parquet');
  if (out === '-') return streamTarget(terminal.stdout);
  if (isFolder(out))
    return folderTarget(out, isParquet ? 'parquet' : format.endsWith('ndjson') ? 'ndjson' : 'csv', from);
  return isParquet ? wholeTarget(out) : appendTarget(out, from);
}

function progressOn({ stderr, now }: Terminal): (state: ExportState) => void {
  let toldMs = now();
  return ({ calls, rows }) => {
    if (now() - toldMs < PROGRESS_EVERY_MS) return;
    toldMs = now();
    stderr.write(`${calls.toLocaleString('en-US')} calls, ${rows.toLocaleString('en-US')} rows …\n`);
  };
}

/** Whether what was written is what the query says of the same calls. */
async function check(
  api: UsageApi,
  parameters: URLSearchParams,
  { state }: ExportOutcome,
  { stderr }: Terminal,
): Promise<boolean> {
  const filters = parameters.get('filters');
  const { total, expired_calls: expired } = (await api.ask('/usage/query', {
    from: parameters.get('from'),
    to: parameters.get('to'),
    metrics: ['calls', 'cost'],
    ...(filters === null ? {} : { filters: JSON.parse(filters) as unknown }),
    asOf: state.asOf,
  })) as { total: { calls: number; cost: string | null }; expired_calls: number };
  const cost = formatMoney(attoFromInteger(BigInt(state.costAtto)));
  const unpriced = state.unpricedCalls === 0 ? '' : `, ${state.unpricedCalls} without a known cost`;
  stderr.write(`${state.calls} calls${unpriced}, ${state.rows} rows, ${cost} USD, as of ${state.asOf}\n`);
  if (total.calls === state.calls && (total.cost ?? '0') === cost) return true;
  const why =
    expired > 0
      ? `${expired} calls of that time are deleted and only their sums are left`
      : 'calls were deleted or erased in between; export anew';
  stderr.write(`the query says ${total.calls} calls and ${total.cost ?? '0'} USD: ${why}\n`);
  return false;
}
