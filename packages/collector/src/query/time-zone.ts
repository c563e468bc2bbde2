import { firstWithOffset, zoneOffset } from '@costspan/usage';

const SECOND_US = 1_000_000;
const DAY_US = 86_400 * SECOND_US;
/** Longest local calendar unit, so that the start of the first bucket is inside the spans. */
const MARGIN_US = 32 * DAY_US;

/** A stretch of time during which a zone keeps one distance from UTC. */
export interface OffsetSpan {
  readonly fromUs: number;
  readonly toUs: number;
  /** Local time minus UTC. */
  readonly offsetUs: number;
}

/**
 * The offsets of a zone from a month before `fromUs` up to `toUs`. Days are probed one by one and a change is found to
 * the second; no zone has gone there and back within a day. The rules are those of the runtime's own ICU data.
 */
export function offsetSpans(timezone: string, fromUs: number, toUs: number): readonly OffsetSpan[] {
  const read = zoneOffset(timezone);
  const offsetAt = (us: number): number => read(Math.floor(us / 1000)) * 1000;
  const spans: OffsetSpan[] = [];
  let spanFrom = fromUs - MARGIN_US;
  let offset = offsetAt(spanFrom);
  for (let day = spanFrom; day < toUs; day += DAY_US) {
    const next = Math.min(day + DAY_US, toUs);
    const after = offsetAt(next);
    if (after === offset) continue;
    const change = firstWithOffset(read, after / 1000, day / 1000, next / 1000) * 1000;
    spans.push({ fromUs: spanFrom, toUs: change, offsetUs: offset });
    spanFrom = change;
    offset = after;
  }
  spans.push({ fromUs: spanFrom, toUs: Math.max(toUs, spanFrom), offsetUs: offset });
  return spans;
}

/** The first instant at which the local clock has reached `localUs`. When the clock jumps over it, the instant of the jump. */
export function localStartUs(spans: readonly OffsetSpan[], localUs: number): number {
  for (const span of spans) {
    const instant = Math.max(localUs - span.offsetUs, span.fromUs);
    if (instant < span.toUs) return instant;
  }
  const last = spans.at(-1) as OffsetSpan;
  return localUs - last.offsetUs;
}
