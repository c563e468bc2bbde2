import { METER_NAMES, type Meter } from '@costspan/usage';
import type {
  Card,
  ContextMultiplier,
  ContextTier,
  ContextValues,
  PricePeriod,
  Rate,
  RateSet,
  Rates,
} from '../card.ts';
import { catalogueProvider } from '../catalogue-provider.ts';
import { shiftDecimal } from '../decimal.ts';
import { Findings, isObject, type JsonObject, show } from '../findings.ts';
import { type CardImport, type ImportOptions, importedFile } from './card-import.ts';
import { NumberText, numberText } from './exact-json.ts';
import { multipliersOf, servedField } from './litellm-contexts.ts';
import { isDescription, LITELLM_FIELDS, type PriceField } from './litellm-fields.ts';

const ORIGIN = 'https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json';

/**
 * Reads LiteLLM's price map (`{ "gpt-4o": { "litellm_provider": "openai", "input_cost_per_token": 2.5e-06, … } }`). Prices
 * by batch and service tier become cells, factors of speed and region multipliers; what else has no place in a card is a finding.
 */
export function importLitellm(value: unknown, options: ImportOptions): CardImport {
  const findings = new Findings();
  if (!isObject(value)) findings.add('$', 'SOURCE_SHAPE', `${show(value)} is not a map of model: prices`);
  const cards = Object.entries(isObject(value) ? value : {})
    .filter(([name]) => name !== 'sample_spec')
    .flatMap(([name, entry]) => cardOf(name, entry, options, findings) ?? []);
  return { file: importedFile('litellm', cards, findings.list), findings: findings.list };
}

function cardOf(name: string, entry: unknown, options: ImportOptions, findings: Findings): Card | undefined {
  if (!isObject(entry))
    return findings.add(name, 'OBJECT_EXPECTED', `${show(entry)} is not an object; it was left out`);
  const owner = entry['litellm_provider'];
  if (typeof owner !== 'string') {
    return findings.add(name, 'PROVIDER_MISSING', 'the entry names no litellm_provider; it was left out');
  }
  const prices = periodOf(name, entry, findings);
  if (prices === undefined) {
    return findings.add(name, 'PRICES_MISSING', 'the entry has no price that a card can carry; it was left out');
  }
  const url = entry['source'];
  return {
    provider: providerOf(owner),
    model: modelOf(name, owner),
    currency: 'USD',
    source: {
      url: typeof url === 'string' && url !== '' ? url : ORIGIN,
      ...(options.read === undefined ? {} : { read: options.read }),
    },
    prices: [prices],
  };
}

/** LiteLLM splits some providers by model family and API; prices do not depend on that. */
const PROVIDER_FAMILIES: readonly (readonly [string, string])[] = [
  ['vertex_ai', 'google'],
  ['bedrock', 'aws'],
  ['azure', 'azure'],
  ['fireworks_ai', 'fireworks'],
  ['text-completion-openai', 'openai'],
  ['cohere', 'cohere'],
];

function providerOf(owner: string): string {
  return PROVIDER_FAMILIES.find(([prefix]) => owner.startsWith(prefix))?.[1] ?? catalogueProvider(owner);
}

/** Keys carry the provider as LiteLLM's users write it: `azure/gpt-4o`, `vertex_ai/claude-opus-5`. */
function modelOf(name: string, owner: string): string {
  const slash = name.indexOf('/');
  return slash > 0 && providerOf(name.slice(0, slash)) === providerOf(owner) ? name.slice(slash + 1) : name;
}

type MutableRates = { [M in Meter]?: Rate };

const TIER = /^(.+)_above_(\d+)k_tokens$/;

function periodOf(name: string, entry: JsonObject, findings: Findings): PricePeriod | undefined {
  const plain: MutableSet = { when: undefined, rates: {}, tiers: new Map() };
  const served = new Map<string, MutableSet>();
  const multipliers: ContextMultiplier[] = [];
  for (const [field, value] of Object.entries(entry)) {
    if (isDescription(field) || value === null || value === undefined) continue;
    const at = `${name}.${field}`;
    const factors = multipliersOf(field, value, at, findings);
    if (factors !== undefined) {
      multipliers.push(...factors.filter((factor) => !multipliers.some((other) => isSameWay(other, factor))));
      continue;
    }
    const { base: unsuffixed, when } = servedField(field);
    const [, base = unsuffixed, thousands] = TIER.exec(unsuffixed) ?? [];
    const known = LITELLM_FIELDS.get(base);
    if (field === 'search_context_cost_per_query') {
      setSearchRate(plain.rates, value, at, findings);
    } else if (known === undefined || known.modes?.includes(String(entry['mode'])) === false) {
      notCarried(value, at, findings);
    } else {
      const set = when === undefined ? plain : setOf(served, when);
      const rates = thousands === undefined ? set.rates : tierRates(set.tiers, Number(thousands) * 1000);
      setRate(rates, known, value, at, findings);
    }
  }
  if (Object.keys(plain.rates).length === 0) return undefined;
  const cells = [...served.values()].flatMap((set) => {
    const { when, rates } = set;
    if (when === undefined) return [];
    if (Object.keys(rates).length > 0) return [{ when, ...rateSetOf(set) }];
    const way = JSON.stringify(when);
    return findings.add(name, 'FIELD_NOT_CARRIED', `prices of long prompts for ${way} without the short ones`) ?? [];
  });
  return {
    ...rateSetOf(plain),
    ...(cells.length === 0 ? {} : { cells }),
    ...(multipliers.length === 0 ? {} : { multipliers }),
  };
}

/** What is collected for one way of being served. */
interface MutableSet {
  readonly when: ContextValues | undefined;
  readonly rates: MutableRates;
  readonly tiers: Map<number, MutableRates>;
}

function setOf(served: Map<string, MutableSet>, when: ContextValues): MutableSet {
  const key = JSON.stringify(when);
  const set = served.get(key) ?? { when, rates: {}, tiers: new Map() };
  served.set(key, set);
  return set;
}

function rateSetOf({ rates, tiers }: MutableSet): RateSet {
  const list = [...tiers]
    .sort(([a], [b]) => a - b)
    .map(([threshold, own]): ContextTier => ({ meter: 'input_tokens', op: '>', threshold, rates: inOrder(own) }))
    .filter((tier) => Object.keys(tier.rates).length > 0);
  return { rates: inOrder(rates), ...(list.length === 0 ? {} : { tiers: list }) };
}

function isSameWay(a: ContextMultiplier, b: ContextMultiplier): boolean {
  return JSON.stringify(a.when) === JSON.stringify(b.when);
}

function tierRates(tiers: Map<number, MutableRates>, threshold: number): MutableRates {
  const own = tiers.get(threshold) ?? {};
  tiers.set(threshold, own);
  return own;
}

function setRate(rates: MutableRates, field: PriceField, value: unknown, at: string, findings: Findings): void {
  const { meter, places, per } = field;
  const price = shiftDecimal(numberText(value) ?? '', places);
  const other = rates[meter];
  if (price === undefined) {
    findings.add(at, 'PRICE_REFUSED', `${plain(value)} is not a price; it was left out`);
  } else if (other === undefined) {
    rates[meter] = { price, per };
  } else if (other.price !== price) {
    findings.add(at, 'METER_DUPLICATE', `${meter} costs ${other.price} already; ${price} was left out`);
  }
}

/** A search has one price here; a price by context size is carried when all sizes cost the same. */
function setSearchRate(rates: MutableRates, value: unknown, at: string, findings: Findings): void {
  const prices = isObject(value) ? Object.values(value).map((price) => shiftDecimal(numberText(price) ?? '', 3)) : [];
  const [first] = prices;
  if (first === undefined || prices.some((price) => price !== first)) notCarried(value, at, findings);
  else rates.web_searches = { price: first, per: 1000 };
}

function notCarried(value: unknown, at: string, findings: Findings): void {
  findings.add(at, 'FIELD_NOT_CARRIED', `${plain(value)} was left out: cards have no place for it`);
}

function plain(value: unknown): string {
  return JSON.stringify(value, (_key, part) => (part instanceof NumberText ? Number(part.text) : part));
}

function inOrder(rates: Rates): Rates {
  return Object.fromEntries(
    METER_NAMES.flatMap((meter) => (rates[meter] === undefined ? [] : [[meter, rates[meter]]])),
  );
}
