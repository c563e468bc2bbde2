/** When and how often a failed delivery is tried again. */
export interface RetryConfig {
  /** Wait before the second attempt. Doubles with every further one. */
  readonly delayMs: number;
  /** The wait never grows beyond this. */
  readonly delayMsMax: number;
  /** Waiting longer than this altogether gives the spans up. 0 tries once. */
  readonly elapsedMsMax: number;
}

/** The answers after which OTLP/HTTP allows another attempt. */
export function isRetryable(status: number): boolean {
  return status === 429 || status === 502 || status === 503 || status === 504;
}

/** The wait after attempt number `attempt` (from 0). `random` in [0, 1) takes off up to half, so that senders spread. */
export function backoffMs(attempt: number, retry: RetryConfig, random: number): number {
  const delay = Math.min(retry.delayMs * 2 ** attempt, retry.delayMsMax);
  return Math.round(delay * (1 - random / 2));
}

/** What `Retry-After` asks for: seconds or an HTTP date. 0 when it says nothing usable. */
export function retryAfterMs(header: string | null, nowMs: number): number {
  if (header === null) return 0;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? 0 : Math.max(0, at - nowMs);
}
