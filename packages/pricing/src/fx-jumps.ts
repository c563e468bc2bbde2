import { parseDecimal } from './decimal.ts';
import { compileFx, type FxFile, fxRateAt } from './fx.ts';
import { instantOr } from './instant.ts';
import type { LintFinding } from './lint-cards.ts';

/** A rate of exchange that moves further than this in one step is upside down or has lost a place. */
const JUMP_FACTOR_MAX = 10n;

/**
 * Rates of exchange that are more than ten times away from what they were before an update, as errors. A new rate is compared
 * with the old one of the instant at which it begins, or with the last one before. `name` is the file in messages.
 */
export function fxJumps(before: FxFile | undefined, after: FxFile | undefined, name: string): LintFinding[] {
  if (before === undefined || after === undefined) return [];
  const old = compileFx(before);
  return after.rates.flatMap(({ currency, from, rate }) => {
    const was = fxRateAt(old, currency, instantOr(from, Number.NEGATIVE_INFINITY)) ?? old.rates.get(currency)?.at(-1);
    if (was === undefined || !isJump(was.source.rate, rate)) return [];
    const message = `${currency} was worth ${was.source.rate}; ${rate} is more than ${JUMP_FACTOR_MAX} times away; correct the rate, or force it`;
    return [
      {
        severity: 'error' as const,
        layer: name,
        at: `rates.${currency}${from === undefined ? '' : ` from ${from}`}`,
        code: 'RATE_JUMP',
        message,
      },
    ];
  });
}

function isJump(before: string, after: string): boolean {
  const [a, b] = [exact(before), exact(after)];
  const [left, right] = [a.numerator * b.denominator, b.numerator * a.denominator];
  return right > left * JUMP_FACTOR_MAX || left > right * JUMP_FACTOR_MAX;
}

/** The parser accepts only plain decimals above 0. */
function exact(rate: string) {
  return parseDecimal(rate) ?? { numerator: 1n, denominator: 1n };
}
