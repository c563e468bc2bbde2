import { MONEY_SCALE, type ReportedCost } from '@costspan/usage';
import type { AttributeValue, Span } from './span.ts';

const AMOUNT = 'gen_ai.usage.cost.amount';
const CURRENCY = 'gen_ai.usage.cost.currency';
const SOURCE = 'gen_ai.usage.cost.source';
/** In order of precedence. The proposed convention comes first; the others are what gateways and SDKs write today, in USD. */
const PLAIN_NAMES = ['gen_ai.usage.cost', 'llm.cost.total', 'operation.cost'] as const;

export const REPORTED_COST_ATTRIBUTES: readonly string[] = [AMOUNT, CURRENCY, SOURCE, ...PLAIN_NAMES];

/** More than this for one call is a mistake of units. */
const AMOUNT_MAX = 1e9;
const CURRENCY_CODE = /^[A-Z]{3}$/;
const DECIMAL = /^(\d+)(?:\.(\d+))?(?:e([+-]\d+))?$/;

/**
 * A cost that somebody put on the span before us. It is kept beside ours and never overwritten. `gen_ai.usage.cost.amount`
 * counts only when its source is not `local`, since that is another price list's opinion and not the provider's.
 */
export function reportedCostOf(span: Span): ReportedCost | undefined {
  const { attributes } = span;
  if (attributes.get(SOURCE) !== 'local') {
    const amount = plainAmount(attributes.get(AMOUNT));
    const currency = attributes.get(CURRENCY) ?? 'USD';
    if (amount !== undefined && typeof currency === 'string' && CURRENCY_CODE.test(currency)) {
      return { amount, currency };
    }
  }
  for (const name of PLAIN_NAMES) {
    const amount = plainAmount(attributes.get(name));
    if (amount !== undefined) return { amount, currency: 'USD' };
  }
  return undefined;
}

/** A number or decimal text as a plain decimal of at most 18 places (half up beyond); `undefined` when it is no amount. */
export function plainAmount(value: AttributeValue | undefined): string | undefined {
  if (typeof value !== 'number' && typeof value !== 'string') return undefined;
  const match = DECIMAL.exec(String(value).toLowerCase());
  if (match === null || !(Number(value) <= AMOUNT_MAX)) return undefined;
  const [, whole = '', fraction = '', exponent = '0'] = match;
  const shift = Number(exponent) - fraction.length + MONEY_SCALE;
  if (Math.abs(shift) > SHIFT_MAX || whole.length + fraction.length > SHIFT_MAX) return undefined;
  const digits = BigInt(whole + fraction);
  const scaled =
    shift >= 0 ? digits * 10n ** BigInt(shift) : (digits * 2n + 10n ** BigInt(-shift)) / (2n * 10n ** BigInt(-shift));
  const text = scaled.toString().padStart(MONEY_SCALE + 1, '0');
  const decimals = text.slice(-MONEY_SCALE).replace(/0+$/, '');
  return `${text.slice(0, -MONEY_SCALE)}${decimals === '' ? '' : `.${decimals}`}`;
}

/** Longest number we scale: a double has at most 17 digits and 324 places. */
const SHIFT_MAX = 400;
