import type { FocusRule } from './rule.ts';

const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  ChargeCategory: ['Adjustment', 'Credit', 'Purchase', 'Tax', 'Usage'],
  ChargeClass: ['Correction'],
  ChargeFrequency: ['One-Time', 'Recurring', 'Usage-Based'],
  PricingCategory: ['Committed', 'Dynamic', 'Other', 'Standard'],
  ServiceCategory: [
    'AI and Machine Learning',
    'Analytics',
    'Business Applications',
    'Compute',
    'Databases',
    'Developer Tools',
    'Identity',
    'Integration',
    'Internet of Things',
    'Management and Governance',
    'Media',
    'Migration',
    'Mobile',
    'Multicloud',
    'Networking',
    'Other',
    'Security',
    'Storage',
    'Web',
  ],
};

/** Columns that are never empty. */
const FILLED = [
  'BilledCost',
  'BillingAccountId',
  'BillingCurrency',
  'BillingPeriodEnd',
  'BillingPeriodStart',
  'ChargeCategory',
  'ChargePeriodEnd',
  'ChargePeriodStart',
  'ContractedCost',
  'EffectiveCost',
  'InvoiceIssuerName',
  'ListCost',
  'ProviderName',
  'PublisherName',
  'ServiceCategory',
  'ServiceName',
];

/** What a cell may be, by itself. */
export const valueRules: FocusRule = {
  name: 'values',
  row(row, version) {
    const filled = version === '1.3' ? [...FILLED, 'ServiceProviderName'] : FILLED;
    return [
      ...filled.filter((name) => row[name] === null || row[name] === '').map((name) => `${name} is empty`),
      ...Object.entries(ALLOWED).flatMap(([name, values]) => {
        const value = row[name];
        return value === null || value === undefined || values.includes(value)
          ? []
          : [`${name} "${value}" is not allowed`];
      }),
    ];
  },
};
