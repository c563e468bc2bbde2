import { CostspanError, METER_NAMES, type Meter } from '@costspan/usage';
import {
  CONTEXT_AXES,
  type ContextMultiplier,
  type ContextTier,
  type ContextValues,
  MARGINAL,
  type RateSet,
  type Rates,
} from './card.ts';
import { PROVIDER_SPELLINGS } from './catalogue-provider.ts';
import type { Charge, ClassFactor } from './charge.ts';
import type { CompiledCard } from './compile-card.ts';
import { STANDARD_VALUES } from './context-axes.ts';
import type { CostCard, ModelMatch } from './cost.ts';
import { classOfMeter } from './cost-by-class.ts';
import type { CustomerGroup } from './customer-prices.ts';
import type { LayeredCard } from './layered-card.ts';
import { isTokenMeter, meterAt, ROOTS, WHOLES } from './meter-table.ts';
import { NAME_RULES } from './normalise-model.ts';
import type { PriceBook, ProviderCards } from './price-book.ts';
import { compileRates, UNPRICED } from './rate-plan.ts';
import type { RateTerms } from './served-rates.ts';

/** The one value of `format` of a compiled catalogue. `schema/compiled.md` says how to price by it. */
export const COMPILED_FORMAT = 'costspan.compiled/1';

/** Cards that a compiled catalogue may hold, those that take others' places for deployments and customers included. */
const CARDS_MAX = 200_000;

/** A book as data for another program: no name, period, layer or overlap is left to work out. */
export interface CompiledCatalogue {
  readonly format: typeof COMPILED_FORMAT;
  /** That of the book. */
  readonly version: string;
  readonly meters: readonly CompiledMeter[];
  /** Parts before wholes: how counts are made consistent. */
  readonly wholes: readonly { readonly whole: Meter; readonly groups: readonly (readonly Meter[])[] }[];
  readonly roots: readonly Meter[];
  /** Spelling → catalogue provider. */
  readonly spellings: { readonly [spelling: string]: string };
  readonly nameRules: readonly { readonly name: string; readonly pattern?: string; readonly provider?: string }[];
  readonly axes: readonly string[];
  readonly standardValues: { readonly [axis: string]: readonly string[] };
  readonly plans: readonly CompiledPlan[];
  readonly cards: readonly CompiledCardJson[];
  /** `contracted` makes the total; the others are there when the book has them. */
  readonly books: {
    readonly contracted: CompiledBook;
    readonly list?: CompiledBook;
    readonly resale?: CompiledBook;
  };
  readonly fx?: readonly {
    readonly currency: string;
    readonly fromUs: number | null;
    readonly toUs: number | null;
    readonly rate: string;
    readonly from?: string;
    readonly source: object;
  }[];
}

export interface CompiledMeter {
  readonly name: Meter;
  readonly class: string;
  readonly token: boolean;
}

/** How the tokens of a call are split among the meters that have a rate. */
export interface CompiledPlan {
  /** Parts before wholes. `owner` is the meter whose rate these tokens have; `null` when there is none. */
  readonly nodes: readonly { readonly meter: Meter; readonly owner: Meter | null; readonly below: readonly Meter[] }[];
  /** A count of one of these has no price that is its own. */
  readonly gaps: readonly Meter[];
}

export interface CompiledBook {
  readonly version: string;
  readonly providers: { readonly [id: string]: CompiledProvider };
  /** Customers with prices of their own, by the group they share. */
  readonly customers: { readonly [customer: string]: number };
}

/** `card` is a number of `cards`. */
export interface CompiledName {
  readonly card: number;
  readonly match: ModelMatch;
}

export interface CompiledProvider {
  readonly names: { readonly [name: string]: CompiledName };
  /** Lower case → what it stands for. */
  readonly deployments: { readonly [name: string]: { readonly model: string; readonly region?: string } };
  /** Lower-case names whose calls have prices of their own. */
  readonly termDeployments: readonly string[];
  /** By card: the card that takes its place for a deployment, a group of customers, or both. */
  readonly variants: {
    readonly [card: number]: readonly {
      readonly deployment: string | null;
      readonly group: number | null;
      readonly card: number;
    }[];
  };
  /** By group: the names of price lists that are theirs alone. */
  readonly lists: { readonly [group: number]: { readonly [name: string]: CompiledName } };
}

export interface CompiledCardJson {
  readonly card: CostCard;
  readonly currency: string;
  readonly periods: readonly CompiledPeriodJson[];
}

/** Microseconds since 1970 UTC, half open; `null` is open. */
export interface CompiledPeriodJson extends CompiledSet {
  readonly fromUs: number | null;
  readonly toUs: number | null;
  /** The layer that decided this period. */
  readonly card: CostCard;
  readonly zone: string;
  /** Minutes since Monday 00:00 in the zone. */
  readonly windows: readonly (CompiledSet & { readonly spans: readonly (readonly [from: number, to: number])[] })[];
  readonly multipliers: readonly ContextMultiplier[];
  readonly standard: ContextValues;
  readonly ratios: readonly ClassFactor[];
  readonly fees: readonly CompiledFee[];
}

export interface CompiledFee {
  readonly name: string;
  readonly meter: Meter;
  readonly price: string;
  readonly per: number;
  readonly increment?: number;
  readonly minimum?: number;
  readonly multipliers: readonly { readonly name: string; readonly factor: string }[];
}

interface CompiledSet extends CompiledLadder {
  readonly cells: readonly (CompiledLadder & { readonly when: ContextValues })[];
}

/** `plan` is a number of `plans`. */
interface CompiledLadder {
  readonly plan: number;
  readonly rates: Rates;
  /** Cliffs, with all rates that hold: the last one that the count reaches. */
  readonly tiers: readonly {
    readonly meter: Meter;
    readonly threshold: number;
    readonly inclusive: boolean;
    readonly plan: number;
    readonly rates: Rates;
    /** Prompts of this size have another price, and nobody says which. */
    readonly unstated?: true;
  }[];
  /** Meters whose units stand in a row, and the rates of each step of it. Empty where there is no ladder. */
  readonly row: readonly Meter[];
  readonly steps: readonly { readonly threshold: number; readonly rates: Rates }[];
}

/**
 * The same book gives the same object, field by field.
 * @throws CostspanError `COMPILED_SIZE` when deployments and customers have more prices of their own than a program would hold.
 */
export function compiledCatalogue(book: PriceBook): CompiledCatalogue {
  const tables = new Tables();
  const { list, resale, fx } = book;
  const books = {
    contracted: tables.book(book),
    ...(list === undefined ? {} : { list: tables.book(list) }),
    ...(resale === undefined ? {} : { resale: tables.book(resale) }),
  };
  return {
    format: COMPILED_FORMAT,
    version: book.version,
    meters: METER_NAMES.map((name) => ({ name, class: classOfMeter(name), token: isTokenMeter(name) })),
    wholes: wholes(),
    roots: ROOTS,
    spellings: Object.fromEntries(PROVIDER_SPELLINGS),
    nameRules: NAME_RULES.map(({ apply: _apply, ...rule }) => rule),
    axes: CONTEXT_AXES,
    standardValues: STANDARD_VALUES,
    plans: tables.plans.list,
    cards: tables.cards.list,
    books,
    ...(fx === undefined
      ? {}
      : {
          fx: [...fx.rates.values()].flat().map(({ fromUs, toUs, source: { currency, from, rate, source } }) => ({
            currency,
            fromUs: finite(fromUs),
            toUs: finite(toUs),
            rate,
            ...(from === undefined ? {} : { from }),
            source,
          })),
        }),
  };
}

function wholes(): CompiledCatalogue['wholes'] {
  const list: { whole: Meter; groups: Meter[][] }[] = [];
  const next = (from: { at: number }) => WHOLES[from.at++] as number;
  for (const cursor = { at: 0 }; cursor.at < WHOLES.length; ) {
    const whole = meterAt(next(cursor));
    const groups = Array.from({ length: next(cursor) }, () =>
      Array.from({ length: next(cursor) }, () => meterAt(next(cursor))),
    );
    list.push({ whole, groups });
  }
  return list;
}

/** A list in which equal things stand once. */
class Unique<T> {
  readonly list: T[] = [];
  private readonly known = new Map<string, number>();

  number(item: T): number {
    const text = JSON.stringify(item);
    const known = this.known.get(text);
    if (known !== undefined) return known;
    this.known.set(text, this.list.length);
    return this.list.push(item) - 1;
  }
}

class Tables {
  readonly plans = new Unique<CompiledPlan>();
  readonly cards = new Unique<CompiledCardJson>();

  book(book: PriceBook): CompiledBook {
    const groups = [...new Set(book.customers.values())];
    return {
      version: book.version,
      providers: Object.fromEntries(
        [...book.catalogues()]
          .sort((a, b) => (a.id < b.id ? -1 : 1))
          .map((cards) => [cards.id, this.provider(cards, groups)]),
      ),
      customers: Object.fromEntries([...book.customers].map(([customer, group]) => [customer, groups.indexOf(group)])),
    };
  }

  private provider(cards: ProviderCards, groups: readonly CustomerGroup[]): CompiledProvider {
    const deployments = [...cards.termDeployments].sort();
    const variants = new Map<number, CompiledProvider['variants'][number][number][]>();
    const numbers = new Map<LayeredCard, number>();
    const numberOf = (target: LayeredCard): number => {
      const known = numbers.get(target);
      if (known !== undefined) return known;
      const own = this.card(target.compiled(undefined));
      numbers.set(target, own);
      for (const deployment of [null, ...deployments]) {
        for (const [index, group] of [null, ...groups].entries()) {
          if (deployment === null && group === null) continue;
          const card = this.card(target.compiledFor(deployment ?? undefined, group?.customer));
          if (card === own) continue;
          const list = variants.get(own) ?? [];
          variants.set(own, list);
          if (!list.some((one) => one.deployment === deployment && one.group === (group === null ? null : index - 1))) {
            list.push({ deployment, group: group === null ? null : index - 1, card });
          }
        }
      }
      return own;
    };
    const namesOf = (group?: CustomerGroup) =>
      Object.fromEntries(
        cards.entries(group).map(({ name, match, target }) => [name, { card: numberOf(target), match }]),
      );
    const names = namesOf();
    const lists = groups.flatMap((group, index) =>
      cards.entries(group).length === 0 ? [] : [[index, namesOf(group)] as const],
    );
    return {
      names,
      deployments: Object.fromEntries(
        [...cards.deployments].map(([name, { model, region }]) => [
          name,
          { model, ...(region === undefined ? {} : { region }) },
        ]),
      ),
      termDeployments: deployments,
      variants: Object.fromEntries(variants),
      lists: Object.fromEntries(lists),
    };
  }

  private card({ card, currency, periods }: CompiledCard): number {
    if (this.cards.list.length >= CARDS_MAX) {
      throw new CostspanError(
        'COMPILED_SIZE',
        `the catalogue has more than ${CARDS_MAX} cards, most of them for single deployments or customers; compile it without the resale files`,
      );
    }
    return this.cards.number({
      card,
      currency,
      periods: periods.map(({ fromUs, toUs, source, prices, windows }) => ({
        fromUs: finite(fromUs),
        toUs: finite(toUs),
        card: prices.terms.card,
        zone: source.windows?.[0]?.zone ?? 'UTC',
        windows: windows.map(({ spans, prices: { set } }) => ({
          spans: spans.map(({ from, to }) => [from, to] as const),
          ...this.set(set),
        })),
        multipliers: prices.terms.multipliers,
        standard: prices.terms.standard,
        ratios: prices.terms.adjustments,
        fees: feesOf(prices.terms),
        ...this.set(prices.set),
      })),
    });
  }

  private set({ rates, tiers = [], cells = [] }: RateSet): CompiledSet {
    const services = Object.fromEntries(Object.entries(rates).filter(([meter]) => !isTokenMeter(meter)));
    return {
      ...this.ladder(rates, tiers),
      cells: cells.map((cell) => ({
        when: cell.when,
        ...this.ladder({ ...services, ...cell.rates }, cell.tiers ?? []),
      })),
    };
  }

  private ladder(rates: Rates, tiers: readonly ContextTier[]): CompiledLadder {
    const isLadder = tiers[0]?.mode === MARGINAL;
    const { ladder } = compileRates(rates, [], [], isLadder ? tiers : []);
    let current = rates;
    return {
      plan: this.plan(rates),
      rates,
      tiers: isLadder
        ? []
        : tiers.map(({ meter, op, threshold, rates: own }) => {
            current = { ...current, ...own };
            const tier = { meter, threshold, inclusive: op === '>=', plan: this.plan(current), rates: current };
            return Object.keys(own).length === 0 ? { ...tier, unstated: true as const } : tier;
          }),
      row: ladder?.row.map(meterAt) ?? [],
      steps: ladder?.steps.map(({ threshold, charges }) => ({ threshold, rates: ratesOf(charges) })) ?? [],
    };
  }

  private plan(rates: Rates): number {
    const { nodes, gaps } = compileRates(rates);
    return this.plans.number({
      nodes: nodes.map(({ index, owner, below }) => ({
        meter: meterAt(index),
        owner: owner === UNPRICED ? null : meterAt(owner),
        below: below.map(meterAt),
      })),
      gaps: METER_NAMES.filter((_, index) => gaps[index] === 1),
    });
  }
}

function ratesOf(charges: readonly Charge[]): Rates {
  return Object.fromEntries(charges.map(({ meter, rate, per }) => [meter, { price: rate, per }]));
}

function feesOf({ fees }: RateTerms): CompiledFee[] {
  return fees.map(({ fee, meter, rate, per, increment, minimum, multipliers }) => ({
    name: fee ?? '',
    meter,
    price: rate,
    per,
    ...(increment === 0 ? {} : { increment }),
    ...(minimum === 0 ? {} : { minimum }),
    multipliers: multipliers ?? [],
  }));
}

function finite(us: number): number | null {
  return Number.isFinite(us) ? us : null;
}
