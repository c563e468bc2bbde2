import { describe, expect, test } from 'vitest';
import { barLayout } from './bar-layout.ts';
import { createSeriesColours } from './series-colours.ts';
import { sparklinePaths } from './sparkline.ts';
import { stackSeries, stackTotals } from './stack-series.ts';

const buckets = [100, 200, 300];

describe('series', () => {
  const series = stackSeries(
    [
      { timeMs: 100, group: 'chat', value: 2 },
      { timeMs: 300, group: 'chat', value: 1 },
      { timeMs: 100, group: 'search', value: 3 },
      { timeMs: 200, group: 'rare', value: 4 },
      { timeMs: 200, group: '(other)', value: 1 },
      { timeMs: 999, group: 'chat', value: 50 },
    ],
    buckets,
    ['chat', 'search'],
  );

  test('keep the order of the names, hold a value per bucket, and fold the rest into (other)', () => {
    expect(series).toEqual([
      { name: 'chat', values: [2, 0, 1] },
      { name: 'search', values: [3, 0, 0] },
      { name: '(other)', values: [0, 5, 0] },
    ]);
  });

  test('stack to the sum of each bucket', () => {
    expect(stackTotals(series, 3)).toEqual([5, 5, 1]);
  });

  test('without anything else there is no (other)', () => {
    expect(stackSeries([], buckets, ['chat']).map((one) => one.name)).toEqual(['chat']);
  });
});

describe('bars', () => {
  const layout = barLayout(
    [
      { name: 'a', values: [5, 0] },
      { name: 'b', values: [5, 10] },
    ],
    2,
    10,
    { width: 100, height: 200 },
  );

  test('stand on each other and fill the plot at the maximum', () => {
    expect(layout.paths[0]).toBe('M7.5 200V100H42.5V200Z');
    expect(layout.paths[1]).toMatch(/^M7\.5 100V3a3 3 .*V100Z/);
    expect(layout.paths[1]).toContain('M57.5 200V3a3');
  });

  test('hundreds of bars are thin but there', () => {
    const thin = barLayout([{ name: 'a', values: Array.from({ length: 500 }, () => 1) }], 500, 1, {
      width: 400,
      height: 10,
    });
    expect(thin.barWidth).toBeGreaterThanOrEqual(0.75);
  });
});

describe('sparklines', () => {
  test('reach from edge to edge and from bottom to top', () => {
    expect(sparklinePaths([0, 10, 5], 96, 24).line).toBe('M0 22L48 2L96 12');
  });

  test.each([
    [[], ''],
    [[7], 'M0 2L96 2'],
    [[0, 0], 'M0 22L96 22'],
  ])('%j is no broken path', (values, line) => {
    expect(sparklinePaths(values, 96, 24).line).toBe(line);
  });
});

describe('colours', () => {
  test('stay with a name when others overtake it, and the rest is always grey', () => {
    const colourOf = createSeriesColours();
    expect(colourOf('model', 'a')).toBe('series-0');
    expect(colourOf('model', 'b')).toBe('series-1');
    expect(colourOf('team', 'b')).toBe('series-0');
    expect(colourOf('model', 'a')).toBe('series-0');
    expect(colourOf('model', '(other)')).toBe('series-other');
    expect(colourOf('model', '(untagged)')).toBe('series-other');
  });
});
