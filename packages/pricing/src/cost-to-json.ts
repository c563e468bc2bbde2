import { type Atto, formatMoney, type Meter } from '@costspan/usage';
import type { ConvertedCost, Cost, CostCard, CostStatus, ModelMatch } from './cost.ts';

/** A cost as it leaves the house: amounts are plain decimal strings without exponent or trailing zeros. */
export interface CostJson {
  readonly id: string | number | null;
  readonly status: CostStatus;
  /** `null` means unknown. */
  readonly total: string | null;
  readonly currency: string;
  readonly lines: readonly CostLineJson[];
  readonly card: CostCard | null;
  readonly match: ModelMatch | null;
  readonly reason?: string;
  /** With a book that has exchange rates, of a cost in another currency. */
  readonly converted?: ConvertedJson;
  /** With a book that has contracts or resale prices. */
  readonly list?: string | null;
  readonly contracted?: string | null;
  readonly resale?: string | null;
}

export interface ConvertedJson extends Omit<ConvertedCost, 'total' | 'list' | 'contracted' | 'resale'> {
  readonly total: string | null;
  readonly list?: string | null;
  readonly contracted?: string | null;
  readonly resale?: string | null;
}

export interface CostLineJson {
  readonly meter: Meter;
  readonly quantity: number;
  readonly counted?: number;
  readonly above?: number;
  readonly fee?: string;
  readonly rate: string;
  readonly per: number;
  readonly multipliers?: readonly { readonly name: string; readonly factor: string }[];
  readonly amount: string;
}

export function costToJson(cost: Cost, id?: string | number): CostJson {
  return {
    id: id ?? null,
    status: cost.status,
    total: text(cost.total),
    currency: cost.currency,
    lines: cost.lines.map(({ amount, ...line }) => ({ ...line, amount: formatMoney(amount) })),
    card: cost.card ?? null,
    match: cost.match ?? null,
    ...(cost.reason === undefined ? {} : { reason: cost.reason }),
    ...pricesOf(cost),
    ...(cost.converted === undefined ? {} : { converted: convertedToJson(cost.converted) }),
  };
}

function convertedToJson({ currency, total, list, contracted, resale, ...rate }: ConvertedCost): ConvertedJson {
  const prices = list === undefined && contracted === undefined ? {} : { list, contracted, resale };
  return { currency, total: text(total), ...pricesOf(prices), ...rate };
}

function pricesOf(
  prices: Pick<Cost, 'list' | 'contracted' | 'resale'>,
): Pick<CostJson, 'list' | 'contracted' | 'resale'> {
  if (!('list' in prices)) return {};
  return { list: text(prices.list), contracted: text(prices.contracted), resale: text(prices.resale) };
}

function text(amount: Atto | undefined): string | null {
  return amount === undefined ? null : formatMoney(amount);
}
