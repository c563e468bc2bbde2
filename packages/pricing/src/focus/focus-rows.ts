import { formatMoney, type Meter } from '@costspan/usage';
import { CONTEXT_AXES } from '../card.ts';
import { catalogueProvider } from '../catalogue-provider.ts';
import { STANDARD_VALUES } from '../context-axes.ts';
import type { Cost, CostLine } from '../cost.ts';
import { type CostClass, classOfMeter } from '../cost-by-class.ts';
import type { FocusCharge } from './focus-charge.ts';
import { FOCUS_COLUMNS, type FocusColumn, type FocusRow, type FocusVersion } from './focus-columns.ts';
import { type PairedLines, pairLines } from './paired-lines.ts';
import { providerTitle } from './provider-titles.ts';
import { type UnitPrices, unitPrices } from './unit-prices.ts';

/**
 * A cost as rows of FOCUS, one for each line, in the currency of the cost: the charge of a token class or of another meter, with list
 * and contracted prices. The rows sum to the cost, to its list and to its contracted amount exactly; each amount is its unit price
 * times the pricing quantity, exactly. A cost that is unknown has no rows: FOCUS has no word for it, and 0 would be another.
 * Source: FOCUS 1.2 and 1.3, columns of Cost and Usage; https://focus.finops.org, read 2026-11-23.
 */
export function focusRows(cost: Cost, charge: FocusCharge, version: FocusVersion = '1.2'): FocusRow[] {
  if (cost.total === undefined) return [];
  return chargesOf(cost).map((one) => {
    const values = rowOf(cost, charge, one);
    return Object.fromEntries(FOCUS_COLUMNS[version].map((column) => [column, values[column]])) as FocusRow;
  });
}

interface Charged extends UnitPrices {
  readonly line: CostLine;
  /** What is billed, where that is not the contracted amount: the provider's own word. */
  readonly billed?: string;
  readonly consumed: string;
}

function chargesOf(cost: Cost): Charged[] {
  const [first] = cost.lines;
  if (cost.status === 'provider_reported' && first !== undefined) return [reportedCharge(cost, first)];
  const hasContracts = 'list' in cost;
  const list = hasContracts ? cost.listLines : cost.lines;
  const consumption = new Set<string>();
  return pairLines(cost.lines, list ?? cost.lines).map((pair) => ({
    ...unitPrices(pair, list !== undefined),
    line: (pair.paid[0] ?? pair.list[0]) as CostLine,
    consumed: consumedBy(pair, cost.lines, consumption),
  }));
}

/** The provider states one amount for the call: no class of tokens has a share of it that anybody knows. */
function reportedCharge(cost: Cost, line: CostLine): Charged {
  const total = cost.total as NonNullable<Cost['total']>;
  const [paid, list] = [cost.contracted ?? total, cost.list ?? total];
  const prices = { paid, list, paidPrice: formatMoney(paid), listPrice: formatMoney(list) };
  return { ...prices, quantity: '1', per: 1, billed: formatMoney(total), line, consumed: '1' };
}

/**
 * What the call used, each unit once. A minimum or an increment charges more than was counted, and stands with the first of several
 * steps; so does the count.
 */
function consumedBy({ paid, list }: PairedLines, all: readonly CostLine[], told: Set<string>): string {
  let sum = 0;
  for (const line of paid.length > 0 ? paid : list) {
    const { meter, fee, quantity, counted } = line;
    const isWhole =
      fee === undefined && all.some((other) => other.meter === meter && !other.fee && other.counted !== undefined);
    if (!isWhole) sum += counted ?? quantity;
    else if (!told.has(meter)) sum += counted ?? 0;
    if (isWhole) told.add(meter);
  }
  return String(sum);
}

function rowOf(cost: Cost, charge: FocusCharge, charged: Charged): { readonly [C in FocusColumn]: string | null } {
  const { line, paid, list } = charged;
  const provider = providerTitle(charge.provider);
  const paidText = formatMoney(paid);
  const billed = charged.billed ?? paidText;
  const sku = skuOf(cost, charge, line);
  const unit = unitOf(line.meter);
  const region = charge.context?.region ?? null;
  return {
    BilledCost: billed,
    BillingAccountId: charge.billingAccountId,
    BillingAccountName: charge.billingAccountName ?? null,
    BillingAccountType: null,
    BillingCurrency: cost.currency,
    BillingPeriodEnd: charge.billingPeriod.end,
    BillingPeriodStart: charge.billingPeriod.start,
    ChargeCategory: 'Usage',
    ChargeClass: null,
    ChargeDescription: [provider, sku.model, titleOf(line.meter), line.fee].filter((part) => part).join(' '),
    ChargeFrequency: 'Usage-Based',
    ChargePeriodEnd: charge.chargePeriod.end,
    ChargePeriodStart: charge.chargePeriod.start,
    ConsumedQuantity: charged.consumed,
    ConsumedUnit: unit,
    ContractedCost: paidText,
    ContractedUnitPrice: charged.paidPrice,
    EffectiveCost: billed,
    HostProviderName: provider,
    InvoiceId: null,
    InvoiceIssuerName: provider,
    // Without a list price the specification wants what is billed.
    ListCost: list === undefined ? billed : formatMoney(list),
    ListUnitPrice: charged.listPrice ?? null,
    PricingCategory: 'Standard',
    PricingCurrency: cost.currency,
    PricingQuantity: charged.quantity,
    PricingUnit: charged.per === undefined ? WHOLE_UNIT : charged.per === 1 ? unit : `${charged.per} ${unit}`,
    ProviderName: provider,
    PublisherName: charge.publisher ?? provider,
    RegionId: region,
    RegionName: region,
    ResourceId: charge.resourceId ?? null,
    ResourceName: null,
    ResourceType: charge.resourceId === undefined ? null : 'Deployment',
    ServiceCategory: 'AI and Machine Learning',
    ServiceName: `${provider} API`,
    ServiceProviderName: provider,
    ServiceSubcategory: 'Generative AI',
    SkuId: sku.id,
    SkuMeter: titleOf(line.meter),
    SkuPriceDetails: JSON.stringify(sku.details),
    SkuPriceId: sku.priceId,
    SubAccountId: charge.subAccountId ?? null,
    SubAccountName: charge.subAccountName ?? null,
    SubAccountType: null,
    Tags: JSON.stringify(charge.tags ?? {}),
  };
}

/** The unit of a charge that is priced as a whole. */
const WHOLE_UNIT = 'Charges';

const CLASS_TITLES: { readonly [C in CostClass]: string } = {
  input: 'Input',
  cache_read: 'CacheRead',
  cache_write: 'CacheWrite',
  output: 'Output',
  other: 'Other',
};

/** What is sold, and what of how it was served has a price. The same details always have the same id of a price. */
function skuOf({ card }: Cost, { provider, model: asked, context = {} }: FocusCharge, { meter, above, fee }: CostLine) {
  const model = card?.model ?? asked ?? '';
  const served = CONTEXT_AXES.flatMap((axis): [string, string | boolean][] => {
    const value = context[axis];
    const text = String(value).toLowerCase();
    if (value === undefined || value === false || STANDARD_VALUES[axis].includes(text)) return [];
    return [[`x_${titleOf(axis).replaceAll(' ', '')}`, value === true ? true : text]];
  });
  const details = {
    x_Provider: card?.provider ?? catalogueProvider(provider),
    x_Model: model,
    x_TokenClass: CLASS_TITLES[classOfMeter(meter)],
    x_Meter: meter,
    ...(above === undefined ? {} : { x_Above: above }),
    ...(fee === undefined ? {} : { x_Fee: fee }),
    ...Object.fromEntries(served),
  };
  const id = `${details.x_Provider}/${model}/${meter}`;
  const marks = [
    ...(above === undefined ? [] : [`above=${above}`]),
    ...(fee === undefined ? [] : [`fee=${fee}`]),
    ...served.map(([name, value]) => `${name.slice(2)}=${value}`),
  ];
  return { model, id, details, priceId: [id, ...marks].join('/') };
}

/** `cache_read_tokens` → `Cache Read Tokens`. */
function titleOf(name: string): string {
  return name
    .split('_')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ');
}

/** `cache_read_tokens` → `Tokens`, `web_searches` → `Searches`. */
function unitOf(meter: Meter): string {
  return titleOf(meter.slice(meter.lastIndexOf('_') + 1));
}
