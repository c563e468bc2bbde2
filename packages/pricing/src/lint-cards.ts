import type { Finding } from '@costspan/usage';
import type { Card, CardFile, CardOverride, Rates } from './card.ts';
import { compileBook, sortLayers } from './compile-book.ts';
import { divideHalfEven, parseDecimal } from './decimal.ts';
import { instantOr, parseInstant, US_PER_DAY } from './instant.ts';
import { isTokenMeter } from './meter-table.ts';
import { fits, names } from './override-card.ts';

/** An `error` keeps a set of layers from being activated; a `warning` is for somebody to look at. */
export interface LintFinding extends Finding {
  readonly severity: 'error' | 'warning';
  readonly layer: string;
}

export interface LintOptions {
  /** Now, in microseconds since 1970 UTC: without it nothing is stale. */
  readonly nowUs?: number;
  /** Days after which somebody should read a price again. */
  readonly staleDays?: number;
}

const STALE_DAYS = 180;
/** A rate that moves further than this in one step is a typing mistake more often than a price. */
const JUMP_FACTOR_MAX = 10n;

/**
 * What is wrong, or looks wrong, about layers as a whole: each of them has been read by `parseCardFile`. Nothing of the base is
 * judged but its age.
 */
export function lintCards(files: readonly CardFile[], options: LintOptions = {}): LintFinding[] {
  const layers = sortLayers(files);
  return layers.flatMap((file, rank) => {
    const findings: LintFinding[] = [];
    const add = (severity: LintFinding['severity'], at: string, code: string, message: string) =>
      findings.push({ severity, layer: file.layer, at, code, message });
    lintAge(file, options, add);
    if (file.kind === 'base') return findings;
    const below = cardsOf(layers.slice(0, rank));
    const here = cardsOf([...layers.slice(0, rank), { ...file, overrides: [] }]);
    lintScopes(file, here, cardsOf(layers), add);
    lintOverrides(file, here, add);
    lintCardsOf(file, below, add);
    return findings;
  });
}

type Add = (severity: LintFinding['severity'], at: string, code: string, message: string) => void;

function cardsOf(files: readonly CardFile[]): readonly Card[] {
  return [...compileBook(files.map((file) => ({ ...file, kind: 'custom' }))).cards()].map((target) =>
    target.effective(undefined),
  );
}

function lintAge(file: CardFile, { nowUs, staleDays = STALE_DAYS }: LintOptions, add: Add): void {
  if (nowUs === undefined) return;
  const days = file.cards.map(({ source }) => source.read).filter((read) => read !== undefined);
  const oldest = days.sort()[0];
  if (oldest === undefined) return;
  const ageDays = Math.floor((nowUs - (parseInstant(`${oldest}T00:00:00Z`) ?? nowUs)) / US_PER_DAY);
  const count = days.filter((read) => (nowUs - instantOr(`${read}T00:00:00Z`, nowUs)) / US_PER_DAY > staleDays).length;
  if (count > 0) {
    add(
      'warning',
      'cards',
      'CARD_STALE',
      `${count} cards were read more than ${staleDays} days ago, the oldest ${ageDays} days ago on ${oldest}; read them again`,
    );
  }
}

/** Terms that name nothing are typing mistakes: the contract they stand for would silently not hold. */
function lintScopes(file: CardFile, here: readonly Card[], all: readonly Card[], add: Add): void {
  for (const list of ['overrides', 'adjustments'] as const) {
    for (const [index, term] of (file[list] ?? []).entries()) {
      const known = list === 'overrides' ? here : all;
      const at = `${list}[${index}]`;
      for (const model of term.models ?? ['*']) {
        if (known.some((card) => names({ provider: term.provider, models: [model] }, card))) continue;
        add('error', `${at}.models`, 'TERM_IDLE', `no card of ${term.provider} has the name "${model}"; correct it`);
      }
    }
  }
  const book = compileBook([{ ...file, kind: 'custom', cards: all, overrides: [], adjustments: [], deployments: [] }]);
  for (const [index, { provider, model, deployment }] of (file.deployments ?? []).entries()) {
    if (book.provider(provider)?.resolve(model) !== undefined) continue;
    add(
      'error',
      `deployments[${index}].model`,
      'MODEL_UNKNOWN',
      `"${deployment}" stands for ${provider} "${model}", which no card prices; its calls would be unpriced`,
    );
  }
}

function lintOverrides(file: CardFile, here: readonly Card[], add: Add): void {
  const overrides = file.overrides ?? [];
  for (const [index, override] of overrides.entries()) {
    const at = `overrides[${index}]`;
    const touched = here.filter((card) => names(override, card));
    const clash = overrides
      .slice(0, index)
      .findIndex((other) => touched.some((card) => names(other, card) && areAtOnce(other, override)));
    if (clash !== -1) {
      add(
        'error',
        at,
        'OVERRIDE_OVERLAP',
        `overrides[${clash}] changes the same prices at the same time; give them periods or join them`,
      );
    }
    for (const card of touched) {
      lintJumps(card, override.rates ?? {}, `${at}.rates`, add);
      lintInherited(card, override, at, add);
    }
  }
}

/** True when both hold at some instant for some common deployment and change one field of one meter. */
function areAtOnce(a: CardOverride, b: CardOverride): boolean {
  const isApart =
    instantOr(a.to, Number.POSITIVE_INFINITY) <= instantOr(b.from, Number.NEGATIVE_INFINITY) ||
    instantOr(b.to, Number.POSITIVE_INFINITY) <= instantOr(a.from, Number.NEGATIVE_INFINITY);
  const other = b.deployments;
  const isElsewhere =
    a.deployments !== undefined &&
    other !== undefined &&
    !a.deployments.some((one) => other.some((two) => fits(one, two)));
  if (isApart || isElsewhere || (a.deployments === undefined) !== (other === undefined)) return false;
  const shares = Object.keys(a.rates ?? {}).some((meter) => b.rates !== undefined && meter in b.rates);
  return (
    shares || (a.tiers !== undefined && b.tiers !== undefined) || (a.windows !== undefined && b.windows !== undefined)
  );
}

/** A negotiated input price with the list price of long prompts beside it is rarely what was negotiated. */
function lintInherited(card: Card, override: CardOverride, at: string, add: Add): void {
  const changed = Object.keys(override.rates ?? {}).filter(isTokenMeter);
  const inherits = (field: 'tiers' | 'windows' | 'cells') =>
    override[field] === undefined &&
    card.prices.some((period) => (period[field] ?? []).some(({ rates }) => changed.some((meter) => meter in rates)));
  for (const field of ['tiers', 'windows', 'cells'] as const) {
    if (!inherits(field)) continue;
    add(
      'warning',
      `${at}.${field}`,
      'PRICE_INHERITED',
      `${card.provider}/${card.model} has ${field} that state ${changed.join(', ')} too, and keeps them; state them, or [] for none`,
    );
  }
}

function lintCardsOf(file: CardFile, below: readonly Card[], add: Add): void {
  for (const [index, card] of file.cards.entries()) {
    const under = below.find(({ provider, model }) => provider === card.provider && model === card.model);
    if (under === undefined) continue;
    const at = `cards[${index}]`;
    if (under.currency !== card.currency) {
      add('warning', `${at}.currency`, 'CURRENCY_CHANGED', `it was ${under.currency}; amounts of both do not add up`);
    }
    const last = card.prices.at(-1);
    if (last !== undefined && under.currency === card.currency) lintJumps(under, last.rates, `${at}.prices`, add);
  }
}

function lintJumps(under: Card, rates: Rates, at: string, add: Add): void {
  const before = under.prices.at(-1)?.rates ?? {};
  for (const [meter, rate] of Object.entries(rates)) {
    const old = before[meter as keyof Rates];
    if (old === undefined) continue;
    const [a, b] = [scaled(old.price, old.per), scaled(rate.price, rate.per)];
    if (a === 0n || b === 0n || (b <= a * JUMP_FACTOR_MAX && a <= b * JUMP_FACTOR_MAX)) continue;
    add(
      'warning',
      `${at}.${meter}`,
      'RATE_JUMP',
      `${under.provider}/${under.model} cost ${old.price} per ${old.per}; ${rate.price} per ${rate.per} is more than ${JUMP_FACTOR_MAX} times away`,
    );
  }
}

/** The price of one unit at 10⁻³⁰, which is enough to compare. */
function scaled(price: string, per: number): bigint {
  const exact = parseDecimal(price) ?? { numerator: 0n, denominator: 1n };
  return divideHalfEven(exact.numerator * 10n ** 30n, exact.denominator * BigInt(per));
}
