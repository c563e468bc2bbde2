import { attoFromInteger, parseMoney } from '@costspan/usage';
import type { Ledger } from '../ledger/ledger.ts';
import { parseCallId } from '../query/call-id.ts';
import type { CallPosition, CallSummary, CallsQuery } from '../query/calls-query.ts';
import { parseInstantUs } from '../query/instants.ts';
import { type CountedCall, counted } from './counted-call.ts';
import type { QuotaDesk } from './quota-desk.ts';

/** Stores know ids for an hour; so what started within less is never counted twice. */
const RECENT_MS = 55 * 60_000;
const PAGE = 500;
const PARALLEL = 50;

/**
 * Counts the calls of the last hour that counters in another process may lack: a process that was killed between a commit
 * and its counting has left them out. Those that are counted already are known by their ids.
 * @throws LedgerUnavailableError.
 */
export function tellRecentCalls(desk: QuotaDesk, ledger: Ledger, nowMs: number): Promise<void> {
  return tellCalls(desk, ledger, { fromUs: (nowMs - RECENT_MS) * 1000 }, nowMs);
}

/** Counts the calls of commits after one, as {@link tellRecentCalls} does. */
export function tellCallsSince(desk: QuotaDesk, ledger: Ledger, knownToUs: number, nowMs: number): Promise<void> {
  return tellCalls(desk, ledger, { receivedAfterUs: knownToUs }, nowMs);
}

async function tellCalls(
  desk: QuotaDesk,
  ledger: Ledger,
  which: Pick<CallsQuery, 'fromUs' | 'receivedAfterUs'>,
  nowMs: number,
): Promise<void> {
  for (let after: CallPosition | undefined, isLast = false; !isLast; ) {
    const { calls } = await ledger.calls({ ...which, filters: [], limit: PAGE, ...(after && { after }) });
    for (let at = 0; at < calls.length; at += PARALLEL) {
      await Promise.all(calls.slice(at, at + PARALLEL).map((call) => desk.count(countedSummary(call), nowMs)));
    }
    const last = calls.at(-1);
    const ids = last === undefined ? undefined : parseCallId(last.id);
    isLast = last === undefined || ids === undefined || calls.length < PAGE;
    if (last !== undefined && ids !== undefined) after = { ...ids, startedAtUs: startOf(last) };
  }
}

function countedSummary(call: CallSummary): CountedCall {
  const { input_tokens: input, output_tokens: output } = call.usage;
  return counted({
    id: call.id,
    startedAtUs: startOf(call),
    provider: call.provider,
    model: call.request_model ?? call.model ?? '',
    tags: call.tags,
    tokens: input === undefined && output === undefined ? undefined : (input ?? 0) + (output ?? 0),
    cost: call.cost === null || call.currency !== 'USD' ? undefined : attoFromInteger(parseMoney(call.cost)),
  });
}

function startOf({ started_at }: CallSummary): number {
  return parseInstantUs(started_at) ?? 0;
}
