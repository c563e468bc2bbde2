import { baseBook, costOf, type PriceBook } from '@costspan/pricing';
import type { ActualUse, PriceOf, QuotaCall } from '@costspan/quota';
import { type Atto, attoFromInteger, ZERO } from '@costspan/usage';
import type { CallUse, UsedPart } from './call-use.ts';

const CURRENCY = 'USD';

/** What calls use in the units of limits, by the price cards: from counts that are guesses before, and reported ones after. */
export class CallPrices {
  readonly #book: PriceBook;

  constructor(book: PriceBook | undefined) {
    this.#book = book ?? baseBook();
  }

  /** In US dollars; `undefined` when no price is known. */
  readonly priceOf: PriceOf = (call, { inputTokens, outputTokens }, atMs) => {
    const meters = { input_tokens: inputTokens, output_tokens: outputTokens };
    return this.#cost(call, { model: call.model, meters, context: {} }, 'estimated', atMs);
  };

  /** Units that nobody knows are absent. */
  usedBy(call: QuotaCall, use: CallUse, atMs: number): ActualUse {
    switch (use.kind) {
      case 'unknown':
        return {};
      case 'nothing':
        return { requests: 1, tokens: 0, cost: ZERO };
      case 'counted': {
        const tokens = use.parts.reduce((sum, { meters }) => sum + (tokensOf(meters) ?? 0), 0);
        const isCounted = use.parts.some(({ meters }) => tokensOf(meters) !== undefined);
        const cost = this.#sum(call, use.parts, atMs);
        return { requests: 1, ...(isCounted ? { tokens } : {}), ...(cost === undefined ? {} : { cost }) };
      }
      default:
        return use satisfies never;
    }
  }

  /** One part without a price leaves the whole unknown. */
  #sum(call: QuotaCall, parts: readonly UsedPart[], atMs: number): Atto | undefined {
    let sum = 0n;
    for (const part of parts) {
      const cost = this.#cost(call, part, 'reported', atMs);
      if (cost === undefined) return undefined;
      sum += cost;
    }
    return attoFromInteger(sum);
  }

  #cost(
    { provider, model, tags }: QuotaCall,
    part: UsedPart,
    status: 'estimated' | 'reported',
    atMs: number,
  ): Atto | undefined {
    const cost = costOf(this.#book, {
      provider,
      model: part.model ?? model,
      customer: tags['customer_id'],
      atUs: atMs * 1000,
      usage: { meters: part.meters, status },
      context: part.context,
    });
    return cost.currency === CURRENCY ? cost.total : cost.converted?.total;
  }
}

function tokensOf({ input_tokens, output_tokens }: UsedPart['meters']): number | undefined {
  if (input_tokens === undefined && output_tokens === undefined) return undefined;
  return (input_tokens ?? 0) + (output_tokens ?? 0);
}
