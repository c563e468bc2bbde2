/** How a metric is shown. What the API adds later is shown as it comes. */
type Unit = 'money' | 'share' | 'ms' | 'plain';

export type Cell = string | number | null | undefined;

const UNKNOWN = '–';

function unitOf(metric: string): Unit {
  if (/(?:^|_)(?:cost|margin)$/.test(metric) || metric === 'cost_per_call') return 'money';
  if (/_(?:share|rate)$/.test(metric)) return 'share';
  return /_ms(?:_|$)/.test(metric) ? 'ms' : 'plain';
}

/** The name above a column, with the unit where the value does not say it. */
export function metricTitle(metric: string): string {
  return unitOf(metric) === 'money' ? `${metric}_usd` : metric;
}

/** Money with all its digits, or rounded to so many; counts in thousands; shares in per cent; what is not known is a dash. */
export function metricText(metric: string, value: Cell, places?: number): string {
  if (value === null || value === undefined) return UNKNOWN;
  const unit = unitOf(metric);
  if (unit === 'money' && typeof value === 'string') return places === undefined ? value : roundDecimal(value, places);
  if (typeof value === 'string') return value;
  if (unit === 'share') return `${(value * 100).toLocaleString('en-US', { maximumFractionDigits: 2 })} %`;
  return value.toLocaleString('en-US', { maximumFractionDigits: 3 });
}

/** For drawing and for a rounded change only, never for adding up. */
export function metricNumber(value: Cell): number | undefined {
  if (value === null || value === undefined) return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : undefined;
}

/** How much a value changed, to a tenth of a per cent. What comes from nothing is new, and no per cent says how much. */
export function changeText(before: Cell, now: Cell): string {
  const [a, b] = [metricNumber(before), metricNumber(now)];
  if (a === undefined || b === undefined) return UNKNOWN;
  if (a === 0) return b === 0 ? '0 %' : 'new';
  const change = ((b - a) / Math.abs(a)) * 100;
  return `${change > 0 ? '+' : ''}${change.toLocaleString('en-US', { maximumFractionDigits: 1 })} %`;
}

/** A plain decimal with so many places, half to even. */
export function roundDecimal(text: string, places: number): string {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  if (match === null) return text;
  const [, sign, whole = '', fraction = ''] = match;
  const padded = fraction.padEnd(places, '0');
  let kept = BigInt(whole + padded.slice(0, places));
  const cut = padded.slice(places);
  const half = `5${'0'.repeat(Math.max(0, cut.length - 1))}`;
  if (cut > half || (cut === half && cut !== '' && kept % 2n === 1n)) kept += 1n;
  const digits = kept.toString().padStart(places + 1, '0');
  const shown = places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
  return kept === 0n ? shown : `${sign}${shown}`;
}
