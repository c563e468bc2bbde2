export const GRAINS = ['minute', 'hour', 'day', 'week', 'month'] as const;
export type Grain = (typeof GRAINS)[number];

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** About 24 to 90 bars, whatever the length of the period. */
export function grainFor(fromMs: number, toMs: number): Grain {
  const length = toMs - fromMs;
  if (length <= 90 * 60_000) return 'minute';
  if (length <= 3 * DAY_MS) return 'hour';
  if (length <= 93 * DAY_MS) return 'day';
  if (length <= 400 * DAY_MS) return 'week';
  return 'month';
}
