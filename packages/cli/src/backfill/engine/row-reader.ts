import { type Finding, isObject, type JsonObject, type Meter, parseCount } from '@costspan/usage';
import { instantUs } from './instant.ts';
import { plainDecimal } from './plain-decimal.ts';
import { textOf } from './text-of.ts';

const SHOWN_LENGTH_MAX = 60;

/** Reads the fields of one row and collects what is wrong with them. An empty cell is an absent field. */
export class RowReader {
  readonly findings: Finding[] = [];
  readonly #row: JsonObject;

  constructor(row: JsonObject) {
    this.#row = row;
  }

  has(name: string): boolean {
    return this.#value(name) !== undefined;
  }

  text(name: string): string | undefined {
    const value = this.#value(name);
    if (value === undefined || typeof value === 'string') return value;
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    this.#mistake(name, 'TEXT_INVALID', `is ${shown(value)}, not a text`);
    return undefined;
  }

  /** A whole number ≥ 0; for `seconds` a fraction will do. A cell may write it as `12.0`. */
  count(name: string, meter?: Meter): number | undefined {
    const value = this.#value(name);
    if (value === undefined) return undefined;
    const count = typeof value === 'string' ? parseCount(value.replaceAll(',', ''), meter) : parseCount(value, meter);
    if (count === undefined) this.#mistake(name, 'COUNT_INVALID', `${shown(value)} is not a whole number ≥ 0`);
    return count;
  }

  flag(name: string): boolean | undefined {
    const value = this.#value(name);
    if (value === undefined || typeof value === 'boolean') return value;
    const text = textOf(value).toLowerCase();
    if (text === 'true' || text === 't') return true;
    if (text === 'false' || text === 'f') return false;
    this.#mistake(name, 'FLAG_INVALID', `${shown(value)} is neither true nor false`);
    return undefined;
  }

  /** Microseconds since 1970. */
  instantUs(name: string): number | undefined {
    const value = this.#value(name);
    if (value === undefined) return undefined;
    const us = instantUs(value);
    if (us === undefined) {
      this.#mistake(name, 'INSTANT_INVALID', `${shown(value)} is not a time such as 2026-11-01T08:00:00Z`);
    }
    return us;
  }

  /** The same, and its absence is a mistake. */
  requiredInstantUs(name: string): number | undefined {
    if (!this.has(name)) this.#mistake(name, 'MISSING', 'is required');
    return this.instantUs(name);
  }

  /** A plain decimal text ≥ 0. */
  amount(name: string): string | undefined {
    const value = this.#value(name);
    if (value === undefined) return undefined;
    const amount = plainDecimal(value);
    if (amount !== undefined && !amount.startsWith('-')) return amount;
    this.#mistake(name, 'AMOUNT_INVALID', `${shown(value)} is not an amount of money`);
    return undefined;
  }

  /** An object, also as the JSON text that a CSV cell or a database column holds. */
  object(name: string): JsonObject | undefined {
    const value = this.json(name);
    if (value === undefined || isObject(value)) return value;
    this.#mistake(name, 'JSON_INVALID', `is ${shown(value)}, not a JSON object`);
    return undefined;
  }

  json(name: string): unknown {
    const value = this.#value(name);
    if (typeof value !== 'string') return value;
    try {
      return JSON.parse(value) ?? undefined;
    } catch (error) {
      this.#mistake(name, 'JSON_INVALID', (error as Error).message);
      return undefined;
    }
  }

  #value(name: string): unknown {
    const value = Object.hasOwn(this.#row, name) ? this.#row[name] : undefined;
    return value === null || value === '' ? undefined : value;
  }

  #mistake(at: string, code: string, message: string): void {
    this.findings.push({ at, code, message });
  }
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > SHOWN_LENGTH_MAX ? `${text.slice(0, SHOWN_LENGTH_MAX)}…` : text;
}
