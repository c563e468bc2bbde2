import { expect, test } from 'vitest';
import { RecentIds } from './recent-ids.ts';

test('the newest ids are remembered, at least as many as asked for and at most twice as many', () => {
  const recent = new RecentIds(1000);
  const id = (n: number) => Uint32Array.of(1, 2, 3, 4, n, n);
  for (let n = 0; n < 10_500; n += 1) {
    recent.add(id(n), 0, 4);
    expect(recent.has(id(n), 0, 4)).toBe(true);
  }
  const remembered = Array.from({ length: 10_500 }, (_, n) => recent.has(id(n), 0, 4));
  expect(remembered.slice(-1000)).not.toContain(false);
  expect(remembered.filter(Boolean).length).toBeLessThanOrEqual(2000);
});
