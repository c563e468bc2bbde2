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

export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/**
 * The offsets of a zone from a month before `fromUs` up to `toUs`. Days are probed one by one and a change is found to
 * the second; no zone has gone there and back within a day. The rules are those of the runtime's own ICU data.
 */
export function offsetSpans(timezone: string, fromUs: number, toUs: number): readonly OffsetSpan[] {
  const offsetAt = offsetReader(timezone);
  const spans: OffsetSpan[] = [];
  let spanFrom = fromUs - MARGIN_US;
  let offset = offsetAt(spanFrom);
  for (let day = spanFrom; day < toUs; day += DAY_US) {
    const next = Math.min(day + DAY_US, toUs);
    const after = offsetAt(next);
    if (after === offset) continue;
    const change = firstWith(offsetAt, after, day, next);
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

function offsetReader(timezone: string): (us: number) => number {
  if (timezone === 'UTC') return () => 0;
  const format = new Intl.DateTimeFormat('en-US', { timeZone: timezone, timeZoneName: 'longOffset' });
  return (us) => {
    const text = format.format(Math.floor(us / 1000));
    const match = /GMT([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(text);
    if (match === null) return 0;
    const seconds = Number(match[2]) * 3600 + Number(match[3]) * 60 + Number(match[4] ?? 0);
    return (match[1] === '-' ? -seconds : seconds) * SECOND_US;
  };
}

/** The first whole second after `lowUs` at which the offset is `offset`. */
function firstWith(offsetAt: (us: number) => number, offset: number, lowUs: number, highUs: number): number {
  let low = Math.floor(lowUs / SECOND_US);
  let high = Math.ceil(highUs / SECOND_US);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(middle * SECOND_US) === offset) high = middle;
    else low = middle;
  }
  return high * SECOND_US;
}
