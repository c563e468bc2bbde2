import { attoFromInteger, formatMoney } from '@costspan/usage';
import type { Amount, Unit } from '../split-amount.ts';

/** An amount as doors write it: money as a plain decimal text, counts as a number. */
export function amountJson(unit: Unit, amount: Amount): string | number {
  return unit === 'cost' ? formatMoney(attoFromInteger(amount)) : Number(amount);
}
