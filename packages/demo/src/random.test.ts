import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createRandom } from './random.ts';

const draws = (count: number, draw: () => number) => Array.from({ length: count }, draw);

test('the same seed draws the same, and neighbouring seeds have nothing in common', () => {
  const take = (...seed: (string | number)[]) => draws(20, createRandom(...seed).next);
  expect(take('a', 1)).toEqual(take('a', 1));
  expect(take('a', 2).some((value) => take('a', 1).includes(value))).toBe(false);
  expect(take('a', 11)).not.toEqual(take('a1', 1));
});

test('draws spread evenly over [0, 1), also the first ones of many seeds', () => {
  for (const values of [
    draws(20_000, createRandom('spread').next),
    Array.from({ length: 20_000 }, (_, index) => createRandom('day', index).next()),
  ]) {
    const tenths = Array.from({ length: 10 }, (_, tenth) => values.filter((value) => Math.floor(value * 10) === tenth));
    for (const tenth of tenths) expect(Math.abs(tenth.length - 2_000)).toBeLessThan(200);
  }
});

test('weights are respected, and nothing of weight zero is drawn', () => {
  const random = createRandom('weights');
  const drawn = Array.from({ length: 4_000 }, () =>
    random.weighted([
      ['a', 3],
      ['b', 1],
      ['never', 0],
    ]),
  );
  expect(drawn).not.toContain('never');
  const share = drawn.filter((value) => value === 'a').length / drawn.length;
  expect(Math.abs(share - 0.75)).toBeLessThan(0.03);
});

test('whole numbers keep to their range', () => {
  fc.assert(
    fc.property(fc.integer({ min: -50, max: 50 }), fc.nat(100), fc.integer(), (min, span, seed) => {
      const value = createRandom(seed).integer(min, min + span);
      return Number.isInteger(value) && value >= min && value <= min + span;
    }),
  );
});

test('hex ids have their length and are never all zero', () => {
  const random = createRandom('ids');
  for (let index = 0; index < 1_000; index++) expect(random.hex(1)).toMatch(/^[1-9a-f]$/);
  expect(random.hex(32)).toMatch(/^[0-9a-f]{32}$/);
});
