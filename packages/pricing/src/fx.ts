import type { CardSource } from './card.ts';
import { type Fraction, parseDecimal } from './decimal.ts';
import { instantOr } from './instant.ts';

/** The one value of `format` of a file of exchange rates. */
export const FX_FORMAT = 'costspan.fx/1';

/** What every foreign amount is converted to. */
export const FX_TARGET = 'USD';

/** Dated exchange rates, parsed and canonical: by currency, then by time. */
export interface FxFile {
  readonly format: typeof FX_FORMAT;
  /** `sha256:` and the hex digest of the rates. */
  readonly version: string;
  readonly rates: readonly FxRate[];
}

/** What one unit of a currency was worth in US dollars, from an instant until another: half open, like every period. */
export interface FxRate {
  /** ISO 4217. */
  readonly currency: string;
  readonly from?: string;
  readonly to?: string;
  /** Plain decimal string above 0. */
  readonly rate: string;
  readonly source: CardSource;
}

/** Rates ready for look-up. */
export interface FxTable {
  readonly version: string;
  readonly rates: ReadonlyMap<string, readonly CompiledFxRate[]>;
}

export interface CompiledFxRate {
  readonly fromUs: number;
  readonly toUs: number;
  readonly source: FxRate;
  readonly value: Fraction;
}

export function compileFx({ version, rates }: FxFile): FxTable {
  const table = new Map<string, CompiledFxRate[]>();
  for (const rate of rates) {
    const list = table.get(rate.currency) ?? [];
    table.set(rate.currency, list);
    list.push({
      fromUs: instantOr(rate.from, Number.NEGATIVE_INFINITY),
      toUs: instantOr(rate.to, Number.POSITIVE_INFINITY),
      source: rate,
      value: parseDecimal(rate.rate) ?? { numerator: 0n, denominator: 1n },
    });
  }
  return { version, rates: table };
}

/** The rate that held at an instant, by halving: a table of daily rates has thousands. */
export function fxRateAt({ rates }: FxTable, currency: string, atUs: number): CompiledFxRate | undefined {
  const list = rates.get(currency) ?? [];
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((list[middle] as CompiledFxRate).toUs <= atUs) low = middle + 1;
    else high = middle;
  }
  const found = list[low];
  return found !== undefined && found.fromUs <= atUs ? found : undefined;
}
