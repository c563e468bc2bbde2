import { join } from 'node:path';
import type { Ledger } from '../ledger/ledger.ts';
import { Reratings } from '../rerating/reratings.ts';
import { Periods } from './periods.ts';

export interface OpenedPeriods {
  readonly periods: Periods;
  readonly reratings: Reratings;
}

/** `undefined` where statements have no place: a ledger in memory, or one that calls cannot be taken out of. @param data as configured */
export function openPeriods({ exports }: Ledger, data: string): OpenedPeriods | undefined {
  if (exports === undefined || data === ':memory:') return undefined;
  const placeOf = (name: string) => (data.endsWith('.duckdb') ? `${data}.${name}` : join(data, name));
  const reratings = new Reratings(placeOf('reratings'));
  return { periods: new Periods(exports, placeOf('periods'), reratings), reratings };
}
