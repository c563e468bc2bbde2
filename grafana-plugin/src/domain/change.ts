import { differenceOf, shareOf } from './money.ts';

/** A value beside that of the period before. */
export interface Change {
  /** `(now - before) / before`; `null` when there was nothing before, or one of both is unknown. */
  readonly share: number | null;
  readonly direction: 'up' | 'down' | 'same' | 'new' | 'unknown';
}

export function amountChange(now: string | null, before: string | null | undefined): Change {
  if (now === null || before === null || before === undefined) return { share: null, direction: 'unknown' };
  const difference = differenceOf(now, before);
  const size = before.replace(/^-/, '');
  return named(shareOf(difference, size), difference.startsWith('-') ? -1 : Number(difference !== '0'), size === '0');
}

export function countChange(now: number | null, before: number | null | undefined): Change {
  if (now === null || before === null || before === undefined) return { share: null, direction: 'unknown' };
  return named(before === 0 ? null : (now - before) / Math.abs(before), Math.sign(now - before), before === 0);
}

function named(share: number | null, sign: number, fromNothing: boolean): Change {
  if (sign === 0) return { share: 0, direction: 'same' };
  if (fromNothing) return { share: null, direction: 'new' };
  return { share, direction: sign > 0 ? 'up' : 'down' };
}
