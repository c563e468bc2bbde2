import { costOf, costToJson, type PriceBook } from '@costspan/pricing';
import type { Meters, PricingContext } from '@costspan/usage';
import type { Vector, VectorAnswer } from './vector.ts';

/** What the engine answers to a vector. */
export function answerOf(book: PriceBook, { input }: Vector): VectorAnswer {
  const {
    provider,
    model,
    deployment,
    customer,
    at,
    usage,
    usage_status: status = 'reported',
    context,
    reported_cost,
  } = input;
  const cost = costOf(book, {
    provider,
    model,
    ...(deployment === undefined ? {} : { deployment }),
    ...(customer === undefined ? {} : { customer }),
    atUs: Date.parse(at) * 1000,
    usage: { meters: usage as Meters, status },
    context: { ...(context as PricingContext), ...(reported_cost === undefined ? {} : { reported_cost }) },
  });
  const { id: _id, ...answer } = costToJson(cost);
  return answer;
}
