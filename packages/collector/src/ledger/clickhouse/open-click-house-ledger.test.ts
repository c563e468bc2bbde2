import { afterAll, test } from 'vitest';
import { ledgerContract } from '../ledger.contract.ts';
import { INSTALL_HINT, openTestServer } from './click-house-server.contract.ts';
import { openClickHouseLedger } from './open-click-house-ledger.ts';

const server = await openTestServer();
/** Each run makes tables; the suite that misses nothing takes its time. */
const RUNS = process.env['COSTSPAN_REQUIRE_ALL'] === '1' ? 8 : 3;

if (server === undefined) {
  test.skipIf(process.env['COSTSPAN_REQUIRE_ALL'] !== '1')(`ClickHouse (${INSTALL_HINT})`, () => {
    throw new Error(INSTALL_HINT);
  });
} else {
  afterAll(() => server.close());
  ledgerContract('ClickHouse', (nowUs) => openClickHouseLedger({ url: server.place(), nowUs, groupAgeMaxMs: 0 }), RUNS);
}
