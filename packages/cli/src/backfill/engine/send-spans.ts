import { setTimeout as wait } from 'node:timers/promises';
import { CostspanError } from '@costspan/usage';
import { type OtlpSpan, traceRequest } from './otlp-span.ts';

export interface SendTarget {
  /** Base URL of the collector. */
  readonly url: string;
  readonly key: string | undefined;
}

/** What the collector said about a request it took. */
export interface SendResult {
  readonly rejectedSpans: number;
  /** Its own words about what it left out; `undefined` when all is well. */
  readonly message: string | undefined;
}

/** About a minute and a half of a collector that is busy or being restarted. */
const ATTEMPTS_MAX = 10;
const PAUSE_MS_MAX = 15_000;
const REQUEST_TIMEOUT_MS = 60_000;

/**
 * Posts spans to a collector and waits until it has them. Comes again, ever more slowly, when it is busy (429, 502, 503, 504)
 * or does not answer; the same spans twice are one.
 * @throws CostspanError `BACKFILL_REFUSED` when it refuses them or stays away.
 */
export async function sendSpans(
  target: SendTarget,
  spans: readonly OtlpSpan[],
  signal: AbortSignal,
): Promise<SendResult> {
  const body = traceRequest(spans);
  for (let attempt = 1; ; attempt++) {
    const answer = await post(target, body);
    if (answer.kind === 'taken') return answer;
    if (answer.kind === 'refused' || attempt === ATTEMPTS_MAX || signal.aborted) {
      throw new CostspanError('BACKFILL_REFUSED', `${target.url} ${answer.message}`);
    }
    await wait(answer.retryAfterMs ?? Math.min(PAUSE_MS_MAX, 250 * 2 ** attempt), undefined, { signal }).catch(
      () => undefined,
    );
  }
}

type Answer =
  | ({ readonly kind: 'taken' } & SendResult)
  | { readonly kind: 'busy'; readonly message: string; readonly retryAfterMs: number | undefined }
  | { readonly kind: 'refused'; readonly message: string };

async function post({ url, key }: SendTarget, body: string): Promise<Answer> {
  try {
    const response = await fetch(new URL('/v1/traces', url), {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(key === undefined ? {} : { authorization: `Bearer ${key}` }) },
      body,
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
    });
    const text = await response.text();
    if (response.ok) return { kind: 'taken', ...partialSuccess(text) };
    const message = `answered ${response.status}: ${text.slice(0, 300)}`;
    if (![429, 502, 503, 504].includes(response.status)) return { kind: 'refused', message };
    return { kind: 'busy', message, retryAfterMs: retryAfterMs(response.headers.get('retry-after')) };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    const message = `does not answer (${cause instanceof Error ? cause.message : String(cause)}); is a collector running there?`;
    return { kind: 'busy', message, retryAfterMs: undefined };
  }
}

function partialSuccess(text: string): SendResult {
  const { partialSuccess: said } = (text === '' ? {} : JSON.parse(text)) as {
    readonly partialSuccess?: { readonly rejectedSpans?: string | number; readonly errorMessage?: string };
  };
  return { rejectedSpans: Number(said?.rejectedSpans ?? 0), message: said?.errorMessage };
}

function retryAfterMs(header: string | null): number | undefined {
  const seconds = header === null ? Number.NaN : Number(header);
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(PAUSE_MS_MAX, seconds * 1000) : undefined;
}
