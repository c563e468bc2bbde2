import type { LimitJson } from '@costspan/quota';
import { printable } from '../text-table.ts';

/** `5 USD`, `200,000 tokens`, `60 requests`. */
export function amountText(unit: string, amount: string | number): string {
  return unit === 'cost' ? `${amount} USD` : `${Number(amount).toLocaleString('en-US')} ${unit}`;
}

/** The same without the name of the unit, for columns that have it beside them. */
export function plainAmount(unit: string, amount: string | number): string {
  return unit === 'cost' ? String(amount) : Number(amount).toLocaleString('en-US');
}

/** `acme · support`, or `everybody` for one pool. */
export function bucketText(bucket: LimitJson['bucket']): string {
  const values = Object.values(bucket);
  return values.length === 0 ? 'everybody' : printable(values.join(' · '));
}

const CELLS = 20;
const BLOCK_CELLS = { full: '█', held: '▒', empty: '░' };
const ASCII_CELLS = { full: '#', held: '+', empty: '.' };

/** What is used, what is reserved, and what is left, in twenty cells. */
export function usageBar(used: number, reserved: number, limit: number, ascii: boolean): string {
  const { full, held, empty } = ascii ? ASCII_CELLS : BLOCK_CELLS;
  const share = (amount: number): number => (limit <= 0 ? 1 : Math.min(Math.max(amount / limit, 0), 1));
  // What is not over must not look so: the last cell is full only when everything is used.
  const cells = (amount: number): number =>
    share(amount) === 1 ? CELLS : Math.min(Math.ceil(share(amount) * CELLS), CELLS - 1);
  const usedCells = used <= 0 ? 0 : cells(used);
  const heldCells = used + reserved <= 0 ? 0 : Math.max(cells(used + reserved) - usedCells, 0);
  return full.repeat(usedCells) + held.repeat(heldCells) + empty.repeat(CELLS - usedCells - heldCells);
}
