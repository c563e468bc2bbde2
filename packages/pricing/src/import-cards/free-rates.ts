import type { Rates } from '../card.ts';

/** Rates of a model that is called free. What it reports beside tokens, such as searches, is not covered by that word. */
export const FREE: Rates = {
  input_tokens: { price: '0', per: 1_000_000 },
  output_tokens: { price: '0', per: 1_000_000 },
};
