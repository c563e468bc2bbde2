import type { LedgerCall } from '@costspan/quota';
import { parseMoney } from '@costspan/usage';
import type { UsageApi } from '../usage-api.ts';

const PAGE_CALLS = 1_000;

interface PastCall {
  readonly id: string;
  readonly started_at: string;
  readonly provider: string;
  readonly model: string | null;
  readonly request_model: string | null;
  readonly tags: Readonly<Record<string, string>>;
  readonly usage: Readonly<Record<string, number>>;
  readonly cost: string | null;
  readonly currency: string;
}

/**
 * Calls of the ledger, oldest first, page by page. The model is the one asked for, which is what rules see before a call. What
 * nobody knows of a call is absent: it counts as a request and as nothing else.
 */
export async function* pastCalls(api: UsageApi, parameters: URLSearchParams): AsyncGenerator<LedgerCall> {
  const asked = new URLSearchParams(parameters);
  asked.set('orderBy', 'started_at');
  asked.set('direction', 'asc');
  asked.set('limit', String(PAGE_CALLS));
  for (let cursor: string | null = ''; cursor !== null; ) {
    if (cursor !== '') asked.set('cursor', cursor);
    const page = (await api.ask(`/calls?${asked}`)) as {
      readonly calls: readonly PastCall[];
      readonly next_cursor: string | null;
    };
    for (const call of page.calls) yield ledgerCall(call);
    cursor = page.next_cursor;
  }
}

function ledgerCall({
  id,
  started_at,
  provider,
  model,
  request_model,
  tags,
  usage,
  cost,
  currency,
}: PastCall): LedgerCall {
  const { input_tokens: input, output_tokens: output } = usage;
  return {
    id,
    call: { provider, model: request_model ?? model ?? '', tags },
    atMs: Date.parse(started_at),
    ...(input === undefined && output === undefined ? {} : { tokens: (input ?? 0) + (output ?? 0) }),
    ...(cost === null || currency !== 'USD' ? {} : { cost: parseMoney(cost) }),
  };
}
