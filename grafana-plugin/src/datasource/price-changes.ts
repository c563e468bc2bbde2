import type { DriversAnswer } from '../api/drivers-answer.ts';
import { attoOf, shareOf } from '../domain/money.ts';
import type { LedgerEvent } from './event-frame.ts';
import type { Asked } from './question-of.ts';

/** Most periods that are held against the one before: each is a question to the ledger. */
export const PERIODS_MAX = 31;
const DAY_MS = 86_400_000;
/** Below this share of what a model cost a different mix of tiers looks like a price. */
const SHARE_MIN = 0.01;

export interface Period {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The time in whole days, or in as few longer periods as are asked for at most. The last one may be shorter. */
export function periodsOf({ fromMs, toMs }: Pick<Asked, 'fromMs' | 'toMs'>): readonly Period[] {
  const lengthMs = Math.max(DAY_MS, Math.ceil((toMs - fromMs) / PERIODS_MAX / DAY_MS) * DAY_MS);
  const periods: Period[] = [];
  for (let at = fromMs; at < toMs; at += lengthMs) periods.push({ fromMs: at, toMs: Math.min(at + lengthMs, toMs) });
  return periods;
}

/** Models of which a token cost more or less than in the period before, as the ledger has it. */
export function priceChanges({ fromMs }: Period, { groups }: Pick<DriversAnswer, 'groups'>): readonly LedgerEvent[] {
  return groups.flatMap(({ group, before, effects }): readonly LedgerEvent[] => {
    const price = effects['price'] ?? '0';
    const share = shareOf(price, before);
    if (share === null || Math.abs(share) < SHARE_MIN) return [];
    const model = Object.values(group).join(' ');
    const way = attoOf(price) < 0n ? 'down' : 'up';
    const text = `What tokens of ${model} cost went ${way}: ${price} USD against the period before, ${(share * 100).toFixed(1)} % of it.`;
    return [{ atMs: fromMs, title: `${model}: prices ${way}`, text, tags: ['price', ...Object.values(group)] }];
  });
}
