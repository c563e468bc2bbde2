import { billedNames, costOf, FX_TARGET, type PriceBook } from '@costspan/pricing';
import type { PriceOf } from '@costspan/quota';

/**
 * What a call of an estimated size costs by the book in force: nothing cached, at the tier its prompt implies. `undefined`
 * where the book has no price in US dollars for all of it: a part of a price would pass for the whole.
 */
export function priceOf(prices: { readonly book: PriceBook }): PriceOf {
  return ({ provider, model, tags }, { inputTokens, outputTokens }, atMs) => {
    const cost = costOf(prices.book, {
      ...billedNames({ provider, requestModel: model, context: {} }),
      customer: tags['customer_id'],
      atUs: atMs * 1000,
      usage: { status: 'estimated', meters: { input_tokens: inputTokens, output_tokens: outputTokens } },
    });
    if (cost.status !== 'estimated' && cost.status !== 'free') return undefined;
    return cost.currency === FX_TARGET ? cost.total : cost.converted?.total;
  };
}
