import type { Finding } from '@costspan/usage';

export type JsonObject = { readonly [key: string]: unknown };

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Collects every mistake of a document, so that one reading shows all of them. */
export class Findings {
  readonly list: Finding[] = [];

  add(at: string, code: string, message: string): undefined {
    this.list.push({ at, code, message });
    return undefined;
  }

  /** The value as an object whose fields are all in `known`, `undefined` (with findings) when it is no object. */
  object(value: unknown, at: string, known: readonly string[]): JsonObject | undefined {
    if (!isObject(value)) return this.add(at, 'OBJECT_EXPECTED', `${show(value)} is not an object`);
    for (const field of Object.keys(value)) {
      if (!known.includes(field)) {
        this.add(`${at}.${field}`, 'FIELD_UNKNOWN', `there is no field "${field}" here; known: ${known.join(', ')}`);
      }
    }
    return value;
  }

  array(value: unknown, at: string): readonly unknown[] | undefined {
    if (Array.isArray(value)) return value;
    return this.add(at, 'LIST_EXPECTED', `${show(value)} is not a list`);
  }

  text(value: unknown, at: string, lengthMax: number): string | undefined {
    if (typeof value !== 'string' || value === '') {
      return this.add(at, 'TEXT_EXPECTED', `${show(value)} is not a text`);
    }
    if (value.length > lengthMax) {
      return this.add(at, 'TEXT_LENGTH', `the text has ${value.length} characters; at most ${lengthMax} are allowed`);
    }
    return value;
  }
}

export function isOneOf<T extends string>(value: unknown, list: readonly T[]): value is T {
  return (list as readonly unknown[]).includes(value);
}

/** A value as it may stand in a message: short, quoted. */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = JSON.stringify(value) ?? typeof value;
  return text.length > 60 ? `${text.slice(0, 57)}…"` : text;
}
