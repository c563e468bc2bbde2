import { linearPace, seasonalPace } from '@costspan/quota';
import { expect, test } from 'vitest';
import { PaceTable } from './pace-table.ts';

const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 9, 1);
const windowOf = (days: number) => ({ id: 'month', startMs: START_MS, endMs: START_MS + days * DAY_MS });
const profile = Array.from({ length: 168 }, (_, hour) => (hour % 24 < 12 ? 0.5 : 1.5));
const other = profile.toReversed();
const instants = Array.from({ length: 60 }, (_, n) => START_MS + (n - 5) * DAY_MS * 0.7);

test('budgets of one window, zone and habit share a pace; another window, zone or habit has its own', () => {
  const table = new PaceTable();
  const pace = table.paceOf(windowOf(31), 'UTC', profile);
  expect(table.paceOf(windowOf(31), 'UTC', profile)).toBe(pace);
  for (const [days, zone, habit] of [
    [30, 'UTC', profile],
    [31, 'Asia/Kathmandu', profile],
    [31, 'UTC', other],
  ] as const) {
    const found = table.paceOf(windowOf(days), zone, habit);
    expect(instants.map(found)).toEqual(instants.map(seasonalPace(windowOf(days), zone, habit)));
  }
  expect(instants.map(table.paceOf(windowOf(31), 'UTC', profile))).toEqual(instants.map(pace));
});

test('without a habit use is due evenly', () => {
  const pace = new PaceTable().paceOf(windowOf(31), 'UTC', undefined);
  expect(instants.map(pace)).toEqual(instants.map(linearPace(windowOf(31))));
});
