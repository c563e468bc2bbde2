import { afterEach, beforeEach, expect, test } from 'vitest';
import type { PricedCall } from '../ledger.ts';
import { idOf, madeCall } from '../made-call.contract.ts';
import { everything } from '../usage.contract.ts';
import { type DuckDbLedger, openDuckDbLedger } from './open-duck-db-ledger.ts';

const HOUR_US = 3_600_000_000;
const OPENED_US = Date.UTC(2026, 10, 1, 12) * 1000;

let nowUs: number;
let ledger: DuckDbLedger;
beforeEach(async () => {
  nowUs = OPENED_US;
  ledger = await openDuckDbLedger({ path: ':memory:', nowUs: () => nowUs, rollUpIntervalMs: 0 });
});
afterEach(() => ledger.close());

/** A call that ended at an instant, a second after it had started. */
function endedAt(endUs: number): PricedCall {
  const made = madeCall({ n: Math.abs(endUs - OPENED_US) / 1_000_000, startedAtUs: endUs - 1_000_000 });
  return { ...made, call: { ...made.call, durationUs: 1_000_000 } };
}

test.each([
  ['a month before the ledger, imported at once', -720 * HOUR_US, 0, false],
  ['a month before the ledger, imported a day later', -720 * HOUR_US, 24 * HOUR_US, false],
  ['an hour before the ledger', -HOUR_US, 24 * HOUR_US, false],
  ['just within the hour before the ledger, and comes with the history', -HOUR_US + 1_000_000, 2_000_000, false],
  ['a second before the ledger, and comes a day later', -1_000_000, 24 * HOUR_US, false],
  ['as the ledger was made, and comes a day later', 0, 24 * HOUR_US, true],
  ['after the ledger was made, and comes within the hour', HOUR_US, 2 * HOUR_US, false],
  ['after the ledger was made, and comes just after the hour', HOUR_US, 2 * HOUR_US + 1, true],
  ['after it came, by a clock that is ahead', 5 * HOUR_US, HOUR_US, false],
])('a call that ended %s', async (_, endUs, receivedUs, isLate) => {
  nowUs = OPENED_US + receivedUs;
  const call = endedAt(OPENED_US + endUs);
  await ledger.append([call]);
  const { calls } = await ledger.calls({ filters: [], limit: 10 });
  expect(calls.map(({ id, late }) => [id, late])).toEqual([[idOf(call), isLate]]);
  expect((await everything(ledger)).late_calls).toBe(Number(isLate));
  await ledger.rollUp();
  expect((await everything(ledger)).late_calls).toBe(Number(isLate));
});
