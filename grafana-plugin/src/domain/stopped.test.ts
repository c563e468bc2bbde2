import { expect, test } from 'vitest';
import { stopped } from './stopped.ts';

const nowMs = Date.parse('2026-11-23T12:00:00Z');
const budget = (
  id: string,
  state: string,
  exhausts_at: string | null,
  resets_at: string | null = '2026-12-01T00:00:00Z',
) => ({
  id,
  state,
  exhausts_at,
  window: { resets_at },
});

test('who is stopped comes before who will be, the first one first', () => {
  const found = stopped(
    [
      budget('late', 'over_pace', '2026-11-29T00:00:00Z'),
      budget('never', 'ok', null),
      budget('now', 'exhausted', '2026-11-20T00:00:00Z'),
      budget('soon', 'alarm', '2026-11-23T13:00:00Z'),
    ],
    nowMs,
    10,
  );
  expect(found.map(({ budget: { id } }) => id)).toEqual(['now', 'soon', 'late']);
  expect(found[0]).toMatchObject({ fromMs: nowMs, toMs: Date.parse('2026-12-01T00:00:00Z') });
});

test('a window that ends before its budget does stops nobody', () => {
  expect(stopped([budget('a', 'ok', '2026-12-01T00:00:00Z')], nowMs, 10)).toEqual([]);
});

test('a limit for ever stops for ever', () => {
  expect(stopped([budget('a', 'exhausted', null, null)], nowMs, 10)).toMatchObject([{ toMs: null }]);
});

test('only so many are told', () => {
  expect(stopped([budget('a', 'exhausted', null), budget('b', 'exhausted', null)], nowMs, 1)).toHaveLength(1);
});
