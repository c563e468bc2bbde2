import { type Atto, attoFromInteger } from '@costspan/usage';

/** Amounts of the units of limits. A unit that nobody knows is absent. */
export interface Amounts {
  readonly requests: number;
  readonly tokens?: number | undefined;
  readonly cost?: Atto | undefined;
}

export function timesAmounts({ requests, tokens, cost }: Amounts, calls: number): Amounts {
  return {
    requests: requests * calls,
    tokens: tokens === undefined ? undefined : tokens * calls,
    cost: cost === undefined ? undefined : attoFromInteger(cost * BigInt(calls)),
  };
}

/** A unit that one of them does not know is unknown of all. */
export function sumAmounts(amounts: readonly Amounts[]): Amounts {
  const sum = { requests: 0, tokens: 0 as number | undefined, cost: 0n as bigint | undefined };
  for (const { requests, tokens, cost } of amounts) {
    sum.requests += requests;
    sum.tokens = sum.tokens === undefined || tokens === undefined ? undefined : sum.tokens + tokens;
    sum.cost = sum.cost === undefined || cost === undefined ? undefined : sum.cost + cost;
  }
  return { ...sum, cost: sum.cost === undefined ? undefined : attoFromInteger(sum.cost) };
}
