import type { Random } from '../random.ts';

/**
 * What the simulator can do to a call that is otherwise fine. `drop` cuts the connection (a stream in its middle),
 * `stream_error` sends the provider's error event in the middle of a stream.
 */
export const FAULTS = ['rate_limit', 'server_error', 'overloaded', 'drop', 'stream_error'] as const;
export type Fault = (typeof FAULTS)[number];

/** Share of requests, from 0 to 1, that meet each fault unasked. */
export type FaultRates = { readonly [F in Fault]?: number };

/** The request header by which a test asks for one fault: `x-simulate: drop`. */
export const FAULT_HEADER = 'x-simulate';

/** The fault of this request: the one it asks for, else one drawn at the given rates, else none. */
export function chooseFault(asked: string | undefined, rates: FaultRates, random: Random): Fault | undefined {
  const named = FAULTS.find((fault) => fault === asked);
  if (named !== undefined) return named;
  const drawn = random.next();
  let threshold = 0;
  for (const fault of FAULTS) {
    threshold += rates[fault] ?? 0;
    if (drawn < threshold) return fault;
  }
  return undefined;
}
