import { afterAll, test, vi } from 'vitest';
import { ledgerContract } from '../ledger.contract.ts';
import { INSTALL_HINT, openTestServer } from './click-house-server.contract.ts';
import { openClickHouseLedger } from './open-click-house-ledger.ts';

/** An engine with threads of its own beside everything else. */
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });
const server = await openTestServer();
/** Each run makes seven tables. */
const RUNS = Number(process.env['COSTSPAN_CLICKHOUSE_RUNS'] ?? 2);

if (server === undefined) {
  test.skip(`the ledger contract in ClickHouse (${INSTALL_HINT})`, () => {});
} else {
  afterAll(() => server.close());
  ledgerContract('ClickHouse', (nowUs) => openClickHouseLedger({ url: server.place(), nowUs, groupAgeMaxMs: 0 }), RUNS);
}
