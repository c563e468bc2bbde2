import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { callEnded, callIsOpen, OPEN_CALLS_MAX, type OpenCall } from './open-calls.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  // Lets the sweeper find that nothing is open, so that no test inherits its timer.
  vi.runOnlyPendingTimers();
  vi.useRealTimers();
});

function openCall(idleTimeoutMs = 1_000): OpenCall & { abandoned: boolean } {
  const call = {
    idleTimeoutMs,
    active: false,
    abandoned: false,
    abandon: () => {
      call.abandoned = true;
      callEnded(call);
    },
  };
  return call;
}

describe('an open answer', () => {
  test('is given up when nothing is read for the timeout, not before', () => {
    const call = openCall();
    callIsOpen(call, {});
    vi.advanceTimersByTime(999);
    expect(call.abandoned).toBe(false);
    vi.advanceTimersByTime(501);
    expect(call.abandoned).toBe(true);
  });

  test('is kept as long as something is read now and then', () => {
    const call = openCall();
    callIsOpen(call, {});
    for (let round = 0; round < 20; round += 1) {
      vi.advanceTimersByTime(900);
      call.active = true;
    }
    expect(call.abandoned).toBe(false);
    callEnded(call);
  });

  test('is watched by one timer, which stops when nothing is open', () => {
    const calls = [openCall(), openCall(10)];
    for (const call of calls) callIsOpen(call, {});
    expect(vi.getTimerCount()).toBe(1);
    for (const call of calls) callEnded(call);
    vi.advanceTimersToNextTimer();
    expect(vi.getTimerCount()).toBe(0);
  });

  test('is the oldest to go when more are open than we track', () => {
    const calls = Array.from({ length: OPEN_CALLS_MAX + 2 }, () => openCall());
    for (const call of calls) callIsOpen(call, {});
    expect(calls.map((call) => call.abandoned).lastIndexOf(true)).toBe(1);
    for (const call of calls) callEnded(call);
  });
});
