import type { Finding } from './errors.ts';
import { isMeter, type Meter, type Meters } from './meters.ts';

/**
 * How we know the meters of a call: the provider said so, somebody computed them from text and says so, or nobody knows.
 * A number is never invented: `unavailable` carries no meters.
 */
export type UsageStatus = 'reported' | 'estimated' | 'unavailable';

export interface Usage {
  readonly meters: Meters;
  readonly status: UsageStatus;
}

/** Counts above this are refused: the largest whole number a double holds exactly, 9 × 10¹⁵. */
export const COUNT_MAX = Number.MAX_SAFE_INTEGER;

/**
 * What a count may look like at a door: a whole number ≥ 0, as number, bigint or decimal text (OTLP/JSON writes 64-bit
 * integers as text). Fractions are legal only for `seconds`, which some providers report so.
 * @returns the count, or `undefined` when the value is not one.
 */
export function parseCount(value: unknown, meter?: Meter): number | undefined {
  const number =
    typeof value === 'number'
      ? value
      : typeof value === 'bigint'
        ? Number(value)
        : typeof value === 'string' && /^\d+(\.\d+)?$/.test(value)
          ? Number(value)
          : Number.NaN;
  if (!(number >= 0) || number > COUNT_MAX) return undefined;
  if (!Number.isInteger(number) && meter !== 'seconds') return undefined;
  return number;
}

/**
 * Reads a `{meter: count}` object from outside. Every mistake is reported; a mistaken count is left out, never zero.
 * `null` and `undefined` mean "not reported" and are no mistake.
 */
export function parseMeters(
  value: unknown,
  at: string,
): { readonly meters: Meters; readonly findings: readonly Finding[] } {
  const findings: Finding[] = [];
  const meters: { [M in Meter]?: number } = {};
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    findings.push({ at, code: 'USAGE_FORMAT', message: 'usage must be an object of meter: count' });
    return { meters, findings };
  }
  for (const [name, raw] of Object.entries(value)) {
    if (raw === null || raw === undefined) continue;
    if (!isMeter(name)) {
      findings.push({
        at: `${at}.${name}`,
        code: 'METER_UNKNOWN',
        message: `"${name}" is not a meter; see packages/usage/README.md for the names`,
      });
      continue;
    }
    const parsed = parseCount(raw, name);
    if (parsed === undefined) {
      findings.push({
        at: `${at}.${name}`,
        code: 'COUNT_INVALID',
        message: `${describe(raw)} is not a whole number from 0 to ${COUNT_MAX}`,
      });
      continue;
    }
    meters[name] = parsed;
  }
  return { meters, findings };
}

function describe(value: unknown): string {
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  return JSON.stringify(value) ?? typeof value;
}
