import type { Context } from 'hono';
import type { Ledger } from '../ledger/ledger.ts';
import { type AskedLedger, scopedLedger } from './scoped-ledger.ts';

/** The ledger that a request may ask. Routes are given this and never a ledger. */
export type LedgerOf = (context: Context) => AskedLedger;

/** All of the ledger, or for a key that is kept to customers what is theirs. */
export function ledgerOf(ledger: Ledger): LedgerOf {
  return (context) => {
    const customers = context.get('principal')?.customers;
    return customers === undefined ? ledger : scopedLedger(ledger, customers);
  };
}
