import { type Atto, attoFromInteger } from '@costspan/usage';
import type { ConvertedCost, Cost } from './cost.ts';
import { divideHalfEven } from './decimal.ts';
import { type CompiledFxRate, FX_TARGET, type FxTable, fxRateAt } from './fx.ts';

/** The cost with its amounts in US dollars beside the native ones; the same cost when there is nothing to convert. */
export function withConverted(cost: Cost, fx: FxTable, atUs: number): Cost {
  if (cost.computed !== undefined) return { ...cost, computed: withConverted(cost.computed, fx, atUs) };
  if (cost.currency === FX_TARGET || cost.total === undefined) return cost;
  return { ...cost, converted: convert(cost, fxRateAt(fx, cost.currency, atUs)) };
}

/** An amount of one currency in another, where the table knows the way: the same one, or to US dollars. */
export function amountIn(
  currency: string,
  cost: Pick<Cost, 'total' | 'currency'>,
  fx: FxTable | undefined,
  atUs: number,
): Atto | undefined {
  if (cost.total === undefined || cost.currency === currency) return cost.total;
  if (fx === undefined || currency !== FX_TARGET) return undefined;
  const rate = fxRateAt(fx, cost.currency, atUs);
  return rate === undefined ? undefined : times(cost.total, rate);
}

function convert(cost: Cost, rate: CompiledFxRate | undefined): ConvertedCost {
  if (rate === undefined) return { currency: FX_TARGET, total: undefined, reason: `fx_missing:${cost.currency}` };
  const { from, rate: text, source } = rate.source;
  const amount = (native: Atto | undefined) => (native === undefined ? undefined : times(native, rate));
  return {
    currency: FX_TARGET,
    total: amount(cost.total),
    ...('list' in cost
      ? { list: amount(cost.list), contracted: amount(cost.contracted), resale: amount(cost.resale) }
      : {}),
    rate: text,
    ...(from === undefined ? {} : { from }),
    source,
  };
}

function times(amount: Atto, { value }: CompiledFxRate): Atto {
  return attoFromInteger(divideHalfEven(amount * value.numerator, value.denominator));
}
