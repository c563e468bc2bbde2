/** `1,234,567`. Counts beyond 2⁵³ come as texts and keep every digit. */
export function formatCount(count: number | string): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1.23M`, `45.0k`, `789`: three digits that count. */
export function formatCompact(count: number | string): string {
  const value = Number(count);
  for (const [unit, size] of UNITS) {
    // 999,950 would round to "1000k".
    if (value >= size * 0.9995) return `${(value / size).toPrecision(3)}${unit}`;
  }
  return String(value);
}

/** The same without zeros at the end, for the ticks of an axis: `5k`, `2.5M`. */
export function formatCompactTick(count: number): string {
  return formatCompact(count).replace(/\.(\d*?)0+(?=\D|$)/, (_match, kept: string) => (kept === '' ? '' : `.${kept}`));
}

const UNITS = [
  ['T', 1e12],
  ['B', 1e9],
  ['M', 1e6],
  ['k', 1e3],
] as const;

/** `12.4 %`, `<0.1 %`, `100 %`. */
export function formatShare(share: number): string {
  if (share > 0 && share < 0.001) return '<0.1 %';
  return `${(share * 100).toFixed(share >= 0.9995 ? 0 : 1)} %`;
}

/** A change against before: `+12 %`, `−3.4 %`; `undefined` when there was nothing before. */
export function formatChange(now: number, before: number): string | undefined {
  if (before <= 0) return undefined;
  const change = (now - before) / before;
  const digits = Math.abs(change) < 0.0995 ? 1 : 0;
  const size = `${Math.abs(change * 100).toFixed(digits)} %`;
  return `${change < 0 ? '−' : '+'}${size}`;
}
