import { type Amount, HI_MAX, type Unit } from '../split-amount.ts';
import type { Period } from '../time/calendar.ts';
import { money } from './money-shape.ts';
import type { Limit } from './rule.ts';
import { choice, into, object, type Shape, whole } from './shape.ts';

const LIMIT_PERIODS = ['minute', 'hour', 'day', 'week', 'month', 'quarter', 'year', 'lifetime'] as const;

const written = object(
  {
    requests: whole({ min: 0, max: HI_MAX }),
    tokens: whole({ min: 0, max: HI_MAX }),
    cost: money,
    per: { ...choice(LIMIT_PERIODS), required: true },
    window: choice(['sliding', 'calendar']),
  },
  { about: 'Requests, tokens (input and output) or cost in USD per period.', oneOf: ['requests', 'tokens', 'cost'] },
);

/** `{ cost: "500", per: month }`. Requests and tokens per minute or hour slide unless told otherwise; all else is calendar. */
export const limit: Shape<Limit> = into(written, (value, path, findings) => {
  const { per } = value;
  const unit: Unit = value.cost !== undefined ? 'cost' : value.tokens !== undefined ? 'tokens' : 'requests';
  const slides = value.window === undefined ? unit !== 'cost' && isShort(per) : value.window === 'sliding';
  if (slides && (unit === 'cost' || !(isShort(per) || per === 'day'))) {
    const why = unit === 'cost' ? 'a cost is exact and cannot slide' : `a ${per} cannot slide`;
    return findings.add([...path, 'window'], 'WINDOW_SLIDING', `${why}; take window: calendar`);
  }
  return limitOf(unit, value.cost ?? BigInt(value.tokens ?? value.requests ?? 0), per, slides ? 'sliding' : 'calendar');
});

export function limitOf(unit: Unit, amount: Amount, per: Period, window: Limit['window']): Limit {
  return { id: `${unit}/${per}${window === 'sliding' ? '~' : ''}`, unit, amount, per, window };
}

function isShort(per: Period): boolean {
  return per === 'minute' || per === 'hour';
}
