import type { Finding } from '../errors.ts';
import type { Meter } from '../meters.ts';
import { parseCount } from '../usage.ts';
import { isObject } from './json-object.ts';

/** Reads counts out of a usage object and collects what is wrong with them. */
export class CountReader {
  readonly findings: Finding[] = [];

  /** The count at `path`, `undefined` when it is absent, null, or (with a finding) not a count. */
  count(from: unknown, ...path: string[]): number | undefined {
    return this.#read(from, path, undefined);
  }

  /** The same for a duration in seconds, which may hold a fraction. */
  seconds(from: unknown, ...path: string[]): number | undefined {
    return this.#read(from, path, 'seconds');
  }

  /** Says so when the provider's own total is not the sum of its counts. The counts stay as they were reported. */
  reconcile(name: string, total: number | undefined, counted: number | undefined): void {
    if (total === undefined || counted === undefined || total === counted) return;
    this.findings.push({
      at: `usage.${name}`,
      code: 'TOTAL_MISMATCH',
      message: `the provider's total is ${total}, its counts sum to ${counted}; the counts were kept`,
    });
  }

  #read(from: unknown, path: readonly string[], meter: Meter | undefined): number | undefined {
    let value = from;
    for (const key of path) {
      if (!isObject(value)) return undefined;
      value = value[key];
    }
    if (value === undefined || value === null) return undefined;
    const count = parseCount(value, meter);
    if (count === undefined) {
      this.findings.push({
        at: `usage.${path.join('.')}`,
        code: 'COUNT_INVALID',
        message: `${textOf(value)} is not a whole number ≥ 0; the count was left out`,
      });
    }
    return count;
  }
}

function textOf(value: unknown): string {
  return typeof value === 'object' || typeof value === 'string' ? preview(value) : String(value);
}

/** Short, because outside data may be long; never throws, because it may be circular. */
function preview(value: unknown): string {
  if (typeof value !== 'string') return Array.isArray(value) ? 'an array' : 'an object';
  return JSON.stringify(value.slice(0, 40));
}
