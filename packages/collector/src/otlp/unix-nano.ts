/** 2³² = 4,294,967 × 1,000 + 296: splits the high word of a nanosecond count without leaving exact doubles. */
const HIGH_THOUSANDS = 4_294_967;
const HIGH_REST = 296;

/**
 * Microseconds of a 64-bit nanosecond count given as two 32-bit words, rounded down. Exact up to 2⁵³ µs (year 2255);
 * a count beyond that is not a time and gives 0, "unset".
 */
export function microsFromWords(low: number, high: number): number {
  const micros = high * HIGH_THOUSANDS + Math.floor((high * HIGH_REST + low) / 1000);
  return micros <= Number.MAX_SAFE_INTEGER ? micros : 0;
}

/** The same for decimal text. Text that is not a whole number ≥ 0 gives 0, "unset". */
export function microsFromText(text: string): number {
  if (!/^\d{1,20}$/.test(text)) return 0;
  const micros = Number(text.slice(0, -3));
  return micros <= Number.MAX_SAFE_INTEGER ? micros : 0;
}
