import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { ApiError } from '../api/api-error.ts';
import { AnswerStore } from './answer-store.ts';

let nowMs = 0;
let store: AnswerStore;
beforeEach(() => {
  vi.useFakeTimers();
  nowMs = 1000;
  store = new AnswerStore(() => nowMs);
});
afterEach(() => vi.useRealTimers());

const settled = () => vi.advanceTimersByTimeAsync(0);

test('two that ask the same share one question and one answer', async () => {
  const ask = vi.fn(async () => 42);
  const changed = vi.fn();
  store.watch('a', ask, changed);
  store.watch('a', ask, changed);
  await settled();
  expect(ask).toHaveBeenCalledTimes(1);
  expect(store.read('a')).toEqual({ data: 42, error: undefined, isAsking: false, answeredAtMs: 1000 });
  expect(changed).toHaveBeenCalled();
});

test('a fresh answer is not asked for again, an older one is shown while it is', async () => {
  const ask = vi.fn(async () => nowMs);
  store.watch('a', ask, () => {})();
  store.watch('a', ask, () => {});
  await settled();
  nowMs = 3000;
  store.watch('a', ask, () => {});
  expect(store.read('a')).toMatchObject({ data: 1000, isAsking: false });
  nowMs = 9000;
  store.watch('a', ask, () => {});
  expect(store.read('a')).toMatchObject({ data: 1000, isAsking: true });
  await settled();
  expect(store.read('a')).toMatchObject({ data: 9000, isAsking: false });
});

test('a failure keeps the older answer beside it, and a passing one is asked again by itself', async () => {
  let fails = false;
  const ask = vi.fn(async () => {
    if (fails) throw new ApiError('unreachable', 502, 'nobody there', 'r1');
    return 'here';
  });
  store.watch('a', ask, () => {});
  await settled();
  fails = true;
  store.again('a');
  await settled();
  expect(store.read('a')).toMatchObject({ data: 'here', error: { kind: 'unreachable' }, isAsking: false });
  fails = false;
  await vi.advanceTimersByTimeAsync(10_000);
  expect(store.read('a')).toMatchObject({ data: 'here', error: undefined });
});

test('a refusal is not asked again by itself', async () => {
  const ask = vi.fn(() => Promise.reject(new ApiError('token', 401, 'no', 'r1')));
  store.watch('a', ask, () => {});
  await vi.advanceTimersByTimeAsync(60_000);
  expect(ask).toHaveBeenCalledTimes(1);
});

test('a question nobody waits for is called off', async () => {
  let asked: AbortSignal | undefined;
  const ask = (signal: AbortSignal) => {
    asked = signal;
    return new Promise(() => {});
  };
  const stop = store.watch('a', ask, () => {});
  stop();
  expect(asked?.aborted).toBe(true);
});

test('the store forgets the oldest of many questions that nobody waits for', async () => {
  for (let n = 0; n < 150; n++)
    store.watch(
      `q${n}`,
      async () => n,
      () => {},
    )();
  const ask = vi.fn(async () => 'again');
  store.watch('q0', ask, () => {});
  await settled();
  expect(ask).toHaveBeenCalledTimes(1);
  expect(store.read('q1').data).toBeUndefined();
});
