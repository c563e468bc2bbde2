import type { Finding } from '@costspan/usage';
import type { Card, PricePeriod, Rate } from '../card.ts';
import { catalogueProvider } from '../catalogue-provider.ts';
import { shiftDecimal } from '../decimal.ts';
import { Findings, isObject, show } from '../findings.ts';
import { type CardImport, type ImportOptions, importedFile } from './card-import.ts';
import { numberText } from './exact-json.ts';
import { FREE } from './free-rates.ts';
import { equalNames } from './genai-match.ts';
import { genaiPeriods } from './genai-periods.ts';

const ORIGIN = 'https://github.com/pydantic/genai-prices';

/**
 * Reads prices of genai-prices: its data file (`[{ id, models: [{ id, match, prices }] }]`) or a plain list of rate cards
 * (`{ rows: [{ provider, model, prices }] }`). The cards mean what the file means: prices are taken over digit by digit, and a
 * model without any is free, as it is there; its card says so.
 */
export function importGenaiPrices(value: unknown, options: ImportOptions): CardImport {
  const findings = new Findings();
  const cards = sourceModels(value, findings).map((model) => cardOf(model, options, findings));
  const list: Finding[] = findings.list;
  return { file: importedFile('genai-prices', cards, list), findings: list };
}

interface SourceModel {
  readonly provider: string;
  readonly model: string;
  readonly prices: unknown;
  readonly match?: unknown;
  readonly url?: unknown;
  readonly checked?: unknown;
  readonly at: string;
}

function sourceModels(value: unknown, findings: Findings): SourceModel[] {
  const rows = isObject(value) ? value['rows'] : undefined;
  if (Array.isArray(rows)) return rows.flatMap((row, index) => rateCard(row, `rows[${index}]`, findings) ?? []);
  const providers = isObject(value) ? value['providers'] : value;
  if (Array.isArray(providers))
    return providers.flatMap((provider, index) => modelsOf(provider, `[${index}]`, findings));
  findings.add('$', 'SOURCE_SHAPE', 'neither a list of providers nor { "rows": [{ provider, model, prices }] }');
  return [];
}

function rateCard(row: unknown, at: string, findings: Findings): SourceModel | undefined {
  const raw = findings.object(row, at, ['provider', 'model', 'prices']);
  if (raw === undefined) return undefined;
  const { provider, model, prices } = raw;
  if (typeof provider === 'string' && typeof model === 'string') return { provider, model, prices, at };
  return findings.add(at, 'TEXT_EXPECTED', 'a rate card names its provider and its model');
}

/** Fields that say nothing about a price. */
const PROVIDER_FIELDS = ['id', 'name', 'models', 'pricing_urls', 'api_pattern', 'description', 'price_comments'].concat(
  ['provider_match', 'model_match', 'extractors', 'tool_use', 'fallback_model_providers'],
);
const MODEL_FIELDS = [
  'id',
  'name',
  'description',
  'match',
  'prices',
  'context_window',
  'price_comments',
  'deprecated',
].concat(['prices_checked', 'price_discrepancies', 'collapse', 'removed']);

function modelsOf(provider: unknown, at: string, findings: Findings): SourceModel[] {
  const raw = findings.object(provider, at, PROVIDER_FIELDS);
  if (raw === undefined) return [];
  const id = raw['id'];
  const urls = raw['pricing_urls'];
  if (typeof id !== 'string') {
    findings.add(`${at}.id`, 'TEXT_EXPECTED', `${show(id)} is not the id of a provider`);
    return [];
  }
  if (Array.isArray(raw['fallback_model_providers'])) {
    const others = raw['fallback_model_providers'].join(', ');
    findings.add(
      `${id}.fallback_model_providers`,
      'FALLBACK_DROPPED',
      `models priced as at ${others} were not taken over`,
    );
  }
  return (findings.array(raw['models'], `${at}.models`) ?? []).flatMap((model, index) => {
    const place = `${at}.models[${index}]`;
    const fields = findings.object(model, place, MODEL_FIELDS);
    if (fields === undefined) return [];
    const name = fields['id'];
    if (typeof name !== 'string') {
      findings.add(`${place}.id`, 'TEXT_EXPECTED', `${show(name)} is not the id of a model`);
      return [];
    }
    const { prices, match, prices_checked: checked } = fields;
    return [
      { provider: id, model: name, prices, match, url: Array.isArray(urls) ? urls[0] : undefined, checked, at: place },
    ];
  });
}

function cardOf(source: SourceModel, options: ImportOptions, findings: Findings): Card {
  const { provider, model, at } = source;
  const { names, dropped } = equalNames(source.match);
  for (const clause of dropped) {
    findings.add(
      `${at}.match`,
      'MATCH_DROPPED',
      `${provider}/${model}: ${clause} has no alias form; add the names it stands for`,
    );
  }
  const read = typeof source.checked === 'string' ? source.checked : options.read;
  return {
    provider: catalogueProvider(provider),
    model,
    aliases: names.filter((name) => name !== model),
    currency: 'USD',
    source: {
      url: typeof source.url === 'string' ? source.url : ORIGIN,
      ...(read === undefined ? {} : { read }),
      ...(isFree(source.prices) ? { note: 'the source states no price, which there means free of charge' } : {}),
    },
    prices: pricesOf(source, findings),
  };
}

function pricesOf({ prices, at }: SourceModel, findings: Findings): PricePeriod[] {
  if (isFree(prices)) return [{ rates: FREE }];
  return genaiPeriods(prices, { at: `${at}.prices`, findings, rate });
}

/** How the source writes that a model costs nothing. */
function isFree(prices: unknown): boolean {
  return isObject(prices) && Object.keys(prices).length === 0;
}

function rate(value: unknown, per: number): Rate | undefined {
  const price = shiftDecimal(numberText(value) ?? '', 0);
  return price === undefined ? undefined : { price, per };
}
