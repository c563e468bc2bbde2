import type { FocusRecord, FocusRule } from './rule.ts';

const PRICES = [
  ['ListCost', 'ListUnitPrice'],
  ['ContractedCost', 'ContractedUnitPrice'],
] as const;

/** Costs are their unit price times the quantity, to the last digit, and quantities have units. */
export const amountRules: FocusRule = {
  name: 'amounts',
  row: (row) => [
    ...PRICES.filter(([cost, price]) => !isProduct(row, cost, price)).map(
      ([cost, price]) =>
        `${cost} ${row[cost]} is not ${price} ${row[price]} × PricingQuantity ${row['PricingQuantity']}`,
    ),
    ...PRICES.filter(([, price]) => row['ChargeClass'] !== 'Correction' && row[price]?.startsWith('-')).map(
      ([, price]) => `${price} is negative`,
    ),
    ...(isThere(row['PricingQuantity']) === isThere(row['PricingUnit'])
      ? []
      : ['PricingQuantity and PricingUnit go together']),
    ...(isThere(row['ConsumedQuantity']) === isThere(row['ConsumedUnit'])
      ? []
      : ['ConsumedQuantity and ConsumedUnit go together']),
    ...(isThere(row['ConsumedQuantity']) && row['ChargeCategory'] !== 'Usage' ? ['only usage is consumed'] : []),
    ...(isThere(row['SkuPriceId']) && !isThere(row['SkuId']) ? ['SkuPriceId needs SkuId'] : []),
  ],
};

function isThere(value: string | null | undefined): boolean {
  return value !== null && value !== undefined;
}

function isProduct(row: FocusRecord, cost: string, price: string): boolean {
  const [amount, unit, quantity] = [row[cost], row[price], row['PricingQuantity']];
  if (!amount || !unit || !quantity) return true;
  const [a, u, q] = [amount, unit, quantity].map(exact);
  if (a === undefined || u === undefined || q === undefined) return true;
  const places = u.places + q.places;
  const product = u.value * q.value;
  return a.places >= places
    ? a.value === product * 10n ** BigInt(a.places - places)
    : a.value * 10n ** BigInt(places - a.places) === product;
}

/** `undefined` for what is no plain decimal: that is said elsewhere. */
function exact(text: string): { readonly value: bigint; readonly places: number } | undefined {
  const match = /^(-?\d+)(?:\.(\d+))?$/.exec(text);
  if (match === null) return undefined;
  const [, whole = '', fraction = ''] = match;
  return { value: BigInt(`${whole}${fraction}`), places: fraction.length };
}
