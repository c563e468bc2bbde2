import { isObject } from '@costspan/usage';
import type { FocusRule } from './rule.ts';

const NUMBERS = [
  'BilledCost',
  'ConsumedQuantity',
  'ContractedCost',
  'ContractedUnitPrice',
  'EffectiveCost',
  'ListCost',
  'ListUnitPrice',
  'PricingQuantity',
];
const INSTANTS = ['BillingPeriodEnd', 'BillingPeriodStart', 'ChargePeriodEnd', 'ChargePeriodStart'];
const CURRENCIES = ['BillingCurrency', 'PricingCurrency'];
const KEY_VALUES = ['SkuPriceDetails', 'Tags'];

/** How numbers, instants, currencies and key-values are written. */
export const formatRules: FocusRule = {
  name: 'formats',
  row: (row) => [
    ...NUMBERS.filter((name) => !fits(row[name], /^-?\d+(\.\d+)?(E-?\d+)?$/)).map((name) => `${name} is no number`),
    ...INSTANTS.filter((name) => !isInstant(row[name])).map(
      (name) => `${name} is no instant in UTC such as 2026-11-01T00:00:00Z`,
    ),
    ...CURRENCIES.filter((name) => !fits(row[name], /^[A-Z]{3}$/)).map((name) => `${name} is no code of ISO 4217`),
    ...KEY_VALUES.filter((name) => !isKeyValues(row[name])).map((name) => `${name} is no flat object in JSON`),
  ],
};

function fits(value: string | null | undefined, form: RegExp): boolean {
  return value === null || value === undefined || form.test(value);
}

function isInstant(value: string | null | undefined): boolean {
  return fits(value, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) && (!value || !Number.isNaN(Date.parse(value)));
}

/** Texts, numbers, booleans and null under their keys, nothing within them. */
function isKeyValues(value: string | null | undefined): boolean {
  if (value === null || value === undefined) return true;
  try {
    const found: unknown = JSON.parse(value);
    return isObject(found) && Object.values(found).every((one) => one === null || typeof one !== 'object');
  } catch {
    return false;
  }
}
