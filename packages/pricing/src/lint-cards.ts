import type { Finding } from '@costspan/usage';
import type { Card, CardFile, CardOverride, Rates } from './card.ts';
import { compileBook, sortLayers } from './compile-book.ts';
import { daysSince, instantOr } from './instant.ts';
import { isTokenMeter } from './meter-table.ts';
import { fits, names } from './override-card.ts';
import { jumpsOf, jumpText } from './rate-jumps.ts';

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

/** A price is as old as the last reading of it; reading one part of a card again makes the rest no younger. */
function lintAge(file: CardFile, { nowUs, staleDays = STALE_DAYS }: LintOptions, add: Add): void {
  if (nowUs === undefined) return;
  for (const [list, days] of [
    ['cards', file.cards.map(({ source }) => source.read)],
    ['overrides', (file.overrides ?? []).map(({ source }) => source.read)],
  ] as const) {
    const stale = days.filter((day) => day !== undefined && daysSince(day, nowUs) > staleDays).sort();
    const oldest = stale[0];
    if (oldest !== undefined) {
      const ageDays = daysSince(oldest, nowUs);
      add(
        'warning',
        list,
        'CARD_STALE',
        `${stale.length} ${list} were read more than ${staleDays} days ago, the oldest ${ageDays} days ago on ${oldest}; read them again`,
      );
    }
    const undated = days.filter((day) => day === undefined).length;
    if (undated > 0 && file.kind !== 'base') {
      add(
        'warning',
        list,
        'CARD_UNDATED',
        `${undated} ${list} do not say when they were read; add "read" to their source`,
      );
    }
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
  for (const jump of jumpsOf(under.prices.at(-1)?.rates ?? {}, rates)) {
    add('warning', `${at}.${jump.meter}`, 'RATE_JUMP', `${under.provider}/${under.model} ${jumpText(jump)}`);
  }
}
