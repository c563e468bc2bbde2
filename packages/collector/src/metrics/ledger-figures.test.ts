import { expect, test } from 'vitest';
import { openDuckDbLedger } from '../ledger/duckdb/open-duck-db-ledger.ts';
import { madeCall } from '../ledger/made-call.contract.ts';
import { LedgerFigures } from './ledger-figures.ts';
import { parsePrometheusText } from './prometheus-text.contract.ts';
import { prometheusText } from './prometheus-text.ts';

const told = (figures: LedgerFigures) =>
  Object.fromEntries(parsePrometheusText(prometheusText(figures.families())).map(({ name, value }) => [name, value]));

test('the ledger’s own sums are told, and kept when it cannot be asked', async () => {
  const ledger = await openDuckDbLedger({ path: ':memory:' });
  await ledger.append([
    madeCall({ n: 1, cost: '0.25' }),
    madeCall({ n: 2, cost: '0.5' }),
    madeCall({ n: 3, cost: undefined }),
  ]);
  const figures = new LedgerFigures(ledger);
  await figures.read();
  expect(told(figures)).toEqual({ costspan_ledger_cost_usd: '0.75', costspan_ledger_calls: '3' });
  await ledger.close();
  await figures.read();
  expect(told(figures)).toEqual({ costspan_ledger_cost_usd: '0.75', costspan_ledger_calls: '3' });
  await figures.close();
});
