/** How far two values go together over the same things, such as the tokens and the sessions of each customer. */
export interface Correlation {
  /** Spearman's: 1 when the order of both is the same, -1 when it is turned round. */
  readonly coefficient: number;
  /** Bounds of the interval that covers the true one in 95 of 100 samples. */
  readonly low: number;
  readonly high: number;
  readonly pairs: number;
}

/** With fewer pairs an interval says nothing. */
export const CORRELATION_PAIRS_MIN = 10;
/** 97.5 % of a normal distribution lie below so many of its deviations. */
const DEVIATIONS = 1.959963984540054;

/**
 * The rank correlation of pairs, when there is one to tell: `undefined` with fewer than {@link CORRELATION_PAIRS_MIN}, when
 * one side is always the same, and when the interval holds 0. Ranks are used since a few customers use most of the tokens.
 *
 * The interval is Fisher's with the variance of Bonett and Wright (Psychometrika 65, 2000), which suits ranks with ties.
 */
export function correlation(pairs: readonly (readonly [number, number])[]): Correlation | undefined {
  if (pairs.length < CORRELATION_PAIRS_MIN) return undefined;
  const coefficient = pearson(ranks(pairs.map(([x]) => x)), ranks(pairs.map(([, y]) => y)));
  if (coefficient === undefined) return undefined;
  const deviation = Math.sqrt((1 + coefficient ** 2 / 2) / (pairs.length - 3));
  const middle = Math.atanh(Math.max(-1, Math.min(1, coefficient)));
  const low = Math.tanh(middle - DEVIATIONS * deviation);
  const high = Math.tanh(middle + DEVIATIONS * deviation);
  return low > 0 || high < 0 ? { coefficient, low, high, pairs: pairs.length } : undefined;
}

/** From 1; equal values share the mean of their places. */
function ranks(values: readonly number[]): number[] {
  const order = values.map((value, index) => ({ value, index })).sort((a, b) => a.value - b.value);
  const found = new Array<number>(values.length);
  for (let first = 0; first < order.length; ) {
    let end = first;
    while (end < order.length && order[end]?.value === order[first]?.value) end += 1;
    for (let at = first; at < end; at += 1) found[(order[at] as { index: number }).index] = (first + 1 + end) / 2;
    first = end;
  }
  return found;
}

function pearson(xs: readonly number[], ys: readonly number[]): number | undefined {
  const mean = (xs.length + 1) / 2;
  let [both, ofX, ofY] = [0, 0, 0];
  for (const [index, x] of xs.entries()) {
    const [dx, dy] = [x - mean, (ys[index] as number) - mean];
    both += dx * dy;
    ofX += dx * dx;
    ofY += dy * dy;
  }
  return ofX === 0 || ofY === 0 ? undefined : both / Math.sqrt(ofX * ofY);
}
