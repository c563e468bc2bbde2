import { readdirSync, readFileSync } from 'node:fs';
import type { Card, CardFile, CardOverride, ContextTier, PricePeriod } from '../src/card.ts';
import { names, overrideCard } from '../src/override-card.ts';
import { parseCardFile } from '../src/parse-card-file.ts';

const OVERLAYS = new URL('../src/cards/overlays/', import.meta.url);

/** Our own cards and overrides, in the order of their file names. */
export function readOverlays(): CardFile[] {
  return readdirSync(OVERLAYS)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => parseCardFile(JSON.parse(readFileSync(new URL(name, OVERLAYS), 'utf8')), name));
}

/**
 * The cards with an overlay in them, as a book would layer it: its cards replace those of the same model and keep their
 * aliases, its overrides change what they name. Each change is a line of the report.
 * @throws Error when an override touches nothing: then a name in it is wrong, or the base has moved.
 */
export function overlayCards(cards: readonly Card[], overlay: CardFile, report: string[]): Card[] {
  const replaced = overlay.cards.reduce((before, card) => withCard(before, card, report), [...cards]);
  return (overlay.overrides ?? []).reduce((before, override) => withOverride(before, override, report), replaced);
}

function withCard(cards: readonly Card[], card: Card, report: string[]): Card[] {
  const at = `${card.provider}/${card.model}`;
  const index = cards.findIndex(({ provider, model }) => provider === card.provider && model === card.model);
  const under = cards[index];
  const taken = new Set([card.model, ...(card.aliases ?? [])]);
  const others = cards
    .filter((_, position) => position !== index)
    .map((other) => (other.provider === card.provider ? withoutAliases(other, taken) : other));
  const verb = under === undefined ? 'CARD_ADDED' : 'CARD_REPLACED';
  const what = card.prices.length === 0 ? 'known, without a price' : (card.source.note ?? card.source.url);
  report.push(`${verb} ${at}: ${what}`);
  return [...others, withAliases(card, under?.aliases ?? [])];
}

function withAliases(card: Card, more: readonly string[]): Card {
  const aliases = [...new Set([...(card.aliases ?? []), ...more])].filter((name) => name !== card.model);
  const { provider, model, aliases: _own, ...rest } = card;
  return { provider, model, ...(aliases.length === 0 ? {} : { aliases }), ...rest };
}

function withoutAliases(card: Card, taken: ReadonlySet<string>): Card {
  if (card.aliases?.some((name) => taken.has(name)) !== true) return card;
  const { aliases, ...rest } = card;
  return withAliases(
    rest,
    aliases.filter((name) => !taken.has(name)),
  );
}

function withOverride(cards: readonly Card[], override: CardOverride, report: string[]): Card[] {
  const touched = cards.filter((card) => names(override, card) && card.prices.length > 0);
  const idle = (override.models ?? []).filter(
    (model) => !touched.some((card) => names({ ...override, models: [model] }, card)),
  );
  const label = `${override.provider}/${override.models?.join(',') ?? '*'}`;
  if (touched.length === 0 || idle.length > 0) throw new Error(`${label}: no card has the name ${idle.join(', ')}`);
  const changes = Object.keys(override).filter(
    (field) => !['provider', 'models', 'from', 'to', 'source'].includes(field),
  );
  report.push(
    `OVERRIDDEN ${label}: ${changes.length === 0 ? 'a note' : changes.join(', ')} of ${touched.length} cards; ` +
      `${override.source.note ?? override.source.url}`,
  );
  return cards.map((card) => (touched.includes(card) ? overrideCard(card, override) : card));
}

/** OpenAI prices prompts of more than 272K tokens higher; the source has some models from 272,000 on. */
const LONG_PROMPT_TOKENS = 272_000;
const OPENAI_MODELS = /(?:^|\.)gpt-\d/;

/** Corrects the operator of OpenAI's long-prompt tiers wherever its models are sold at its list price. */
export function correctLongPrompts(cards: readonly Card[], report: string[]): Card[] {
  return cards.map((card) => {
    if (!OPENAI_MODELS.test(card.model) || !card.prices.some(({ tiers = [] }) => tiers.some(isWrong))) return card;
    report.push(
      `TIER_CORRECTED ${card.provider}/${card.model}: above ${LONG_PROMPT_TOKENS}, which the source has as from it on`,
    );
    return { ...card, prices: card.prices.map(corrected) };
  });
}

function corrected(period: PricePeriod): PricePeriod {
  if (period.tiers === undefined) return period;
  return { ...period, tiers: period.tiers.map((tier) => (isWrong(tier) ? { ...tier, op: '>' } : tier)) };
}

function isWrong({ op, threshold }: ContextTier): boolean {
  return op === '>=' && threshold === LONG_PROMPT_TOKENS;
}
