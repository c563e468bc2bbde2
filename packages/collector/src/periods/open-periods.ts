import { join } from 'node:path';
import type { Ledger } from '../ledger/ledger.ts';
import { Periods } from './periods.ts';

/** `undefined` where statements have no place: a ledger in memory, or one that calls cannot be taken out of. @param data as configured */
export function openPeriods({ exports }: Ledger, data: string): Periods | undefined {
  if (exports === undefined || data === ':memory:') return undefined;
  return new Periods(exports, data.endsWith('.duckdb') ? `${data}.periods` : join(data, 'periods'));
}
