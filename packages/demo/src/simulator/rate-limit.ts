/**
 * A token bucket: `requestsPerMinute` at most in a burst, refilled evenly. Pure: the state goes in and comes out.
 */
export interface Bucket {
  readonly remaining: number;
  readonly updatedAtMs: number;
}

export type Admission =
  | { readonly kind: 'admitted'; readonly bucket: Bucket }
  | { readonly kind: 'limited'; readonly bucket: Bucket; readonly retryAfterMs: number };

export function admit(bucket: Bucket | undefined, requestsPerMinute: number, nowMs: number): Admission {
  const elapsedMs = bucket === undefined ? 0 : Math.max(0, nowMs - bucket.updatedAtMs);
  const refilled = Math.min(
    requestsPerMinute,
    (bucket?.remaining ?? requestsPerMinute) + (elapsedMs * requestsPerMinute) / 60_000,
  );
  // Refills are fractions: what is one request but for the last bits of a double is one request.
  if (refilled > 1 - 1e-9)
    return { kind: 'admitted', bucket: { remaining: Math.max(0, refilled - 1), updatedAtMs: nowMs } };
  return {
    kind: 'limited',
    bucket: { remaining: refilled, updatedAtMs: nowMs },
    retryAfterMs: Math.ceil(((1 - refilled) * 60_000) / requestsPerMinute),
  };
}
