import type { ActualUse, QuotaCall } from '@costspan/quota';
import type { AddedCall, BilledCall } from '../ledger/billed-change.ts';
import { isStorable } from '../ledger/storable-cost.ts';

/** A call of the ledger as counters see it. */
export interface CountedCall {
  readonly id: string;
  readonly call: QuotaCall;
  readonly used: ActualUse;
  readonly atMs: number;
}

/** The model is the one asked for, as in a decision; what the provider calls it in its answer is often a longer name. */
export function countedCall({ call, cost }: AddedCall): CountedCall {
  const { input_tokens: input, output_tokens: output } = call.usage.meters;
  const { total, currency } = cost;
  return counted({
    id: `${call.traceId}-${call.spanId}`,
    startedAtUs: call.startedAtUs,
    provider: call.provider,
    model: call.requestModel ?? call.responseModel ?? '',
    tags: call.tags,
    tokens: input === undefined && output === undefined ? undefined : (input ?? 0) + (output ?? 0),
    cost: currency === 'USD' && isStorable(total) ? total : undefined,
  });
}

export function counted({ id, startedAtUs, provider, model, tags, tokens, cost }: BilledCall): CountedCall {
  return {
    id,
    call: { provider, model, tags },
    used: { requests: 1, ...(tokens === undefined ? {} : { tokens }), ...(cost === undefined ? {} : { cost }) },
    atMs: Math.floor(startedAtUs / 1000),
  };
}
