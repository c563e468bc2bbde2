import fc from 'fast-check';
import { expect, test } from 'vitest';
import { admit, type Bucket } from './rate-limit.ts';

test('a burst of the whole limit passes, the next request waits for one refill', () => {
  let bucket: Bucket | undefined;
  for (let index = 0; index < 60; index++) {
    const admission = admit(bucket, 60, 0);
    expect(admission.kind).toBe('admitted');
    bucket = admission.bucket;
  }
  expect(admit(bucket, 60, 0)).toMatchObject({ kind: 'limited', retryAfterMs: 1_000 });
  expect(admit(bucket, 60, 999).kind).toBe('limited');
  expect(admit(bucket, 60, 1_000).kind).toBe('admitted');
});

test('whoever waits as long as told is admitted, and no more are than the burst and its refill', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 500 }),
      fc.array(fc.integer({ min: 0, max: 200 }), { maxLength: 300 }),
      (limit, gaps) => {
        let bucket: Bucket | undefined;
        let nowMs = 0;
        let admitted = 0;
        for (const gap of gaps) {
          nowMs += gap;
          const admission = admit(bucket, limit, nowMs);
          bucket = admission.bucket;
          if (admission.kind === 'admitted') admitted += 1;
          else expect(admit(bucket, limit, nowMs + admission.retryAfterMs).kind).toBe('admitted');
        }
        expect(admitted).toBeLessThanOrEqual(limit + (limit * nowMs) / 60_000 + 1e-6);
      },
    ),
  );
});

test('a clock that steps back neither refills nor breaks the bucket', () => {
  const { bucket } = admit(undefined, 2, 10_000);
  expect(admit(bucket, 2, 0)).toEqual({ kind: 'admitted', bucket: { remaining: 0, updatedAtMs: 0 } });
});
