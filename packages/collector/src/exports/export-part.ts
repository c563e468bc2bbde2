import { randomUUID } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { attoFromInteger, formatMoney, InvalidInputError, parseMoney } from '@costspan/usage';
import { formatInstantUs } from '../query/instants.ts';
import { BYTE_ORDER_MARK, csvRecord, csvStyle } from './csv-text.ts';
import { EXPORT_COLUMNS } from './export-columns.ts';
import { type ExportQuery, type ExportSelection, isFocus, isParquet, PART_CALLS_MAX } from './export-query.ts';
import type { ExportSource, LineStyle } from './export-source.ts';
import { chargeRows } from './focus/charge-rows.ts';
import { focusColumns, focusType } from './focus/focus-export-row.ts';

/** What an export, or a part of one, holds. */
export interface ExportSums {
  readonly calls: number;
  /** Calls without a known cost: in FOCUS they have no row, elsewhere no cost. */
  readonly unpricedCalls: number;
  /** Rows without the heading. */
  readonly rows: number;
  /** US dollars, as a plain decimal. */
  readonly cost: string;
}

export interface ExportPart extends ExportSums {
  /** What follows the part before it; of Parquet a whole file. */
  readonly body: { readonly text: string } | { readonly file: string };
  /** Where the next part begins; `undefined` after the last one. */
  readonly nextUs: number | undefined;
}

/**
 * Makes one part of an export. The first part of a text begins with its heading. Whoever asked for a file removes it.
 * @param limit most calls, or as many as start in one microsecond
 */
export async function exportPart(
  source: ExportSource,
  query: ExportQuery,
  asOfUs: number,
  startUs: number,
  limit: number,
): Promise<ExportPart> {
  const { toUs, filters } = query;
  const all = { fromUs: startUs, toUs, filters, asOfUs };
  const endUs = startUs >= toUs ? toUs : await source.sliceEndUs(all, limit);
  const selection = { ...all, toUs: endUs };
  const nextUs = endUs < toUs ? endUs : undefined;
  const part = await partOf(source, query, selection, nextUs);
  await refuseDeleted(source, selection);
  return part;
}

async function partOf(
  source: ExportSource,
  query: ExportQuery,
  selection: ExportSelection,
  nextUs: number | undefined,
): Promise<ExportPart> {
  if (query.format === 'parquet') return { ...(await callsFile(source, selection)), nextUs };
  if (isParquet(query.format)) return { ...(await focusFile(source, query, selection)), nextUs };
  const made = isFocus(query.format)
    ? await focusText(source, query, selection)
    : await callsText(source, query, selection);
  const { text, calls, unpricedCalls, rows, cost } = made;
  const heading = selection.fromUs === query.fromUs ? headingOf(query) : '';
  return {
    calls,
    unpricedCalls,
    rows,
    cost: formatMoney(attoFromInteger(cost)),
    body: { text: heading + text },
    nextUs,
  };
}

/**
 * What was deleted since a snapshot cannot be told as it was, and a part without it would pass for the whole.
 * @throws InvalidInputError `EXPORT_QUERY_INVALID`
 */
async function refuseDeleted(source: ExportSource, selection: ExportSelection): Promise<void> {
  const beforeUs = await source.deletedBeforeUs(selection);
  if (beforeUs === undefined) return;
  const message = `calls from before ${formatInstantUs(beforeUs)} were deleted since; export anew without \`cursor\` and \`as_of\``;
  throw new InvalidInputError('EXPORT_QUERY_INVALID', 'export', [{ at: 'as_of', code: 'CURSOR_EXPIRED', message }]);
}

interface MadeText {
  readonly text: string;
  readonly calls: number;
  readonly unpricedCalls: number;
  readonly rows: number;
  readonly cost: bigint;
}

function headingOf(query: ExportQuery): string {
  if (query.format.endsWith('ndjson')) return '';
  const style = csvStyle(query.locale);
  const names = isFocus(query.format) ? focusColumns(query.version) : EXPORT_COLUMNS.map(({ name }) => name);
  return (style.isForSpreadsheet ? BYTE_ORDER_MARK : '') + csvRecord(names, style);
}

async function callsText(source: ExportSource, query: ExportQuery, selection: ExportSelection): Promise<MadeText> {
  const isJson = query.format === 'ndjson';
  const style: LineStyle = isJson ? { kind: 'ndjson' } : { kind: 'csv', style: csvStyle(query.locale) };
  const lines = await source.lines(selection, style);
  const end = isJson ? '\n' : '\r\n';
  let [cost, unpricedCalls] = [0n, 0];
  for (const line of lines) {
    if (line.cost === undefined) unpricedCalls += 1;
    else cost += line.cost;
  }
  const text = lines.map((line) => line.text + end).join('');
  return { text, calls: lines.length, unpricedCalls, rows: lines.length, cost };
}

async function focusText(source: ExportSource, query: ExportQuery, selection: ExportSelection): Promise<MadeText> {
  const charges = await source.charges(selection);
  const columns = focusColumns(query.version);
  const isJson = query.format === 'focus-ndjson';
  const style = csvStyle(query.locale);
  const lines: string[] = [];
  let [cost, unpricedCalls] = [0n, 0];
  for (const charge of charges) {
    const rows = chargeRows(charge, query.version);
    if (charge.total === undefined || charge.currency !== 'USD') unpricedCalls += 1;
    for (const row of rows) {
      // Of what is written, so that the sum tells of the file and not of the ledger.
      cost += parseMoney(row.BilledCost as string);
      lines.push(
        isJson
          ? `${JSON.stringify(row)}\n`
          : csvRecord(
              columns.map((column) => row[column] ?? null),
              style,
            ),
      );
    }
  }
  return { text: lines.join(''), calls: charges.length, unpricedCalls, rows: lines.length, cost };
}

async function callsFile(source: ExportSource, selection: ExportSelection): Promise<Omit<ExportPart, 'nextUs'>> {
  const name = `${randomUUID()}.parquet`;
  const file = join(await source.staging(), name);
  const { calls, unpricedCalls, cost } = await source.writeParquet(selection, name);
  return { calls, unpricedCalls, rows: calls, cost: formatMoney(attoFromInteger(cost)), body: { file } };
}

/** By way of a CSV file, slice by slice: the rows are made here, and the store writes Parquet. */
async function focusFile(
  source: ExportSource,
  query: ExportQuery,
  selection: ExportSelection,
): Promise<Omit<ExportPart, 'nextUs'>> {
  const directory = await source.staging();
  const name = randomUUID();
  const csv = join(directory, `${name}.csv`);
  const text: ExportQuery = { ...query, format: 'focus', fromUs: selection.fromUs, toUs: selection.toUs };
  let [calls, unpricedCalls, rows, cost] = [0, 0, 0, 0n];
  const out = await open(csv, 'wx', 0o600);
  try {
    for await (const part of exportParts(source, text, selection.asOfUs, PART_CALLS_MAX.text)) {
      if ('text' in part.body) await out.write(part.body.text);
      calls += part.calls;
      unpricedCalls += part.unpricedCalls;
      rows += part.rows;
      cost += parseMoney(part.cost);
    }
    await out.close();
    const columns = focusColumns(query.version).map((column) => ({ name: column, type: focusType(column) }));
    await source.csvToParquet(`${name}.csv`, `${name}.parquet`, columns);
  } finally {
    await out.close();
    await rm(csv, { force: true });
  }
  const body = { file: join(directory, `${name}.parquet`) };
  return { calls, unpricedCalls, rows, cost: formatMoney(attoFromInteger(cost)), body };
}

/** Every part that is left, one after the other; only one is held at a time. */
export async function* exportParts(
  source: ExportSource,
  query: ExportQuery,
  asOfUs: number,
  limit: number,
): AsyncGenerator<ExportPart> {
  for (let startUs: number | undefined = query.startUs ?? query.fromUs; startUs !== undefined; ) {
    const part: ExportPart = await exportPart(source, query, asOfUs, startUs, limit);
    yield part;
    startUs = part.nextUs;
  }
}
