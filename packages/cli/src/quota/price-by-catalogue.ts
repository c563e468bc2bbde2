import { baseBook, costOf } from '@costspan/pricing';
import type { PriceOf } from '@costspan/quota';

/** What a call of such a size costs by the bundled catalogue, in USD; `undefined` where it has no price for all of it. */
export const priceByCatalogue: PriceOf = ({ provider, model, tags }, { inputTokens, outputTokens }, atMs) => {
  const { currency, status, total } = costOf(baseBook(), {
    provider,
    model,
    customer: tags['customer_id'],
    atUs: atMs * 1000,
    usage: { status: 'estimated', meters: { input_tokens: inputTokens, output_tokens: outputTokens } },
    context: {},
  });
  return currency === 'USD' && (status === 'estimated' || status === 'free') ? total : undefined;
};
