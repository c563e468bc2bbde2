import { type ModelInfo, type Provider, waitForUpdate } from '@pydantic/genai-prices';
import { CARDS_FORMAT, type Card, type CardFile, type PricePeriod } from '../src/card.ts';
import { Findings } from '../src/findings.ts';
import { importedFile } from '../src/import-cards/card-import.ts';
import { FREE } from '../src/import-cards/free-rates.ts';
import { equalNames } from '../src/import-cards/genai-match.ts';
import { genaiPeriods } from '../src/import-cards/genai-periods.ts';
import { parseCardFile } from '../src/parse-card-file.ts';
import { writeCardFile } from '../src/write-card-file.ts';
import { KNOWN_NAMES, POSSIBLE_NAMES } from './known-names.ts';
import { matchesClause } from './match-clause.ts';
import { correctLongPrompts, overlayCards, readOverlays } from './overlay-cards.ts';
import { snapPrice } from './snap-price.ts';

/** The day the pinned version of the source was published: nobody has read a price page later for it. */
const READ = '2026-09-23';
const SOURCE = '@pydantic/genai-prices 0.1.8';
const NOTICE =
  `Prices compiled from ${SOURCE} (https://github.com/pydantic/genai-prices), MIT License, Copyright Pydantic Services Inc. ` +
  'and individual contributors, with the overlays in src/cards/overlays. Written by build/compile-base.ts; do not edit.';

/** Names that the source gives to a model of another price. They stay unpriced until a card of their own corrects that. */
const REFUSED_NAMES: readonly string[] = ['groq/openai/gpt-oss-safeguard-20b'];

export interface CompiledBase {
  /** The catalogue as its file's bytes. */
  readonly catalogue: string;
  /** What was snapped, refused, corrected or left out, one line each. */
  readonly report: string;
}

/** Compiles the pinned source into our base catalogue. The same source gives the same bytes. */
export async function compileBase(): Promise<CompiledBase> {
  const providers = await waitForUpdate();
  if (providers === null) throw new Error(`${SOURCE} returned no providers`);
  const report: string[] = [];
  const own = new Map(providers.map((provider) => [provider.id, cardsOf(provider, report)]));
  const cards = providers.flatMap((provider) => {
    const mine = own.get(provider.id) ?? [];
    return [...mine, ...fallbackCards(provider, mine, own, report)];
  });
  const findings = new Findings();
  const imported = importedFile('base', cards, findings.list).cards;
  report.push(...findings.list.map(({ at, code, message }) => `${code} ${at}: ${message}`));
  const overlaid = readOverlays().reduce(
    (before, overlay) => overlayCards(before, overlay, report),
    correctLongPrompts(imported, report),
  );
  overlaid.sort((a, b) => compare(a.provider, b.provider) || compare(a.model, b.model));
  const file = { format: CARDS_FORMAT, layer: 'base', kind: 'base', notice: NOTICE, cards: overlaid };
  const base: CardFile = parseCardFile(file, 'the compiled base');
  return { catalogue: writeCardFile(base), report: `${report.sort(compare).join('\n')}\n` };
}

function cardsOf(provider: Provider, report: string[]): Card[] {
  const aliases = new Map<string, string[]>(provider.models.map(({ id }) => [id, []]));
  const taken = new Set(provider.models.flatMap((model) => [model.id, ...equalNames(model.match).names]));
  const known = KNOWN_NAMES[provider.id] ?? [];
  for (const name of [...known, ...(POSSIBLE_NAMES[provider.id] ?? [])]) {
    if (taken.has(name)) continue;
    taken.add(name);
    const model = provider.models.find(({ match }) => matchesClause(match, name));
    if (model !== undefined) aliases.get(model.id)?.push(name);
    else if (known.includes(name))
      report.push(`NAME_UNKNOWN ${provider.id}/${name}: no model of the source accepts it`);
  }
  const refused = REFUSED_NAMES.filter((name) => name.startsWith(`${provider.id}/`));
  report.push(...refused.map((name) => `NAME_REFUSED ${name}: the source gives it the price of another model`));
  return provider.models.map((model) => ({
    provider: provider.id,
    model: model.id,
    aliases: [...equalNames(model.match).names, ...(aliases.get(model.id) ?? [])].filter(
      (name) => name !== model.id && !refused.includes(`${provider.id}/${name}`),
    ),
    currency: 'USD',
    source: { url: provider.pricing_urls?.[0] ?? 'https://github.com/pydantic/genai-prices', read: READ },
    prices: pricesOf(provider, model, report),
  }));
}

function pricesOf(provider: Provider, model: ModelInfo, report: string[]): PricePeriod[] {
  const at = `${provider.id}/${model.id}`;
  if (!Array.isArray(model.prices) && Object.keys(model.prices).length === 0) {
    if (model.id.endsWith(':free')) return [{ rates: FREE }];
    report.push(`PRICES_EMPTY ${at}: the source states no price; its calls are unpriced`);
    return [];
  }
  const findings = new Findings();
  const prices = genaiPeriods(withoutTypes(model.prices), {
    at,
    findings,
    windowsFollowDates: true,
    rate: (value, per) => {
      const snapped = typeof value === 'number' ? snapPrice(value, per) : undefined;
      if (snapped?.snapped === true)
        report.push(`PRICE_SNAPPED ${at}: ${value} for ${per} → ${snapped.rate.price} for ${snapped.rate.per}`);
      return snapped?.rate;
    },
  });
  report.push(...findings.list.map((finding) => `${finding.code} ${finding.at}: ${finding.message}`));
  if (hasDatedWindows(model.prices)) {
    report.push(`WINDOWS_DATED ${at}: times of day hold from the date before them on; the source applies them always`);
  }
  return prices;
}

function hasDatedWindows(prices: ModelInfo['prices']): boolean {
  if (!Array.isArray(prices)) return false;
  const dated = prices.findIndex(({ constraint }) => constraint?.type === 'start_date');
  return dated !== -1 && prices.slice(dated).some(({ constraint }) => constraint?.type === 'time_of_date');
}

/** The package holds tiers as class instances and tags its constraints; as plain data it reads like the source's own file. */
function withoutTypes(prices: ModelInfo['prices']): unknown {
  return JSON.parse(JSON.stringify(prices, (key, value) => (key === 'type' ? undefined : value)));
}

/**
 * Some providers resell models at their maker's list price, and the source looks them up there. Each becomes a card of the
 * reseller for the names that it does not price itself. Fine-tunes are left out: they are hosted, and priced, differently.
 */
function fallbackCards(
  provider: Provider,
  mine: readonly Card[],
  own: ReadonlyMap<string, readonly Card[]>,
  report: string[],
): Card[] {
  const taken = new Set(
    mine.flatMap((card) => [card.model, ...(card.aliases ?? [])].map((name) => name.toLowerCase())),
  );
  const resold: Card[] = [];
  for (const maker of provider.fallback_model_providers ?? []) {
    for (const card of own.get(maker) ?? []) {
      const names = [card.model, ...(card.aliases ?? [])].filter(
        (name) => !taken.has(name.toLowerCase()) && !isFineTune(name),
      );
      const [model, ...aliases] = names;
      if (model === undefined || card.prices.length === 0) continue;
      for (const name of names) taken.add(name.toLowerCase());
      const note = `list price of ${maker}/${card.model}; regional and data-zone offers may differ`;
      resold.push({ ...card, provider: provider.id, model, aliases, source: { ...card.source, note } });
    }
  }
  if (resold.length > 0)
    report.push(`LIST_PRICE ${provider.id}: ${resold.length} cards at the list price of the maker`);
  return resold;
}

function isFineTune(name: string): boolean {
  return name.startsWith('ft:') || name.includes('.ft-');
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

export const CATALOGUE_FILE = new URL('../src/cards/base/catalogue.json', import.meta.url);
export const REPORT_FILE = new URL('./base-report.txt', import.meta.url);
