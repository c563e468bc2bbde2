import { expect, test } from 'vitest';
import { madeCall } from '../ledger/made-call.contract.ts';
import { recordedCalls } from './recorded-calls.ts';

const calls = [1, 2, 3].map((n) => madeCall({ n }));

test.each([
  [3, 0, [1, 2, 3]],
  [0, 0, []],
  [2, 0, [1, 2]],
  [3, 1, [1, 2]],
  [1, 1, []],
  [1, 3, []],
  [3, -1, [1, 2, 3]],
])(
  'of three calls of which the ledger took %i and others stand for %i, %j are counted',
  (inserted, superseded, counted) => {
    const result = { inserted, duplicates: 3 - inserted, superseded, expired: 0 };
    expect(recordedCalls(calls, result)).toEqual(counted.map((n) => calls[n - 1]));
  },
);
