import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';
import { ledgerContract } from '../ledger.contract.ts';
import { openDuckDbLedger } from './open-duck-db-ledger.ts';

const root = mkdtempSync(join(tmpdir(), 'costspan-ledger-'));
afterAll(() => rmSync(root, { recursive: true }));
let made = 0;

ledgerContract('DuckDB in memory', (nowUs) => openDuckDbLedger({ path: ':memory:', nowUs, groupAgeMaxMs: 0 }));
ledgerContract(
  'DuckDB on disk',
  (nowUs) => {
    made += 1;
    return openDuckDbLedger({ path: join(root, String(made)), nowUs, groupAgeMaxMs: 0 });
  },
  10,
);
