import type { Adjustment, Card, CardFile, TermScope } from './card.ts';
import { cardPrices } from './card-prices.ts';
import { compileBook } from './compile-book.ts';

/** How one card differs. JSON as it stands. */
export interface CardChange {
  readonly provider: string;
  readonly model: string;
  readonly kind: 'added' | 'removed' | 'changed';
  /** `null` where there is no such price. */
  readonly prices: readonly { readonly at: string; readonly before: string | null; readonly after: string | null }[];
  readonly aliasesAdded: readonly string[];
  readonly aliasesRemoved: readonly string[];
}

/**
 * What becomes dearer, cheaper, known or unknown when `after` takes the place of `before`; overrides are part of the cards, ratios and
 * deployments stand by themselves.
 */
export function diffCards(before: readonly CardFile[], after: readonly CardFile[]): CardChange[] {
  const old = cardsByName(before);
  const now = cardsByName(after);
  const cards = [...new Set([...old.keys(), ...now.keys()])]
    .sort()
    .flatMap((name) => changeOf(old.get(name), now.get(name)) ?? []);
  return [...termChanges(before, after), ...cards];
}

/** Ratios and deployments are not part of a card: they stand under their provider, with `*` for the model. */
function termChanges(before: readonly CardFile[], after: readonly CardFile[]): CardChange[] {
  const old = termsByProvider(before);
  const now = termsByProvider(after);
  return [...new Set([...old.keys(), ...now.keys()])].sort().flatMap((provider) => {
    const prices = moved(old.get(provider) ?? NO_PRICES, now.get(provider) ?? NO_PRICES);
    return prices.length === 0
      ? []
      : [{ provider, model: '*', kind: 'changed' as const, prices, aliasesAdded: [], aliasesRemoved: [] }];
  });
}

const NO_PRICES: ReadonlyMap<string, string> = new Map();

function termsByProvider(files: readonly CardFile[]): Map<string, Map<string, string>> {
  const terms = new Map<string, Map<string, string>>();
  const put = (provider: string, at: string, text: string) => {
    const own = terms.get(provider) ?? new Map<string, string>();
    terms.set(provider, own.set(at, text));
  };
  for (const { layer, customers, cards, overrides = [], adjustments = [], deployments = [] } of files) {
    for (const term of adjustments)
      put(term.provider, `${layer} › ${term.name} on ${scopeText(term)}`, amountText(term));
    for (const term of overrides) {
      if (term.customers === undefined && term.deployments === undefined && customers === undefined) continue;
      const { provider, models, deployments: _own, customers: _whose, from, to, source, ...changes } = term;
      put(provider, `${layer} › override on ${scopeText(term)}`, JSON.stringify(changes));
    }
    for (const card of customers === undefined ? [] : cards) {
      for (const [at, text] of cardPrices(card)) {
        put(card.provider, `${layer} › ${card.model} for ${customers?.join(' ')} › ${at}`, text);
      }
    }
    for (const { provider, deployment, model, region } of deployments) {
      put(provider, `deployment ${deployment}`, region === undefined ? model : `${model} in ${region}`);
    }
  }
  return terms;
}

function amountText({ ratio, fees }: Adjustment): string {
  if (ratio !== undefined) return `× ${ratio}`;
  return Object.entries(fees ?? {})
    .map(([meter, { price, per }]) => `+ ${price} per ${per} ${meter}`)
    .join(', ');
}

function scopeText({
  models,
  deployments,
  customers,
  classes,
  from,
  to,
}: TermScope & { readonly classes?: readonly string[] }): string {
  return [
    models?.join(' ') ?? 'everything',
    ...(deployments === undefined ? [] : [`of ${deployments.join(' ')}`]),
    ...(customers === undefined ? [] : [`for ${customers.join(' ')}`]),
    ...(classes === undefined ? [] : [`(${classes.join(' ')})`]),
    ...(from === undefined ? [] : [`from ${from}`]),
    ...(to === undefined ? [] : [`to ${to}`]),
  ].join(' ');
}

function moved(old: ReadonlyMap<string, string>, now: ReadonlyMap<string, string>): CardChange['prices'] {
  return [...new Set([...old.keys(), ...now.keys()])]
    .filter((at) => old.get(at) !== now.get(at))
    .map((at) => ({ at, before: old.get(at) ?? null, after: now.get(at) ?? null }));
}

function cardsByName(files: readonly CardFile[]): Map<string, Card> {
  const cards = [...compileBook(files).cards()].map((target) => target.effective(undefined));
  return new Map(cards.map((card) => [`${card.provider}\n${card.model}`, card]));
}

function changeOf(before: Card | undefined, after: Card | undefined): CardChange | undefined {
  const card = after ?? before;
  if (card === undefined) return undefined;
  const prices = moved(
    before === undefined ? NO_PRICES : cardPrices(before),
    after === undefined ? NO_PRICES : cardPrices(after),
  );
  const change = {
    provider: card.provider,
    model: card.model,
    kind: before === undefined ? ('added' as const) : after === undefined ? ('removed' as const) : ('changed' as const),
    prices,
    aliasesAdded: missing(after, before),
    aliasesRemoved: missing(before, after),
  };
  const isSame =
    change.kind === 'changed' && prices.length + change.aliasesAdded.length + change.aliasesRemoved.length === 0;
  return isSame ? undefined : change;
}

/** Aliases of one card that the other does not have. */
function missing(from: Card | undefined, other: Card | undefined): string[] {
  return (from?.aliases ?? []).filter((name) => other?.aliases?.includes(name) !== true);
}

/** A change for people, one line for each price. */
export function changeLines({ provider, model, kind, prices, aliasesAdded, aliasesRemoved }: CardChange): string[] {
  const at = `${provider}/${model}`;
  return [
    ...(kind === 'changed' ? [] : [`${kind} ${at}`]),
    ...(kind === 'removed'
      ? []
      : prices.map(({ at: path, before, after }) => `${at} › ${path}: ${before ?? 'nothing'} → ${after ?? 'nothing'}`)),
    ...aliasesAdded.map((name) => `${at}: also called ${name}`),
    ...aliasesRemoved.map((name) => `${at}: no longer called ${name}`),
  ];
}
