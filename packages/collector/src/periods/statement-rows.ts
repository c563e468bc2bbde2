import type { FocusVersion } from '@costspan/pricing';
import { attoFromInteger, CostspanError, formatMoney, parseMoney } from '@costspan/usage';
import { chargeRows } from '../exports/focus/charge-rows.ts';
import type { FocusExportRow } from '../exports/focus/focus-export-row.ts';
import type { StoredCharge } from '../exports/focus/stored-charge.ts';

/** What of a charge a statement adds up. All other columns decide which row it belongs to. */
const SUMMED = [
  'BilledCost',
  'EffectiveCost',
  'ContractedCost',
  'ListCost',
  'ConsumedQuantity',
  'PricingQuantity',
] as const;
type Summed = (typeof SUMMED)[number];
/** Tags that a statement is by. Neither persons nor free tags: it is kept for ever. */
const TAGS = ['customer_id', 'business_unit', 'feature_name', 'environment', 'team', 'virtual_account'];
/** Most rows of a statement. */
const ROWS_MAX = 1_000_000;

/** A row of a statement, in the columns of FOCUS. */
export type StatementRow = Readonly<Record<string, string | null>>;

interface Group {
  readonly row: FocusExportRow;
  readonly sums: Record<Summed, bigint>;
  /** Charges without a price for a unit: all of them are one. */
  readonly isWhole: boolean;
  /** Something of it was taken back. */
  taken: boolean;
}

/** The month that is billed. ISO 8601 in UTC. */
export interface BillingPeriod {
  readonly start: string;
  readonly end: string;
}

/**
 * Adds charges up by UTC day, price and tags: a price that changed at noon gives two rows of that day. Rows are in the order of their
 * columns, so the same charges give the same bytes.
 */
export class StatementRows {
  readonly #groups = new Map<string, Group>();
  readonly #version: FocusVersion;
  readonly #period: BillingPeriod;
  readonly #isCorrection: boolean;

  constructor(version: FocusVersion, period: BillingPeriod, isCorrection: boolean) {
    this.#version = version;
    this.#period = period;
    this.#isCorrection = isCorrection;
  }

  /**
   * @param sign -1 takes the charge back
   * @throws CostspanError `PERIOD_TOO_LARGE`
   */
  add(charge: StoredCharge, sign: 1n | -1n = 1n): void {
    for (const row of chargeRows(charge, this.#version)) this.#add(row, sign);
  }

  rows(): StatementRow[] {
    return [...this.#groups]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([, group]) => (this.#isRow(group) ? rowOf(group) : undefined))
      .filter((row) => row !== undefined);
  }

  /** What was charged and taken back is no row; what was charged and costs nothing is. */
  #isRow({ sums, taken }: Group): boolean {
    return !(this.#isCorrection || taken) || SUMMED.some((column) => sums[column] !== 0n);
  }

  /** US dollars at 10⁻¹⁸. */
  sum(column: Summed): bigint {
    let sum = 0n;
    for (const { sums } of this.#groups.values()) sum += sums[column];
    return sum;
  }

  #add(charge: FocusExportRow, sign: bigint): void {
    const isWhole = charge.PricingUnit === 'Charges';
    const day = charge.ChargePeriodStart?.slice(0, 10) ?? '';
    const row: FocusExportRow = {
      ...charge,
      BillingPeriodStart: this.#period.start,
      BillingPeriodEnd: this.#period.end,
      ChargeClass: this.#isCorrection ? 'Correction' : null,
      ChargePeriodStart: `${day}T00:00:00Z`,
      ChargePeriodEnd: `${new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 19)}Z`,
      Tags: tagsText(charge.Tags ?? '{}'),
      ...(isWhole ? { ListUnitPrice: null, ContractedUnitPrice: null } : {}),
    };
    const key = JSON.stringify(
      Object.entries(row).filter(([column]) => !column.startsWith('x_') && !SUMMED.includes(column as Summed)),
    );
    let group = this.#groups.get(key);
    if (group === undefined) {
      if (this.#groups.size === ROWS_MAX) {
        throw new CostspanError('PERIOD_TOO_LARGE', `a statement has at most ${ROWS_MAX} rows`);
      }
      group = {
        row,
        isWhole,
        taken: false,
        sums: Object.fromEntries(SUMMED.map((column) => [column, 0n])) as Record<Summed, bigint>,
      };
      this.#groups.set(key, group);
    }
    if (sign < 0n) group.taken = true;
    for (const column of SUMMED) group.sums[column] += sign * parseMoney(charge[column] ?? '0');
  }
}

function rowOf({ row, sums, isWhole }: Group): StatementRow {
  const texts = Object.fromEntries(SUMMED.map((column) => [column, formatMoney(attoFromInteger(sums[column]))]));
  const own = Object.fromEntries(Object.entries(row).filter(([column]) => !column.startsWith('x_')));
  const prices = {
    PricingQuantity: '1',
    ListUnitPrice: texts['ListCost'],
    ContractedUnitPrice: texts['ContractedCost'],
  };
  return { ...own, ...texts, ...(isWhole ? prices : {}) } as StatementRow;
}

function tagsText(text: string): string {
  const tags = JSON.parse(text) as Record<string, string>;
  return JSON.stringify(
    Object.fromEntries(TAGS.flatMap((name) => (tags[name] === undefined ? [] : [[name, tags[name]]]))),
  );
}
