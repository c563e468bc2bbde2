import { METER_NAMES, type Meter } from '@costspan/usage';
import type { Card, ContextTier, Rate, Rates } from '../card.ts';
import { catalogueProvider } from '../catalogue-provider.ts';
import { shiftDecimal } from '../decimal.ts';
import { Findings, isObject, type JsonObject, show } from '../findings.ts';
import { type CardImport, type ImportOptions, importedFile } from './card-import.ts';
import { numberText } from './exact-json.ts';

const ORIGIN = 'https://github.com/BerriAI/litellm/blob/main/model_prices_and_context_window.json';

/**
 * Reads LiteLLM's price map (`{ "gpt-4o": { "litellm_provider": "openai", "input_cost_per_token": 2.5e-06, … } }`). Prices that
 * depend on batch, service tier or place have no place in a card yet; each is a finding.
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
  if (!isObject(entry)) return findings.add(name, 'OBJECT_EXPECTED', `${show(entry)} is not an object`);
  const owner = entry['litellm_provider'];
  if (typeof owner !== 'string')
    return findings.add(name, 'PROVIDER_MISSING', 'the entry names no litellm_provider; it was left out');
  const prices = ratesOf(name, entry, findings);
  if (prices === undefined)
    return findings.add(name, 'PRICES_MISSING', 'the entry has no price that a card can carry; it was left out');
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
function providerOf(owner: string): string {
  if (owner.startsWith('vertex_ai')) return 'google';
  if (owner.startsWith('bedrock')) return 'aws';
  if (owner.startsWith('azure')) return 'azure';
  if (owner.startsWith('fireworks_ai')) return 'fireworks';
  if (owner === 'text-completion-openai') return 'openai';
  if (owner === 'cohere_chat') return 'cohere';
  return catalogueProvider(owner);
}

/** Keys carry the provider as LiteLLM's users write it: `azure/gpt-4o`, `vertex_ai/claude-opus-5`. */
function modelOf(name: string, owner: string): string {
  const slash = name.indexOf('/');
  const prefix = name.slice(0, slash);
  return slash > 0 &&
    (prefix === owner ||
      owner.startsWith(`${prefix}_`) ||
      owner.startsWith(`${prefix}-`) ||
      catalogueProvider(prefix) === providerOf(owner))
    ? name.slice(slash + 1)
    : name;
}

interface PriceField {
  readonly meter: Meter;
  /** Prices are for one unit; tokens and characters read better by the million. */
  readonly millions?: true;
}

const FIELDS: ReadonlyMap<string, PriceField> = new Map(
  Object.entries({
    input_cost_per_token: { meter: 'input_tokens', millions: true },
    output_cost_per_token: { meter: 'output_tokens', millions: true },
    cache_read_input_token_cost: { meter: 'cache_read_tokens', millions: true },
    input_cost_per_token_cache_hit: { meter: 'cache_read_tokens', millions: true },
    cache_creation_input_token_cost: { meter: 'cache_write_tokens', millions: true },
    cache_creation_input_token_cost_above_1hr: { meter: 'cache_write_1h_tokens', millions: true },
    input_cost_per_audio_token: { meter: 'input_audio_tokens', millions: true },
    input_cost_per_image_token: { meter: 'input_image_tokens', millions: true },
    input_cost_per_video_token: { meter: 'input_video_tokens', millions: true },
    output_cost_per_audio_token: { meter: 'output_audio_tokens', millions: true },
    output_cost_per_image_token: { meter: 'output_image_tokens', millions: true },
    output_cost_per_video_token: { meter: 'output_video_tokens', millions: true },
    output_cost_per_reasoning_token: { meter: 'output_reasoning_tokens', millions: true },
    citation_cost_per_token: { meter: 'output_citation_tokens', millions: true },
    cache_read_input_audio_token_cost: { meter: 'cache_audio_read_tokens', millions: true },
    cache_read_input_image_token_cost: { meter: 'cache_image_read_tokens', millions: true },
    cache_creation_input_audio_token_cost: { meter: 'cache_audio_write_tokens', millions: true },
    input_cost_per_character: { meter: 'input_characters', millions: true },
    output_cost_per_character: { meter: 'output_characters', millions: true },
    input_cost_per_second: { meter: 'seconds' },
    input_cost_per_audio_per_second: { meter: 'seconds' },
    output_cost_per_image: { meter: 'images' },
    input_cost_per_pixel: { meter: 'pixels', millions: true },
    input_cost_per_request: { meter: 'requests' },
    input_cost_per_query: { meter: 'search_units' },
    ocr_cost_per_page: { meter: 'pages' },
    code_interpreter_cost_per_session: { meter: 'sessions' },
    file_search_cost_per_1k_calls: { meter: 'file_searches' },
  } satisfies Record<string, PriceField>),
);

/** Prices that are stated for more than one unit. */
const PER_FIELD: Readonly<Record<string, number>> = { file_search_cost_per_1k_calls: 1000 };

/** Fields that say nothing about a price. */
const DESCRIPTION =
  /^(litellm_provider|mode|source|max_.*|supports_.*|supported_.*|deprecation_date|metadata|comment|notes?|rpm|tpm|output_vector_size|tool_use_system_prompt_tokens|base_model|provider_specific_entry_note|display_name|model_vendor|model_version)$/;
const TIER = /^(.+)_above_(\d+)k_tokens$/;

function ratesOf(
  name: string,
  entry: JsonObject,
  findings: Findings,
): { readonly rates: Rates; readonly tiers?: readonly ContextTier[] } | undefined {
  const rates: { [M in Meter]?: Rate } = {};
  const tiers = new Map<number, { [M in Meter]?: Rate }>();
  for (const [field, value] of Object.entries(entry)) {
    if (DESCRIPTION.test(field) || value === null || value === undefined) continue;
    const [, base = field, thousands] = TIER.exec(field) ?? [];
    const target = thousands === undefined ? rates : tierRates(tiers, Number(thousands) * 1000);
    const known = FIELDS.get(base);
    if (known !== undefined) setRate(target, known, base, value, `${name}.${field}`, findings);
    else if (field === 'search_context_cost_per_query') setSearchRate(rates, value, `${name}.${field}`, findings);
    else {
      findings.add(
        `${name}.${field}`,
        'FIELD_NOT_CARRIED',
        `${JSON.stringify(value, plainNumbers)} was left out: cards have no place for it`,
      );
    }
  }
  if (Object.keys(rates).length === 0) return undefined;
  const list = [...tiers]
    .filter(([, own]) => Object.keys(own).length > 0)
    .sort(([a], [b]) => a - b)
    .map(([threshold, own]): ContextTier => ({ meter: 'input_tokens', op: '>', threshold, rates: inOrder(own) }));
  return { rates: inOrder(rates), ...(list.length === 0 ? {} : { tiers: list }) };
}

function tierRates(tiers: Map<number, { [M in Meter]?: Rate }>, threshold: number): { [M in Meter]?: Rate } {
  const own = tiers.get(threshold) ?? {};
  tiers.set(threshold, own);
  return own;
}

function setRate(
  rates: { [M in Meter]?: Rate },
  { meter, millions }: PriceField,
  field: string,
  value: unknown,
  at: string,
  findings: Findings,
): void {
  const text = numberText(value);
  const price = text === undefined ? undefined : shiftDecimal(text, millions === true ? 6 : 0);
  if (price === undefined) {
    findings.add(at, 'PRICE_REFUSED', `${show(value)} is not a price; it was left out`);
  } else if (rates[meter] !== undefined) {
    if (rates[meter].price !== price)
      findings.add(at, 'METER_DUPLICATE', `${meter} has another price already; ${price} was left out`);
  } else rates[meter] = { price, per: millions === true ? 1_000_000 : (PER_FIELD[field] ?? 1) };
}

/** A search has one price here; a price by context size is carried when all sizes cost the same. */
function setSearchRate(rates: { [M in Meter]?: Rate }, value: unknown, at: string, findings: Findings): void {
  const prices = isObject(value) ? Object.values(value).map((price) => shiftDecimal(numberText(price) ?? '', 3)) : [];
  const [first] = prices;
  if (first !== undefined && prices.every((price) => price === first)) {
    rates.web_searches = { price: first, per: 1000 };
  } else {
    findings.add(
      at,
      'FIELD_NOT_CARRIED',
      `${JSON.stringify(value, plainNumbers)} was left out: cards have one price for a search`,
    );
  }
}

function plainNumbers(_key: string, value: unknown): unknown {
  return isObject(value) && 'text' in value ? Number(numberText(value)) : value;
}

function inOrder(rates: Rates): Rates {
  return Object.fromEntries(
    METER_NAMES.flatMap((meter) => (rates[meter] === undefined ? [] : [[meter, rates[meter]]])),
  );
}
