/** Milliseconds until the year 2109 fit. */
const RECEIVED_BITS = 42n;
const RECEIVED_MAX = (1n << RECEIVED_BITS) - 1n;
const SPANS_MAX = (1n << 22n) - 1n;

/**
 * The version of a row of a call; of several the largest wins. Whoever knew more spans of the trace when it decided what is
 * billed knows better, since spans are only added; among equals the first that came stays.
 */
export function billingVersion(spansKnown: number, receivedAtUs: number): bigint {
  const known = BigInt(spansKnown);
  return ((known < SPANS_MAX ? known : SPANS_MAX) << RECEIVED_BITS) + firstStays(receivedAtUs);
}

/** The version of a row that never changes. */
export function firstStays(receivedAtUs: number): bigint {
  return RECEIVED_MAX - BigInt(Math.floor(receivedAtUs / 1000));
}

/** The version of a stored row as it stands, decided again by somebody who knows so many spans. */
export function decidedAgainSql(spansKnown: number): string {
  return `bitOr(bitShiftLeft(toUInt64(${spansKnown}), ${RECEIVED_BITS}), bitAnd(version, toUInt64(${RECEIVED_MAX})))`;
}
