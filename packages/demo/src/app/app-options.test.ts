import { expect, test } from 'vitest';
import { LIVE_CALLS_DEFAULT, LIVE_CALLS_LIMIT, parseAppOptions } from './app-options.ts';

test('without flags the simulator is called twice a second until somebody stops it', () => {
  expect(parseAppOptions([])).toEqual({
    rate: 2,
    callsMax: Number.POSITIVE_INFINITY,
    seed: 1,
    live: false,
    latencyScale: 1,
  });
});

test('live calls are few unless asked for, and never more than the limit', () => {
  expect(parseAppOptions(['--live'])).toMatchObject({ live: true, rate: 1, callsMax: LIVE_CALLS_DEFAULT });
  expect(parseAppOptions(['--live', '--calls', '100']).callsMax).toBe(100);
  expect(parseAppOptions(['--live', '--calls', '100000']).callsMax).toBe(LIVE_CALLS_LIMIT);
});

test.each([
  [['--rate', '0'], '--rate "0" must be a number from 0.01 on'],
  [['--rate', 'fast'], '--rate "fast"'],
  [['--calls', ''], '--calls ""'],
  [['--calls', '-3'], '--calls'],
  [['--latency-scale', '1e999'], '--latency-scale'],
  [['--speed', '3'], '--speed'],
  [['7'], '7'],
])('%j is refused by name', (args, message) => {
  expect(() => parseAppOptions(args)).toThrow(
    expect.objectContaining({ code: 'DEMO_OPTION', message: expect.stringContaining(message) }),
  );
});
