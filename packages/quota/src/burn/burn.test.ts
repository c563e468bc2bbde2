import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { describe, expect, test } from 'vitest';
import { UTC_CALENDAR } from '../time/calendar.ts';
import { windowAt } from '../time/window.ts';
import { type BurnInput, burnOf, recentLengths } from './burn-of.ts';
import { BURN_WINDOWS, burnFactor } from './burn-windows.ts';
import { HOURS_PER_WEEK, hourOfWeek, learnProfile, linearPace, seasonalPace } from './pace.ts';
import { quotaMetrics } from './quota-metrics.ts';

const ms = (text: string): number => Temporal.Instant.from(text).epochMilliseconds;
const HOUR = 3_600_000;
const NOVEMBER = windowAt(UTC_CALENDAR, 'month', ms('2026-11-23T00:00:00Z'));
const OFFICE = Array.from({ length: HOURS_PER_WEEK }, (_, slot) =>
  slot < 120 && slot % 24 >= 9 && slot % 24 < 17 ? 4.2 : 0,
);

describe('pace', () => {
  test('is nothing at the start of a window, all at its end, and never falls', () => {
    const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'Asia/Kathmandu', 'Australia/Lord_Howe');
    const profiles = fc.array(fc.double({ min: 0.02, max: 5, noNaN: true }), {
      minLength: HOURS_PER_WEEK,
      maxLength: HOURS_PER_WEEK,
    });
    const at = fc.integer({ min: ms('2026-01-01T00:00:00Z'), max: ms('2027-01-01T00:00:00Z') });
    fc.assert(
      fc.property(
        zones,
        profiles,
        at,
        fc.array(fc.double({ min: 0, max: 1, noNaN: true })),
        (timezone, profile, instant, shares) => {
          const window = windowAt({ ...UTC_CALENDAR, timezone }, 'week', instant);
          const pace = seasonalPace(window, timezone, profile);
          expect([pace(window.startMs), pace(window.endMs)]).toEqual([0, 1]);
          const sorted = [...shares]
            .sort((a, b) => a - b)
            .map((share) => pace(window.startMs + share * (window.endMs - window.startMs)));
          expect(sorted).toEqual([...sorted].sort((a, b) => a - b));
        },
      ),
      { numRuns: 50 },
    );
  });

  test('of office hours is halfway on Wednesday noon, while the calendar is not', () => {
    const week = windowAt(UTC_CALENDAR, 'week', ms('2026-11-25T13:00:00Z'));
    expect(seasonalPace(week, 'UTC', OFFICE)(ms('2026-11-25T13:00:00Z'))).toBeCloseTo(0.5, 10);
    expect(linearPace(week)(ms('2026-11-25T13:00:00Z'))).toBeCloseTo(61 / 168, 10);
  });

  test('is learned from two weeks of history, by local hours, and not from less', () => {
    const from = ms('2026-09-07T00:00:00Z');
    const hours = Array.from({ length: 24 * 60 }, (_, index) => {
      const atMs = from + index * HOUR;
      return { atMs, used: OFFICE[hourOfWeek(atMs, 'Europe/Berlin')] as number };
    });
    const profile = learnProfile(hours, 'Europe/Berlin')!;
    expect(profile[9]! / profile[8]!).toBeGreaterThan(50);
    expect(profile.reduce((sum, weight) => sum + weight, 0) / HOURS_PER_WEEK).toBeCloseTo(1, 10);
    expect(learnProfile(hours.slice(0, 24 * 13), 'Europe/Berlin')).toBeUndefined();
    expect(learnProfile([], 'UTC')).toBeUndefined();
  });
});

test.each([
  ['month', [14.4, 6, 3]],
  ['week', [11.76, 4.2]],
  ['day', [19.2, 7.2]],
  ['quarter', [7.2, 4.5, 3]],
] as const)('the burn windows of a %s have the factors of their shares', (per, factors) => {
  expect(BURN_WINDOWS[per].map((pair) => burnFactor(per, pair))).toEqual(factors);
});

describe('burn', () => {
  const noon = ms('2026-11-16T00:00:00Z');
  const input = (more: Partial<BurnInput>): BurnInput => ({
    per: 'month',
    window: NOVEMBER,
    limit: 3000n,
    used: 1500n,
    reserved: 0n,
    pace: linearPace(NOVEMBER),
    recent: [],
    ...more,
  });
  const recent = (each: (lengthMs: number) => bigint) =>
    recentLengths('month').map((lengthMs) => ({ lengthMs, used: each(lengthMs) }));

  test('on pace uses the limit up exactly at the end', () => {
    const burn = burnOf(
      input({ recent: recent((lengthMs) => BigInt(Math.round((3000 * lengthMs) / (30 * 24 * HOUR)))) }),
      noon,
    );
    expect(burn).toMatchObject({
      paceRatio: 0.5,
      usedRatio: 0.5,
      remaining: 1500n,
      projected: { mid: 3000n },
      state: 'ok',
      alarms: [],
    });
    const day = burn.rates.find(({ name }) => name === '1d');
    expect(day?.rate).toBeCloseTo(1, 10);
    expect(day?.remainingRate).toBeCloseTo(1, 10);
    expect(burn.exhaustsAtMs).toBeUndefined();
  });

  test('twice the pace is exhausted at half of what is left', () => {
    const burn = burnOf(input({ used: 2000n }), noon);
    expect(burn).toMatchObject({ projected: { mid: 4000n }, state: 'over_pace' });
    // 1,000 left at 2,000 in 15 days: 7.5 days more.
    expect(Math.abs(burn.exhaustsAtMs! - ms('2026-11-23T12:00:00Z'))).toBeLessThanOrEqual(1000);
  });

  test('alarms only when the long and the short window are both too fast', () => {
    const fast = (short: bigint) =>
      recent((lengthMs) => (lengthMs === HOUR ? 62n : lengthMs === 5 * 60_000 ? short : 0n));
    expect(burnOf(input({ recent: fast(6n) }), noon)).toMatchObject({
      state: 'alarm',
      alarms: [{ name: '1h', factor: 14.4, severity: 'page' }],
    });
    expect(burnOf(input({ recent: fast(1n) }), noon).alarms).toEqual([]);
    expect(burnOf(input({ used: 20n, recent: fast(6n) }), noon).alarms).toEqual([]);
  });

  test('late in a window a slow rate can be too fast for what remains', () => {
    const late = ms('2026-11-28T00:00:00Z');
    const burn = burnOf(input({ used: 2950n, recent: [{ lengthMs: 24 * HOUR, used: 100n }] }), late);
    expect(burn.rates[0]?.rate).toBeCloseTo(1, 10);
    expect(burn.rates[0]?.remainingRate).toBeCloseTo(6, 10);
  });

  test('early in a window the projection leans on recent use', () => {
    const early = NOVEMBER.startMs + HOUR;
    const burn = burnOf(input({ used: 10n, recent: [{ lengthMs: HOUR, used: 10n }] }), early);
    expect(burn.projected?.mid).toBe(7200n);
    expect(burnOf(input({ used: 0n }), NOVEMBER.startMs).projected).toBeUndefined();
  });

  test('a range holds the end four times in five, and the probability of an overrun follows it', () => {
    let seed = 1;
    const random = () => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    let [held, overrun, expected] = [0, 0, 0];
    const months = 400;
    for (let month = 0; month < months; month += 1) {
      const days = Array.from({ length: 30 }, () => 60 + Math.round(80 * random()));
      const sum = (list: number[]) => BigInt(list.reduce((total, day) => total + day, 0));
      const blocks = days.slice(0, 15).map((used, day) => ({
        fromMs: NOVEMBER.startMs + day * 24 * HOUR,
        toMs: NOVEMBER.startMs + (day + 1) * 24 * HOUR,
        used: BigInt(used),
      }));
      const burn = burnOf(input({ used: sum(days.slice(0, 15)), blocks }), noon);
      const end = sum(days);
      if (end >= burn.projected!.low! && end <= burn.projected!.high!) held += 1;
      if (end > 3000n) overrun += 1;
      expected += burn.overrunProbability!;
    }
    expect(held / months).toBeGreaterThan(0.7);
    expect(held / months).toBeLessThan(0.9);
    expect(Math.abs(overrun - expected) / months).toBeLessThan(0.08);
  });

  test('a limit that is used up is exhausted now', () => {
    expect(burnOf(input({ used: 2900n, reserved: 200n }), noon)).toMatchObject({
      state: 'exhausted',
      exhaustsAtMs: noon,
      remaining: -100n,
    });
    expect(burnOf(input({ limit: 0n, used: 0n }), noon)).toMatchObject({ state: 'exhausted', usedRatio: 1 });
  });

  test('is exported under the names that dashboards read', () => {
    const burn = burnOf(input({ recent: [{ lengthMs: HOUR, used: 0n }] }), noon);
    const status = {
      ruleId: 'r',
      limitId: 'cost/month',
      unit: 'cost',
      per: 'month',
      bucket: { customer_id: 'acme' },
      window: NOVEMBER,
      timezone: 'UTC',
      limit: 3000n,
      used: 1500n,
      reserved: 0n,
      remaining: 1500n,
      usedRatio: 0.5,
      mode: 'enforce',
    } as const;
    const labels = { rule: 'r', unit: 'cost', per: 'month', bucket: 'customer_id=acme' };
    expect(quotaMetrics(status, burn)).toEqual([
      { name: 'costspan_quota_used_ratio', labels, value: 0.5 },
      { name: 'costspan_quota_limit', labels, value: 3e-15 },
      { name: 'costspan_quota_burn_rate', labels: { ...labels, window: '1h' }, value: 0 },
      { name: 'costspan_quota_burn_rate', labels: { ...labels, window: 'period' }, value: 1 },
    ]);
  });
});
