import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CORRELATION_PAIRS_MIN, correlation } from './correlation.ts';

const line = (count: number, y: (x: number) => number) =>
  Array.from({ length: count }, (_, x): [number, number] => [x, y(x)]);

/** The same numbers every time, evenly between 0 and 1. */
function* evenly(seed: number): Generator<number, never> {
  for (let state = seed >>> 0; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

test.each([
  ['the same order', line(20, (x) => x ** 3), 1],
  ['the order turned round', line(20, (x) => -x), -1],
])('%s is told as such', (_, pairs, coefficient) => {
  expect(correlation(pairs)).toMatchObject({ coefficient, pairs: 20 });
});

test('ties share their rank: the value of a printed example', () => {
  // Ranks of x: 1, 2.5, 2.5, 4, 5 … against 1 … 10; by hand: 1 - 6 Σd² / (n (n² - 1)), corrected for the tie.
  const pairs = line(10, (x) => x).map(([x, y]): [number, number] => [x === 2 ? 1 : x, y]);
  expect(correlation(pairs)?.coefficient).toBeCloseTo(82 / Math.sqrt(82 * 82.5), 12);
});

test.each([
  ['too few pairs', line(CORRELATION_PAIRS_MIN - 1, (x) => x)],
  ['one side that never changes', line(50, () => 7)],
  ['no pairs', []],
])('%s: nothing is told', (_, pairs) => {
  expect(correlation(pairs)).toBeUndefined();
});

test('of unrelated numbers nearly none is told: the interval errs in five of a hundred', () => {
  const random = evenly(42);
  let told = 0;
  for (let sample = 0; sample < 1000; sample += 1) {
    const pairs = Array.from({ length: 60 }, (): [number, number] => [random.next().value, random.next().value]);
    if (correlation(pairs) !== undefined) told += 1;
  }
  expect(told).toBeGreaterThan(20);
  expect(told).toBeLessThan(80);
});

test('a planted one is found, with an interval round it', () => {
  const random = evenly(7);
  for (let sample = 0; sample < 100; sample += 1) {
    const pairs = Array.from({ length: 200 }, (): [number, number] => {
      const common = random.next().value;
      return [common + random.next().value / 2, common + random.next().value / 2];
    });
    const found = correlation(pairs);
    // Of uniform values with a noise of half of it the true one is about 0.8.
    expect(found?.coefficient).toBeGreaterThan(0.6);
    expect(found?.low).toBeLessThan(found?.coefficient as number);
    expect(found?.high).toBeGreaterThan(found?.coefficient as number);
  }
});

test('neither order of the pairs nor which side is which changes it, and growing a value keeps its rank', () => {
  const value = fc.integer({ min: -50, max: 50 });
  fc.assert(
    fc.property(fc.array(fc.tuple(value, value), { minLength: 10, maxLength: 40 }), (pairs) => {
      const told = correlation(pairs);
      expect(correlation([...pairs].reverse())?.coefficient ?? null).toEqual(
        told === undefined ? null : expect.closeTo(told.coefficient, 12),
      );
      expect(correlation(pairs.map(([x, y]) => [y, x]))?.coefficient ?? null).toEqual(
        told === undefined ? null : expect.closeTo(told.coefficient, 12),
      );
      expect(correlation(pairs.map(([x, y]) => [x * 3 + 1, y ** 3]))).toEqual(told);
      if (told !== undefined) {
        expect(told.low).toBeGreaterThanOrEqual(-1);
        expect(told.high).toBeLessThanOrEqual(1);
      }
    }),
  );
});
