import type { WireFormat } from './provider-error.ts';
import type { Bucket } from './rate-limit.ts';

/** The headers a provider puts on every answer: the request's id and how much of the rate limit is left. */
export function replyHeaders(
  format: WireFormat,
  requestId: string,
  requestsPerMinute: number,
  bucket: Bucket,
): Record<string, string> {
  const limit = String(requestsPerMinute);
  const remaining = String(Math.floor(bucket.remaining));
  const refillMs = Math.ceil(((requestsPerMinute - bucket.remaining) * 60_000) / requestsPerMinute);
  if (format === 'anthropic') {
    return {
      'request-id': requestId,
      'anthropic-ratelimit-requests-limit': limit,
      'anthropic-ratelimit-requests-remaining': remaining,
      'anthropic-ratelimit-requests-reset': new Date(bucket.updatedAtMs + refillMs).toISOString(),
    };
  }
  return {
    'x-request-id': requestId,
    'openai-version': '2020-10-01',
    'x-ratelimit-limit-requests': limit,
    'x-ratelimit-remaining-requests': remaining,
    'x-ratelimit-reset-requests': `${refillMs}ms`,
  };
}

/** How long to wait after a 429. Both SDKs read the millisecond header first. */
export function retryHeaders(retryAfterMs: number): Record<string, string> {
  return { 'retry-after-ms': String(retryAfterMs), 'retry-after': String(Math.ceil(retryAfterMs / 1000)) };
}
