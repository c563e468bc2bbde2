import { ProviderError } from './provider-error.ts';
import type { RequestBody } from './simulated-api.ts';

/** Readers of request fields. A mistaken field is refused the way the providers do: 400 and the name of the field. */

export function requiredText(body: RequestBody, field: string): string {
  const value = body[field];
  if (typeof value === 'string' && value !== '') return value;
  throw invalid(
    field,
    value === undefined ? `Missing required parameter: '${field}'.` : `'${field}' must be a non-empty string.`,
  );
}

export function requiredList(body: RequestBody, field: string): readonly unknown[] {
  const value = body[field];
  if (value === undefined) throw invalid(field, `Missing required parameter: '${field}'.`);
  if (!Array.isArray(value)) throw invalid(field, `Invalid type for '${field}': expected an array.`);
  if (value.length === 0) throw invalid(field, `Invalid '${field}': empty array.`, 'empty_array');
  return value;
}

/** A whole number from `min`, or `undefined` when absent. `null` counts as absent, as it does at the providers. */
export function optionalInteger(body: RequestBody, field: string, min = 1): number | undefined {
  const value = body[field];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number' || !Number.isInteger(value)) {
    throw invalid(field, `Invalid type for '${field}': expected an integer.`);
  }
  if (value < min)
    throw invalid(
      field,
      `Invalid '${field}': expected a value >= ${min}, but got ${value}.`,
      'integer_below_min_value',
    );
  return value;
}

/** The one of `allowed` that is asked for, or `undefined` when absent. */
export function optionalChoice<T extends string>(
  body: RequestBody,
  field: string,
  allowed: readonly T[],
): T | undefined {
  const value = body[field];
  if (value === undefined || value === null) return undefined;
  const choice = allowed.find((candidate) => candidate === value);
  if (choice === undefined) {
    throw invalid(field, `Invalid value for '${field}': supported values are ${allowed.join(', ')}.`, 'invalid_value');
  }
  return choice;
}

export function isRecord(value: unknown): value is RequestBody {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function invalid(param: string, message: string, code?: string): ProviderError {
  return new ProviderError('invalid_request', message, { param, ...(code === undefined ? {} : { code }) });
}

/** The text of a content field: a string, or a list of parts of which the text ones count. */
export function textOf(content: unknown): string {
  if (typeof content === 'string') return content;
  if (!Array.isArray(content)) return '';
  return content
    .map((part: unknown) => (isRecord(part) && typeof part['text'] === 'string' ? part['text'] : ''))
    .join('\n');
}
