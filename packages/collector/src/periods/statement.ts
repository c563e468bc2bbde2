import { createHash } from 'node:crypto';
import { FOCUS_COLUMNS, type FocusVersion } from '@costspan/pricing';
import { attoFromInteger, CostspanError, formatMoney } from '@costspan/usage';
import { csvRecord } from '../exports/csv-text.ts';
import { PART_CALLS_MAX } from '../exports/export-query.ts';
import type { ExportSource } from '../exports/export-source.ts';
import { checkFocus } from '../exports/focus/check-focus.ts';
import type { StoredCharge } from '../exports/focus/stored-charge.ts';
import { formatInstantUs, parseInstantUs } from '../query/instants.ts';
import type { Reratings } from '../rerating/reratings.ts';
import { instantOf, type Month } from './month.ts';
import { StatementRows } from './statement-rows.ts';

/** What a statement says of itself. Amounts are plain decimals in US dollars. */
export interface StatementFacts {
  readonly costspan_statement: 1;
  readonly period: string;
  readonly version: FocusVersion;
  /** Knowledge time: what came later is a correction of a later statement. */
  readonly as_of: string;
  readonly calls: number;
  readonly unpriced_calls: number;
  readonly rows: number;
  readonly correction_rows: number;
  readonly cost_usd: string;
  readonly corrections_usd: string;
  readonly total_usd: string;
  readonly list_usd: string;
  readonly sha256: string;
  readonly bytes: number;
  /** Layers of other prices that it and the statements before it have told. */
  readonly reratings: number;
  /** SHA-256 of the statement before: none of them can be changed without the next ones. */
  readonly previous_sha256: string | null;
}

export interface Statement {
  readonly facts: StatementFacts;
  /** FOCUS as CSV. */
  readonly text: string;
}

/** Calls between two turns of other work: each takes some ten microseconds. */
const CALLS_PER_TURN = 256;

/**
 * The statement of a month: its charges as of an instant, by the layers of other prices; and what has changed since the statement before
 * in the months that are closed.
 * The same ledger gives the same bytes.
 * @param closed statements that are closed, the oldest first
 * @throws CostspanError `PERIOD_RULES` when a row would break the rules of FOCUS: nothing is closed then
 */
export async function makeStatement(
  source: ExportSource,
  month: Month,
  version: FocusVersion,
  asOfUs: number,
  closed: readonly { readonly month: Month; readonly facts: StatementFacts }[],
  reratings: Reratings,
): Promise<Statement> {
  const period = { start: instantOf(month.fromUs), end: instantOf(month.toUs) };
  const usage = new StatementRows(version, period, false);
  const corrections = new StatementRows(version, period, true);
  let [calls, unpricedCalls] = [0, 0];
  for (let fromUs = month.fromUs; fromUs < month.toUs; ) {
    const rest = { fromUs, toUs: month.toUs, filters: [], asOfUs };
    const toUs = await source.sliceEndUs(rest, PART_CALLS_MAX.text);
    const charges = await source.charges({ ...rest, toUs });
    await inTurns(charges, (charge) => usage.add(charge));
    calls += charges.length;
    unpricedCalls += charges.filter(({ total, currency }) => total === undefined || currency !== 'USD').length;
    fromUs = toUs;
  }
  const last = closed.at(-1);
  const layers = await reratings.layers();
  const told = await reratings.effective(layers.slice(0, last?.facts.reratings ?? 0));
  for (const { month: before } of closed) {
    const sinceUs = parseInstantUs((last as (typeof closed)[number]).facts.as_of) as number;
    const selection = { fromUs: before.fromUs, toUs: before.toUs, filters: [], asOfUs };
    const { added, removed } = await source.changes(selection, sinceUs);
    await inTurns(added, (charge) => corrections.add(charge));
    await inTurns(removed, (charge) => corrections.add(told.get(charge.id) ?? charge, -1n));
  }
  const [first] = closed;
  for (const [index, layer] of layers.entries()) {
    for (const { before, after } of await reratings.adjustments(layer)) {
      const isOfMonth = before.startedAtUs >= month.fromUs && before.startedAtUs < month.toUs;
      const isOfClosed =
        first !== undefined && before.startedAtUs >= first.month.fromUs && before.startedAtUs < month.fromUs;
      if (!isOfMonth && !(isOfClosed && index >= (last?.facts.reratings ?? 0))) continue;
      const rows = isOfMonth ? usage : corrections;
      rows.add(before, -1n);
      rows.add(after);
    }
  }
  const columns = FOCUS_COLUMNS[version];
  const [usageRows, correctionRows] = [usage.rows(), corrections.rows()];
  const rows = [...usageRows, ...correctionRows];
  const { count, findings } = await checkFocus(columns, rows, version);
  if (count > 0) {
    const [found] = findings;
    throw new CostspanError('PERIOD_RULES', `${count} mistakes in the statement; row ${found?.row}: ${found?.message}`);
  }
  const text = [columns, ...rows.map((row) => columns.map((column) => row[column] ?? null))]
    .map((cells) => csvRecord(cells))
    .join('');
  const dollars = (amount: bigint) => formatMoney(attoFromInteger(amount));
  const [cost, corrected] = [usage.sum('BilledCost'), corrections.sum('BilledCost')];
  return {
    text,
    facts: {
      ...{ costspan_statement: 1, period: month.label, version, as_of: formatInstantUs(asOfUs) },
      ...{ calls, unpriced_calls: unpricedCalls, rows: rows.length, correction_rows: correctionRows.length },
      ...{ cost_usd: dollars(cost), corrections_usd: dollars(corrected), total_usd: dollars(cost + corrected) },
      list_usd: dollars(usage.sum('ListCost') + corrections.sum('ListCost')),
      sha256: createHash('sha256').update(text).digest('hex'),
      bytes: Buffer.byteLength(text),
      reratings: layers.length,
      previous_sha256: last?.facts.sha256 ?? null,
    },
  };
}

async function inTurns(charges: readonly StoredCharge[], visit: (charge: StoredCharge) => void): Promise<void> {
  for (const [index, charge] of charges.entries()) {
    if (index % CALLS_PER_TURN === 0) await new Promise((resolve) => setImmediate(resolve));
    visit(charge);
  }
}
