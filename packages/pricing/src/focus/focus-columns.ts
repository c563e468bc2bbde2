/** Versions of the FinOps Open Cost and Usage Specification that rows are written for. */
export const FOCUS_VERSIONS = ['1.2', '1.3'] as const;
export type FocusVersion = (typeof FOCUS_VERSIONS)[number];

/** Columns of both versions that a charge by the call can fill. Those for commitments, capacity and zones do not apply and are left out. */
const SHARED = [
  'BilledCost',
  'BillingAccountId',
  'BillingAccountName',
  'BillingAccountType',
  'BillingCurrency',
  'BillingPeriodEnd',
  'BillingPeriodStart',
  'ChargeCategory',
  'ChargeClass',
  'ChargeDescription',
  'ChargeFrequency',
  'ChargePeriodEnd',
  'ChargePeriodStart',
  'ConsumedQuantity',
  'ConsumedUnit',
  'ContractedCost',
  'ContractedUnitPrice',
  'EffectiveCost',
  'InvoiceId',
  'InvoiceIssuerName',
  'ListCost',
  'ListUnitPrice',
  'PricingCategory',
  'PricingCurrency',
  'PricingQuantity',
  'PricingUnit',
  'ProviderName',
  'PublisherName',
  'RegionId',
  'RegionName',
  'ResourceId',
  'ResourceName',
  'ResourceType',
  'ServiceCategory',
  'ServiceName',
  'ServiceSubcategory',
  'SkuId',
  'SkuMeter',
  'SkuPriceDetails',
  'SkuPriceId',
  'SubAccountId',
  'SubAccountName',
  'SubAccountType',
  'Tags',
] as const;

/** 1.3 tells who sells a service from who hosts it, and keeps the older names beside them. */
const SINCE_1_3 = ['HostProviderName', 'ServiceProviderName'] as const;

export type FocusColumn = (typeof SHARED)[number] | (typeof SINCE_1_3)[number];

/** The columns of a version, in the order of their names. */
export const FOCUS_COLUMNS: { readonly [V in FocusVersion]: readonly FocusColumn[] } = {
  '1.2': SHARED,
  '1.3': [...SHARED, ...SINCE_1_3].sort(),
};

/** One charge. Decimals and JSON are texts; `null` is a value that does not apply. */
export type FocusRow = { readonly [C in FocusColumn]?: string | null };
