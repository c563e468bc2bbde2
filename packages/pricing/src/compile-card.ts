import type { Adjustment, Card, PricePeriod, PriceWindow } from './card.ts';
import { type Charge, type ClassFactor, compileCharges } from './charge.ts';
import type { CostCard } from './cost.ts';
import { COST_CLASSES } from './cost-by-class.ts';
import { instantOr } from './instant.ts';
import { type LocalClock, localClock, utcMinuteOfWeek } from './local-time.ts';
import { cutPeriods, holdsIn } from './override-card.ts';
import { ServedRates } from './served-rates.ts';
import { type MinuteSpan, windowMinutes } from './window-minutes.ts';

/** A card ready for pricing: maps and integers only. */
export interface CompiledCard {
  /** Where it comes from, when no period of it is meant. */
  readonly card: CostCard;
  readonly currency: string;
  readonly periods: readonly CompiledPeriod[];
}

export interface CompiledPeriod {
  readonly fromUs: number;
  readonly toUs: number;
  readonly source: PricePeriod;
  readonly prices: ServedRates;
  readonly windows: readonly CompiledWindow[];
  readonly clock: LocalClock;
}

interface CompiledWindow {
  readonly spans: readonly MinuteSpan[];
  readonly source: PriceWindow;
  readonly prices: ServedRates;
}

/**
 * Adjustments become part of the rates of the periods in which they hold; a period is cut where one begins or ends.
 * `labelOf` names the layer that decided a period, or the card as a whole.
 */
export function compileCard(
  card: Card,
  labelOf: (period?: PricePeriod) => CostCard,
  adjustments: readonly Adjustment[] = [],
): CompiledCard {
  return {
    card: labelOf(),
    currency: card.currency,
    periods: cutPeriods(card.prices, adjustments).map((period) =>
      compilePeriod(
        period,
        labelOf(period),
        adjustments.filter((term) => holdsIn(term, period)),
      ),
    ),
  };
}

/** The rates that hold at an instant, `undefined` when no period covers it. */
export function ratesAt(card: CompiledCard, atUs: number): ServedRates | undefined {
  const period = periodAt(card, atUs);
  if (period === undefined || period.windows.length === 0) return period?.prices;
  return (windowAt(period, atUs) ?? period).prices;
}

export function periodAt(card: CompiledCard, atUs: number): CompiledPeriod | undefined {
  for (const period of card.periods) if (atUs >= period.fromUs && atUs < period.toUs) return period;
  return undefined;
}

export function windowAt(period: CompiledPeriod, atUs: number): CompiledWindow | undefined {
  const minute = period.clock(atUs);
  return period.windows.find(({ spans }) => spans.some((span) => minute >= span.from && minute < span.to));
}

function compilePeriod(period: PricePeriod, card: CostCard, holding: readonly Adjustment[]): CompiledPeriod {
  const { multipliers = [], standard = {}, windows = [] } = period;
  const terms = { card, multipliers, standard, adjustments: ratiosOf(holding), fees: feesOf(holding) };
  return {
    fromUs: instantOr(period.from, Number.NEGATIVE_INFINITY),
    toUs: instantOr(period.to, Number.POSITIVE_INFINITY),
    source: period,
    prices: new ServedRates(period, terms),
    windows: windows.map((window) => ({
      spans: windowMinutes(window),
      source: window,
      prices: new ServedRates(window, terms),
    })),
    clock: clockOf(windows),
  };
}

function ratiosOf(adjustments: readonly Adjustment[]): ClassFactor[] {
  return adjustments.flatMap(({ name, ratio, classes = COST_CLASSES }) =>
    ratio === undefined ? [] : [{ name, factor: ratio, classes }],
  );
}

/** A fee is multiplied by the ratios that come after it: whoever marks up a contract marks up its fees. */
function feesOf(adjustments: readonly Adjustment[]): Charge[] {
  return adjustments.flatMap(({ name, fees }, index) =>
    fees === undefined ? [] : compileCharges(fees, ratiosOf(adjustments.slice(index + 1)), name),
  );
}

function clockOf([first]: readonly PriceWindow[]): LocalClock {
  return first?.zone === undefined ? utcMinuteOfWeek : localClock(first.zone);
}
