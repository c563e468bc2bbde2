import type { CallRecord } from '@costspan/usage';
import { callsToTraces } from './calls-to-traces.ts';
import { historyCall } from './history-call.ts';
import { callsOnDay, DAY_MS, spikeCallsOnDay } from './story.ts';

export interface HistoryOptions {
  /** How far back, in days of 24 hours before `nowMs`. */
  readonly days: number;
  /** Where the history ends; nothing in it is later. Milliseconds since 1970 UTC. */
  readonly nowMs: number;
  /** Default 1. The same seed tells the same story: a repeat has the same ids and changes nothing. */
  readonly seed?: number;
  /** Calls on an average working day, today's level. Default 4 000. */
  readonly callsPerDay?: number;
}

export interface HistoryBatch {
  readonly calls: number;
  /** The body of one `POST /v1/traces` in OTLP/JSON. */
  readonly body: Uint8Array<ArrayBuffer>;
}

/** The past of the demo company as ready-made OTLP requests, oldest first. */
export function* generateHistory(options: HistoryOptions): Generator<HistoryBatch, void, undefined> {
  const encoder = new TextEncoder();
  for (const calls of batches(historyCalls(options))) {
    yield { calls: calls.length, body: encoder.encode(JSON.stringify(callsToTraces(calls))) };
  }
}

/** The calls themselves, oldest day first and in time order within a day. */
export function* historyCalls(options: HistoryOptions): Generator<CallRecord, void, undefined> {
  const { days, nowMs, seed = 1, callsPerDay = 4_000 } = options;
  const today = Math.floor(nowMs / DAY_MS);
  const fromMs = nowMs - days * DAY_MS;
  for (let day = Math.floor(fromMs / DAY_MS); day <= today; day++) {
    const age = today - day;
    const calls = [
      ...range(callsOnDay(day, age, callsPerDay, seed), (index) => historyCall(seed, day, age, index, 'usual')),
      ...range(spikeCallsOnDay(day, callsPerDay), (index) => historyCall(seed, day, age, index, 'spike')),
    ].filter((call) => call.startedAtUs >= fromMs * 1000 && call.startedAtUs + call.durationUs < nowMs * 1000);
    yield* calls.sort((a, b) => a.startedAtUs - b.startedAtUs);
  }
}

/** How many calls {@link generateHistory} will yield, within some percent: the first and last day are cut at an hour. */
export function estimateHistoryCalls(options: HistoryOptions): number {
  const { days, nowMs, seed = 1, callsPerDay = 4_000 } = options;
  const today = Math.floor(nowMs / DAY_MS);
  let calls = 0;
  for (let age = 0; age < days; age++) {
    calls += callsOnDay(today - age, age, callsPerDay, seed) + spikeCallsOnDay(today - age, callsPerDay);
  }
  return calls;
}

const BATCH_CALLS_MAX = 1_000;

function* batches(calls: Iterable<CallRecord>): Generator<CallRecord[], void, undefined> {
  let batch: CallRecord[] = [];
  for (const call of calls) {
    batch.push(call);
    if (batch.length === BATCH_CALLS_MAX) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

function range<T>(count: number, make: (index: number) => T): T[] {
  return Array.from({ length: count }, (_, index) => make(index));
}
