import { afterAll, test } from 'vitest';
import { ledgerContract } from '../ledger.contract.ts';
import { INSTALL_HINT, openTestServer } from './click-house-server.contract.ts';
import { openClickHouseLedger } from './open-click-house-ledger.ts';

const server = await openTestServer();
/** Each run makes seven tables. */
const RUNS = Number(process.env['COSTSPAN_CLICKHOUSE_RUNS'] ?? 2);

if (server === undefined) {
  test.skip(`the ledger contract in ClickHouse (${INSTALL_HINT})`, () => {});
} else {
  afterAll(() => server.close());
  ledgerContract('ClickHouse', (nowUs) => openClickHouseLedger({ url: server.place(), nowUs, groupAgeMaxMs: 0 }), RUNS);
}
