export interface CallId {
  readonly traceId: string;
  readonly spanId: string;
}

const CALL_ID = /^([0-9a-f]{32})-([0-9a-f]{16})$/;

/** Reads `${traceId}-${spanId}`; `undefined` when the text is not a call id. */
export function parseCallId(text: string): CallId | undefined {
  const match = CALL_ID.exec(text.toLowerCase());
  return match === null ? undefined : { traceId: match[1] as string, spanId: match[2] as string };
}
