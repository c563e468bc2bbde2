import { FOCUS_COLUMNS, type FocusColumn, type FocusVersion } from '@costspan/pricing';

/** Columns of our own, as the specification names them: with `x_`. */
const OWN_COLUMNS = ['x_CallId', 'x_CostStatus', 'x_NativeCost', 'x_NativeCurrency', 'x_StartedAt'] as const;
type OwnColumn = (typeof OWN_COLUMNS)[number];

/** A row of FOCUS with where it comes from. Decimals, instants and JSON are texts. */
export type FocusExportRow = { readonly [C in FocusColumn | OwnColumn]?: string | null };

export function focusColumns(version: FocusVersion): readonly (FocusColumn | OwnColumn)[] {
  return [...FOCUS_COLUMNS[version], ...OWN_COLUMNS];
}

const DECIMAL = 'DECIMAL(38, 18)';
const TYPES: Readonly<Record<string, string>> = {
  BilledCost: DECIMAL,
  ConsumedQuantity: DECIMAL,
  ContractedCost: DECIMAL,
  ContractedUnitPrice: DECIMAL,
  EffectiveCost: DECIMAL,
  ListCost: DECIMAL,
  ListUnitPrice: DECIMAL,
  PricingQuantity: DECIMAL,
  x_NativeCost: DECIMAL,
  BillingPeriodEnd: 'TIMESTAMPTZ',
  BillingPeriodStart: 'TIMESTAMPTZ',
  ChargePeriodEnd: 'TIMESTAMPTZ',
  ChargePeriodStart: 'TIMESTAMPTZ',
  x_StartedAt: 'TIMESTAMPTZ',
};

/** The type of a column where it is not a text. */
export function focusType(column: string): string {
  return TYPES[column] ?? 'VARCHAR';
}
