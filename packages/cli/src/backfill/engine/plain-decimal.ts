import { MONEY_SCALE } from '@costspan/usage';

const NUMBER = /^(-?)(\d+)(?:\.(\d*))?(?:e([+-]?\d{1,3}))?$/i;

/**
 * A number or its text, with or without exponent, as the plain decimal that money is written in: `1.2e-05` is `0.000012`.
 * Half up beyond 18 places. `undefined` when it is no number.
 */
export function plainDecimal(value: unknown): string | undefined {
  if (typeof value !== 'number' && typeof value !== 'string') return undefined;
  const match = NUMBER.exec(String(value).trim());
  if (match === null) return undefined;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match;
  const shift = MONEY_SCALE + Number(exponent) - fraction.length;
  const digits = BigInt(whole + fraction);
  const scaled = shift >= 0 ? digits * 10n ** BigInt(shift) : halfUp(digits, 10n ** BigInt(-shift));
  const text = scaled.toString().padStart(MONEY_SCALE + 1, '0');
  const decimals = text.slice(-MONEY_SCALE).replace(/0+$/, '');
  return `${scaled === 0n ? '' : sign}${text.slice(0, -MONEY_SCALE)}${decimals === '' ? '' : `.${decimals}`}`;
}

function halfUp(value: bigint, divisor: bigint): bigint {
  return (value * 2n + divisor) / (divisor * 2n);
}
