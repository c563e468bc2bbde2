/** A stream of pseudo-random draws that is the same for the same seed, on every machine. Not for secrets. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** A whole number from `min` to `max`, both included. */
  integer(min: number, max: number): number;
  chance(probability: number): boolean;
  pick<T>(list: readonly [T, ...T[]]): T;
  /** One of the entries, in proportion to its weight. */
  weighted<T>(entries: readonly (readonly [value: T, weight: number])[]): T;
  /** Log-normal: half of the draws are below `median`; `spread` 0.5 is narrow, 1 is wide. */
  around(median: number, spread: number): number;
  /** `length` characters out of `alphabet`. */
  text(length: number, alphabet: string): string;
  /** `length` lower-case hex digits, never all zero (OpenTelemetry forbids such ids). */
  hex(length: number): string;
}

export const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Parts of the seed are joined, so `createRandom(seed, day, index)` gives every day and index a stream of its own. */
export function createRandom(...seed: readonly (string | number)[]): Random {
  let [a, b, c, d] = hash128(seed.join('\u0000'));

  // sfc32: small, fast, passes PractRand. 32-bit state words; `>>> 0` keeps them unsigned.
  function uint32(): number {
    const sum = (a + b + d) >>> 0;
    d = (d + 1) >>> 0;
    a = (b ^ (b >>> 9)) >>> 0;
    b = (c + (c << 3)) >>> 0;
    c = ((c << 21) | (c >>> 11)) >>> 0;
    c = (c + sum) >>> 0;
    return sum;
  }

  const next = () => uint32() / 0x1_0000_0000;
  const integer = (min: number, max: number) => min + Math.floor(next() * (max - min + 1));
  const text = (length: number, alphabet: string) =>
    Array.from({ length }, () => alphabet.charAt(integer(0, alphabet.length - 1))).join('');

  return {
    next,
    integer,
    chance: (probability) => next() < probability,
    pick: (list) => list[integer(0, list.length - 1)] ?? list[0],
    weighted: (entries) => {
      let left = next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
      for (const [value, weight] of entries) {
        left -= weight;
        if (left < 0) return value;
      }
      const last = entries.at(-1);
      if (last === undefined) throw new RangeError('weighted() needs at least one entry');
      return last[0];
    },
    around: (median, spread) => median * Math.exp(spread * gaussian(next(), next())),
    text,
    hex: (length) => {
      const digits = text(length, '0123456789abcdef');
      return /[^0]/.test(digits) ? digits : `${digits.slice(1)}1`;
    },
  };
}

/** Box–Muller, kept within three deviations so that one draw never makes a demo look broken. */
function gaussian(u: number, v: number): number {
  const value = Math.sqrt(-2 * Math.log(1 - u)) * Math.cos(2 * Math.PI * v);
  return Math.max(-3, Math.min(3, value));
}

/** Four well mixed 32-bit words of a text (FNV-1a with four offsets, then a finaliser). */
function hash128(text: string): [number, number, number, number] {
  const words: [number, number, number, number] = [0x811c9dc5, 0x9e3779b9, 0x85ebca6b, 0xc2b2ae35];
  for (let lane = 0; lane < 4; lane++) {
    let word = words[lane] as number;
    for (let index = 0; index < text.length; index++) {
      word = Math.imul(word ^ text.charCodeAt(index), 0x01000193 + lane * 0x92);
    }
    word = Math.imul(word ^ (word >>> 16), 0x7feb352d);
    word = Math.imul(word ^ (word >>> 15), 0x846ca68b);
    words[lane] = (word ^ (word >>> 16)) >>> 0;
  }
  return words;
}
