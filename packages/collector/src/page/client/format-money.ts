/**
 * Money for reading. Amounts come as exact decimal texts and are rounded here as texts, half away from zero, never through
 * a double: `1234.565` is `$1,234.57`. Below ten cents three digits that count are shown: `0.0106741` is `$0.0107`.
 */
export function formatMoney(amount: string): string {
  const match = DECIMAL.exec(amount);
  if (match === null) return amount;
  const [, sign = '', whole = '0', fraction = ''] = match;
  const leadingZeros = /^0*/.exec(fraction)?.[0].length ?? 0;
  const isSmall = /^0+$/.test(whole) && leadingZeros >= 1;
  const isNothing = isSmall && leadingZeros === fraction.length;
  const rounded = round(whole, fraction, isSmall && !isNothing ? Math.min(leadingZeros + 3, fraction.length) : 2);
  return `${sign}$${rounded}`;
}

/** What stands behind a rounded amount, for the tooltip. */
export function exactMoney(amount: string, currency = 'USD'): string {
  return `${amount} ${currency}`;
}

/** A tick of an axis: `$1.5k`, `$20`, `$0.05`. From a double, as positions are. */
export function formatMoneyTick(amount: number): string {
  if (amount >= 1_000_000) return `$${trimmed(amount / 1_000_000)}M`;
  if (amount >= 1_000) return `$${trimmed(amount / 1_000)}k`;
  if (amount === 0 || amount >= 1) return `$${trimmed(amount)}`;
  const places = Math.max(2, Math.min(12, 1 - Math.floor(Math.log10(amount))));
  return `$${amount.toFixed(places).replace(/(\.\d{2,}?)0+$/, '$1')}`;
}

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/;

function round(whole: string, fraction: string, places: number): string {
  const kept = fraction.slice(0, places).padEnd(places, '0');
  const up = (fraction[places] ?? '0') >= '5' ? 1n : 0n;
  const digits = (BigInt(whole + kept) + up).toString().padStart(places + 1, '0');
  const wholeDigits = digits.slice(0, digits.length - places);
  const grouped = wholeDigits.replace(/\B(?=(\d{3})+$)/g, ',');
  // Small amounts keep at least two places and lose zeros beyond them.
  const decimals = digits
    .slice(digits.length - places)
    .replace(/(?<=^\d{2}\d*?)0+$/, '')
    .padEnd(2, '0');
  return `${grouped}.${decimals}`;
}

function trimmed(value: number): string {
  return String(Number(value.toPrecision(3)));
}
