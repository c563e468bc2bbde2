import type { Card, PriceWindow, RateSet, Rates } from './card.ts';
import type { CostCard } from './cost.ts';
import { parseInstant } from './instant.ts';
import { type LocalClock, localClock, utcMinuteOfWeek } from './local-time.ts';
import { indexOfMeter } from './meter-table.ts';
import { compileRates, type RatePlan } from './rate-plan.ts';
import { type MinuteSpan, windowMinutes } from './window-minutes.ts';

/** A card ready for pricing: maps and integers only. */
export interface CompiledCard {
  readonly card: CostCard;
  readonly currency: string;
  readonly periods: readonly CompiledPeriod[];
}

interface CompiledPeriod {
  readonly fromUs: number;
  readonly toUs: number;
  readonly prices: CompiledRates;
  readonly windows: readonly CompiledWindow[];
  readonly clock: LocalClock;
}

interface CompiledWindow {
  readonly spans: readonly MinuteSpan[];
  readonly prices: CompiledRates;
}

interface CompiledRates {
  readonly plan: RatePlan;
  readonly tiers: readonly CompiledTier[];
}

interface CompiledTier {
  readonly index: number;
  readonly threshold: number;
  readonly inclusive: boolean;
  readonly plan: RatePlan;
}

export function compileCard(card: Card, layer: string, version: string): CompiledCard {
  return {
    card: { provider: card.provider, model: card.model, layer, version },
    currency: card.currency,
    periods: card.prices.map((period) => ({
      fromUs: instantOr(period.from, Number.NEGATIVE_INFINITY),
      toUs: instantOr(period.to, Number.POSITIVE_INFINITY),
      prices: compileRateSet(period),
      windows: (period.windows ?? []).map((window) => ({
        spans: windowMinutes(window),
        prices: compileRateSet(window),
      })),
      clock: clockOf(period.windows ?? []),
    })),
  };
}

/** The rates that hold at an instant, `undefined` when no period covers it. */
export function ratesAt(card: CompiledCard, atUs: number): CompiledRates | undefined {
  for (const period of card.periods) {
    if (atUs < period.fromUs || atUs >= period.toUs) continue;
    if (period.windows.length === 0) return period.prices;
    const minute = period.clock(atUs);
    const window = period.windows.find(({ spans }) => spans.some((span) => minute >= span.from && minute < span.to));
    return (window ?? period).prices;
  }
  return undefined;
}

/** The plan for a prompt of this size: the highest tier that holds reprices everything. */
export function planFor(prices: CompiledRates, counts: Float64Array): RatePlan {
  let plan = prices.plan;
  for (const tier of prices.tiers) {
    const count = counts[tier.index] as number;
    if (!(tier.inclusive ? count >= tier.threshold : count > tier.threshold)) break;
    plan = tier.plan;
  }
  return plan;
}

function compileRateSet({ rates, tiers = [] }: RateSet): CompiledRates {
  let current: Rates = rates;
  return {
    plan: compileRates(rates),
    tiers: tiers.map((tier) => {
      current = { ...current, ...tier.rates };
      return {
        index: indexOfMeter(tier.meter),
        threshold: tier.threshold,
        inclusive: tier.op === '>=',
        plan: compileRates(current),
      };
    }),
  };
}

function clockOf([first]: readonly PriceWindow[]): LocalClock {
  return first?.zone === undefined ? utcMinuteOfWeek : localClock(first.zone);
}

function instantOr(text: string | undefined, open: number): number {
  return text === undefined ? open : (parseInstant(text) ?? open);
}
