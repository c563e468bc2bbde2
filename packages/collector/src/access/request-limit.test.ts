import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RequestLimit } from './request-limit.ts';

test('the last allowed and the first refused request of a minute', () => {
  const limit = new RequestLimit(3);
  expect([1, 2, 3, 4].map(() => limit.take('a', 0).isAllowed)).toEqual([true, true, true, false]);
  expect(limit.take('a', 19_999).isAllowed).toBe(false);
  expect(limit.take('a', 20_000).isAllowed).toBe(true);
});

test('each asker has a limit of its own, and 0 limits nothing', () => {
  const limit = new RequestLimit(1);
  expect([limit.take('a', 0), limit.take('b', 0), limit.take('a', 0)].map(({ isAllowed }) => isAllowed)).toEqual([
    true,
    true,
    false,
  ]);
  expect(new RequestLimit(0).take('a', 0)).toEqual({ isAllowed: true, headers: {} });
});

test('the headers say what is left and when to come again', () => {
  const limit = new RequestLimit(2);
  expect(limit.take('a', 0).headers).toEqual({ 'RateLimit-Policy': '"api";q=2;w=60', RateLimit: '"api";r=1;t=30' });
  limit.take('a', 0);
  expect(limit.take('a', 0).headers).toEqual({
    'RateLimit-Policy': '"api";q=2;w=60',
    RateLimit: '"api";r=0;t=60',
    'Retry-After': '30',
  });
});

test('whenever requests come, no minute holds more than twice the limit, and who waits as told is let in', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 50 }),
      fc.array(fc.integer({ min: 0, max: 5000 }), { maxLength: 200 }),
      (q, gaps) => {
        const limit = new RequestLimit(q);
        const allowed: number[] = [];
        let nowMs = 0;
        for (const gap of gaps) {
          nowMs += gap;
          const { isAllowed, headers } = limit.take('a', nowMs);
          if (isAllowed) allowed.push(nowMs);
          else {
            nowMs += Number(headers['Retry-After']) * 1000;
            expect(limit.take('a', nowMs).isAllowed).toBe(true);
            allowed.push(nowMs);
          }
        }
        for (const from of allowed) {
          expect(allowed.filter((at) => at >= from && at < from + 60_000).length).toBeLessThanOrEqual(2 * q);
        }
      },
    ),
  );
});
