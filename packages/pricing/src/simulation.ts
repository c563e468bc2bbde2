import { type Atto, attoFromInteger, formatMoney } from '@costspan/usage';
import type { Cost, PricingRequest } from './cost.ts';
import { costOf } from './cost-of.ts';
import type { PriceBook } from './price-book.ts';

/** Models that are told apart; the rest stands together under {@link OTHER}. */
const MODELS_MAX = 10_000;
const OTHER = '(other)';

/** Amounts by currency, as decimal texts. */
export type Amounts = { readonly [currency: string]: string };

export interface SimulatedCalls {
  readonly calls: number;
  readonly before: Amounts;
  readonly after: Amounts;
  readonly difference: Amounts;
  /** Calls without a total. */
  readonly unpricedBefore: number;
  readonly unpricedAfter: number;
  /** Calls whose total or status is another one. */
  readonly changed: number;
}

export interface SimulationResult extends SimulatedCalls {
  readonly versions: { readonly before: string; readonly after: string };
  /** Those with the largest number of calls first. */
  readonly models: readonly (SimulatedCalls & { readonly provider: string; readonly model: string })[];
}

/** Which of a call's prices is compared: what it costs whoever made it, or what one's own customer pays. */
export type SimulatedPrice = 'total' | 'resale';

/** Prices calls by two books and adds up both, exactly. Nothing is kept but sums. */
export class Simulation {
  private readonly before: PriceBook;
  private readonly after: PriceBook;
  private readonly price: SimulatedPrice;
  private readonly all = new Sums();
  private readonly models = new Map<
    string,
    { readonly provider: string; readonly model: string; readonly sums: Sums }
  >();

  constructor(before: PriceBook, after: PriceBook, price: SimulatedPrice = 'total') {
    this.before = before;
    this.after = after;
    this.price = price;
  }

  add(request: PricingRequest): void {
    const before = this.priced(costOf(this.before, request));
    const after = this.priced(costOf(this.after, request));
    this.all.add(before, after);
    this.sumsOf(request.provider, request.model ?? '').add(before, after);
  }

  /** Without resale prices a customer would pay nothing that is known. */
  private priced(cost: Cost): Cost {
    return this.price === 'total' ? cost : { ...cost, total: cost.resale };
  }

  result(): SimulationResult {
    const models = [...this.models.values()].map(({ provider, model, sums }) => ({
      provider,
      model,
      ...sums.result(),
    }));
    return {
      versions: { before: this.before.version, after: this.after.version },
      ...this.all.result(),
      models: models.sort((a, b) => b.calls - a.calls || compare(a, b)),
    };
  }

  private sumsOf(provider: string, model: string): Sums {
    const key = `${provider}\n${model}`;
    const known = this.models.get(key);
    if (known !== undefined) return known.sums;
    if (this.models.size >= MODELS_MAX && model !== OTHER) return this.sumsOf(OTHER, OTHER);
    const sums = new Sums();
    this.models.set(key, { provider, model, sums });
    return sums;
  }
}

class Sums {
  private calls = 0;
  private changed = 0;
  private unpricedBefore = 0;
  private unpricedAfter = 0;
  private readonly before = new Map<string, bigint>();
  private readonly after = new Map<string, bigint>();

  add(before: Cost, after: Cost): void {
    this.calls += 1;
    if (before.total !== after.total || before.status !== after.status || before.currency !== after.currency) {
      this.changed += 1;
    }
    if (before.total === undefined) this.unpricedBefore += 1;
    else put(this.before, before.currency, before.total);
    if (after.total === undefined) this.unpricedAfter += 1;
    else put(this.after, after.currency, after.total);
  }

  result(): SimulatedCalls {
    const { calls, changed, unpricedBefore, unpricedAfter } = this;
    const difference = new Map(this.after);
    for (const [currency, amount] of this.before) put(difference, currency, attoFromInteger(-amount));
    return {
      calls,
      before: texts(this.before),
      after: texts(this.after),
      difference: texts(difference),
      unpricedBefore,
      unpricedAfter,
      changed,
    };
  }
}

function put(sums: Map<string, bigint>, currency: string, amount: Atto): void {
  sums.set(currency, (sums.get(currency) ?? 0n) + amount);
}

function texts(sums: ReadonlyMap<string, bigint>): Amounts {
  return Object.fromEntries([...sums].map(([currency, amount]) => [currency, formatMoney(attoFromInteger(amount))]));
}

function compare(a: { provider: string; model: string }, b: { provider: string; model: string }): number {
  const [left, right] = [`${a.provider}/${a.model}`, `${b.provider}/${b.model}`];
  return left < right ? -1 : left > right ? 1 : 0;
}
