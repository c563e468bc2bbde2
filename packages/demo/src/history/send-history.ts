import { setTimeout as wait } from 'node:timers/promises';
import { CostspanError } from '@costspan/usage';
import { estimateHistoryCalls, generateHistory, type HistoryBatch, type HistoryOptions } from './generate-history.ts';

export interface SendHistoryOptions extends Omit<HistoryOptions, 'nowMs'> {
  /** Base URL of an OTLP/HTTP endpoint, such as `http://127.0.0.1:4318`. */
  readonly endpoint: string;
  /** The key of a collector that asks for one. */
  readonly key?: string | undefined;
  /** Default: now. */
  readonly nowMs?: number;
  /** Told about twice a second, and at the end. `totalCalls` is an estimate until the end. */
  readonly onProgress?: (progress: { readonly sentCalls: number; readonly totalCalls: number }) => void;
}

/** Requests under way at once: enough to keep a collector busy while the next batches are made. */
const REQUESTS_MAX = 4;
const ATTEMPTS_MAX = 8;
const PROGRESS_INTERVAL_MS = 500;

/**
 * Sends the history of the demo company to a collector over OTLP/HTTP, as an exporter would. Sending it again is harmless.
 * @returns how many calls the collector has acknowledged.
 * @throws CostspanError `HISTORY_REFUSED` when the endpoint cannot be reached or refuses a batch; what was acknowledged stays.
 */
export async function sendHistory(options: SendHistoryOptions): Promise<{ readonly sentCalls: number }> {
  const { endpoint, key, nowMs = Date.now(), onProgress = () => {} } = options;
  const headers = {
    'content-type': 'application/json',
    ...(key === undefined ? {} : { authorization: `Bearer ${key}` }),
  };
  const history = { ...options, nowMs };
  const totalCalls = estimateHistoryCalls(history);
  const url = new URL('/v1/traces', endpoint);
  const batches = generateHistory(history);
  let sentCalls = 0;
  let reportedAtMs = Date.now();

  // Four senders take turns at one generator: it is asked for the next batch only when a sender is free.
  await Promise.all(
    Array.from({ length: REQUESTS_MAX }, async () => {
      for (let next = batches.next(); !next.done; next = batches.next()) {
        await send(url, headers, next.value);
        sentCalls += next.value.calls;
        if (Date.now() - reportedAtMs < PROGRESS_INTERVAL_MS) continue;
        reportedAtMs = Date.now();
        onProgress({ sentCalls, totalCalls: Math.max(totalCalls, sentCalls) });
      }
    }),
  );
  onProgress({ sentCalls, totalCalls: sentCalls });
  return { sentCalls };
}

async function send(url: URL, headers: Record<string, string>, batch: HistoryBatch): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const response = await post(url, headers, batch);
    // The body is read to its end in every case, so that the connection is used again.
    const text = await response.text();
    if (response.ok) return;
    const mayRetry = response.status === 429 || response.status === 503;
    if (!mayRetry || attempt === ATTEMPTS_MAX) {
      throw refused(url, `answered ${response.status}: ${text.slice(0, 500)}`);
    }
    await wait(retryAfterMs(response.headers.get('retry-after')));
  }
}

/** The header in seconds; a second where it is absent or unreadable, never more than half a minute. */
function retryAfterMs(header: string | null): number {
  const seconds = header === null ? Number.NaN : Number(header);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds, 30) * 1000 : 1000;
}

async function post(url: URL, headers: Record<string, string>, batch: HistoryBatch): Promise<Response> {
  try {
    return await fetch(url, { method: 'POST', headers, body: batch.body });
  } catch (cause) {
    throw refused(url, `cannot be reached; is a collector running there? Start one with "costspan up"`, cause);
  }
}

function refused(url: URL, what: string, cause?: unknown): CostspanError {
  return new CostspanError('HISTORY_REFUSED', `${url} ${what}`, { cause });
}
