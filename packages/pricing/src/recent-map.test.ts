import { expect, test } from 'vitest';
import { RecentMap } from './recent-map.ts';

test('a stream of names that never repeat does not make it grow', () => {
  const map = new RecentMap<number>(100);
  for (let index = 0; index < 10_000; index += 1) map.set(`name-${index}`, index);
  expect(map.size).toBeLessThanOrEqual(200);
  expect(map.turnovers).toBe(99);
});

test('what is asked for stays while others come and go', () => {
  const map = new RecentMap<number>(10);
  map.set('kept', 1);
  for (let index = 0; index < 1000; index += 1) {
    map.set(`name-${index}`, index);
    expect(map.get('kept')).toBe(1);
  }
  expect(map.get('name-0')).toBeUndefined();
});
