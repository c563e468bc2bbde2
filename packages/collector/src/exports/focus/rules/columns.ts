import type { FocusVersion } from '@costspan/pricing';
import type { FocusRule } from './rule.ts';

/** Columns that every file has; the others depend on what a provider offers. */
const MANDATORY = [
  'BilledCost',
  'BillingAccountId',
  'BillingAccountName',
  'BillingCurrency',
  'BillingPeriodEnd',
  'BillingPeriodStart',
  'ChargeCategory',
  'ChargeClass',
  'ChargeDescription',
  'ChargePeriodEnd',
  'ChargePeriodStart',
  'ContractedCost',
  'EffectiveCost',
  'InvoiceIssuerName',
  'ListCost',
  'PricingQuantity',
  'PricingUnit',
  'ProviderName',
  'PublisherName',
  'ServiceCategory',
  'ServiceName',
] as const;

/** Columns that stand together or not at all. */
const PAIRS = [
  ['ConsumedQuantity', 'ConsumedUnit'],
  ['SkuId', 'SkuPriceId'],
  ['ContractedUnitPrice', 'ContractedCost'],
  ['ListUnitPrice', 'ListCost'],
] as const;

const ADDED: { readonly [V in FocusVersion]: readonly string[] } = {
  '1.2': [],
  '1.3': ['HostProviderName', 'ServiceProviderName'],
};

/** Which columns there are, and how they are named. */
export const columnRules: FocusRule = {
  name: 'columns',
  columns(columns, version) {
    const there = new Set(columns);
    return [
      ...[...MANDATORY, ...ADDED[version]].filter((name) => !there.has(name)).map((name) => `${name} is missing`),
      ...(version === '1.2'
        ? ADDED['1.3'].filter((name) => there.has(name)).map((name) => `${name} is not in 1.2`)
        : []),
      ...columns.filter((name, index) => columns.indexOf(name) < index).map((name) => `${name} is there twice`),
      ...columns
        .filter((name) => !/^(x_)?[A-Z][A-Za-z0-9]*$/.test(name))
        .map((name) => `${name} is not in Pascal case`),
      ...PAIRS.filter(([a, b]) => there.has(a) && !there.has(b)).map(([a, b]) => `${a} needs ${b}`),
    ];
  },
};
