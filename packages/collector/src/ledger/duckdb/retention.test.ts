import { expect, test } from 'vitest';
import { openDuckDbLedger } from './open-duck-db-ledger.ts';

test.each([
  [{ callsDays: -1, contextDays: 0, hoursDays: 0 }, 'retention.callsDays is -1'],
  [{ callsDays: 0.5, contextDays: 0, hoursDays: 0 }, 'retention.callsDays is 0.5'],
  [
    { callsDays: 0, contextDays: 0, hoursDays: 30 },
    'retention.hoursDays (30) must not be shorter than retention.callsDays (for ever)',
  ],
  [
    { callsDays: 31, contextDays: 0, hoursDays: 30 },
    'retention.hoursDays (30) must not be shorter than retention.callsDays (31)',
  ],
])('%j is refused with what to change', async (retention, message) => {
  await expect(openDuckDbLedger({ path: ':memory:', retention })).rejects.toMatchObject({
    code: 'LEDGER_RETENTION',
    message: expect.stringContaining(message),
  });
});
