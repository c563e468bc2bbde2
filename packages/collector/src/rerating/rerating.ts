import { createHash } from 'node:crypto';
import type { PriceBook } from '@costspan/pricing';
import { attoFromInteger, CostspanError, formatMoney } from '@costspan/usage';
import { type ExportSelection, PART_CALLS_MAX } from '../exports/export-query.ts';
import type { ExportSource } from '../exports/export-source.ts';
import type { StoredCharge } from '../exports/focus/stored-charge.ts';
import { formatInstantUs } from '../query/instants.ts';
import { type RatedCall, reratedCharge } from './rerated-charge.ts';

/** A call with another cost. Both sides stand whole: what is deleted of the ledger is not needed to tell the difference. */
export interface Adjustment {
  readonly before: StoredCharge;
  readonly after: StoredCharge;
}

/** What a layer says of itself. Amounts are plain decimals in US dollars. */
export interface ReratingFacts {
  readonly costspan_rerating: 1;
  /** Place among the layers, from 1; `null` of a dry run, and where nothing changed. */
  readonly number: number | null;
  readonly from: string;
  readonly to: string;
  readonly as_of: string;
  /** Of the prices. */
  readonly book: string;
  readonly calls: number;
  readonly changed: number;
  /** Calls that keep their cost: the provider reported it, or the prices know none for them. */
  readonly kept: number;
  readonly before_usd: string;
  readonly after_usd: string;
  readonly difference_usd: string;
  /** Those with the largest difference first, at most a hundred. */
  readonly models: readonly {
    readonly provider: string;
    readonly model: string;
    readonly calls: number;
    readonly difference_usd: string;
  }[];
  /** SHA-256 of the adjustments. */
  readonly sha256: string;
}

export interface Rerating {
  readonly facts: ReratingFacts;
  /** NDJSON, one adjustment a line. */
  readonly text: string;
}

/** Most calls whose cost changes in one layer: they are held at a time. */
const ADJUSTMENTS_MAX = 500_000;
const MODELS_TOLD_MAX = 100;
const CALLS_PER_TURN = 256;

/**
 * Prices the calls of a selection by the prices in force. Nothing is edited: the layer tells what each call cost before and would cost
 * now.
 * @param effective what calls cost by the layers there are, by their ids
 * @throws CostspanError `RERATING_TOO_LARGE`
 */
export async function makeRerating(
  source: ExportSource,
  book: PriceBook,
  selection: ExportSelection,
  effective: ReadonlyMap<string, StoredCharge>,
): Promise<Rerating> {
  const lines: string[] = [];
  const models = new Map<string, { provider: string; model: string; calls: number; difference: bigint }>();
  let [calls, kept, before, after] = [0, 0, 0n, 0n];
  for (let { fromUs } = selection; fromUs < selection.toUs; ) {
    const rest = { ...selection, fromUs };
    const part = { ...rest, toUs: await source.sliceEndUs(rest, PART_CALLS_MAX.text) };
    const [charges, texts] = [await source.charges(part), await source.lines(part, { kind: 'ndjson' })];
    for (const [index, stored] of charges.entries()) {
      if (index % CALLS_PER_TURN === 0) await new Promise((resolve) => setImmediate(resolve));
      calls += 1;
      const old = effective.get(stored.id) ?? stored;
      const fresh = reratedCharge(old, JSON.parse(texts[index]?.text ?? '') as RatedCall, book);
      before += old.total ?? 0n;
      after += (fresh ?? old).total ?? 0n;
      if (fresh === undefined) kept += 1;
      if (fresh === undefined || fresh.total === old.total) continue;
      if (lines.length === ADJUSTMENTS_MAX) {
        throw new CostspanError(
          'RERATING_TOO_LARGE',
          `more than ${ADJUSTMENTS_MAX} calls change; rerate a shorter time`,
        );
      }
      lines.push(`${adjustmentText({ before: old, after: fresh })}\n`);
      const name = `${old.provider} ${old.model}`;
      const model = models.get(name) ?? { provider: old.provider, model: old.model ?? '', calls: 0, difference: 0n };
      model.calls += 1;
      model.difference += (fresh.total ?? 0n) - (old.total ?? 0n);
      models.set(name, model);
    }
    fromUs = part.toUs;
  }
  const text = lines.join('');
  const largest = [...models.values()].sort((a, b) => (size(a.difference) > size(b.difference) ? -1 : 1));
  return {
    text,
    facts: {
      ...{ costspan_rerating: 1, number: null },
      ...{ from: formatInstantUs(selection.fromUs), to: formatInstantUs(selection.toUs) },
      ...{ as_of: formatInstantUs(selection.asOfUs), book: book.version, calls, changed: lines.length, kept },
      ...{ before_usd: dollars(before), after_usd: dollars(after), difference_usd: dollars(after - before) },
      models: largest.slice(0, MODELS_TOLD_MAX).map(({ difference, ...model }) => ({
        ...model,
        difference_usd: dollars(difference),
      })),
      sha256: createHash('sha256').update(text).digest('hex'),
    },
  };
}

/** Amounts as texts, since JSON has no integers as large. */
function adjustmentText(adjustment: Adjustment): string {
  return JSON.stringify(adjustment, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
}

const AMOUNTS: ReadonlySet<string> = new Set(['total', 'list']);

/** The inverse. */
export function parseAdjustment(line: string): Adjustment {
  return JSON.parse(line, (key, value: unknown) => {
    if (AMOUNTS.has(key) && typeof value === 'string') return BigInt(value.slice(0, -1));
    // A list has no other word for a tag that is not there.
    return key === 'firstClassTags' ? (value as (string | null)[]).map((tag) => tag ?? undefined) : value;
  }) as Adjustment;
}

function size(amount: bigint): bigint {
  return amount < 0n ? -amount : amount;
}

function dollars(amount: bigint): string {
  return formatMoney(attoFromInteger(amount));
}
