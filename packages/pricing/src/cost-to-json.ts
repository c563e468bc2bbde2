import { type Atto, formatMoney, type Meter } from '@costspan/usage';
import type { Cost, CostCard, CostStatus, ModelMatch } from './cost.ts';

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
  /** With a book that has contracts or resale prices. */
  readonly list?: string | null;
  readonly contracted?: string | null;
  readonly resale?: string | null;
}

export interface CostLineJson {
  readonly meter: Meter;
  readonly quantity: number;
  readonly counted?: number;
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
    ...('list' in cost ? { list: text(cost.list), contracted: text(cost.contracted), resale: text(cost.resale) } : {}),
  };
}

function text(amount: Atto | undefined): string | null {
  return amount === undefined ? null : formatMoney(amount);
}
