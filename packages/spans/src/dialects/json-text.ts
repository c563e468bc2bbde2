import { isObject, type JsonObject } from '@costspan/usage';
import type { AttributeValue } from '../span.ts';

/** Longer JSON on one attribute is not read: what a dialect keeps there fits many times over. */
const JSON_LENGTH_MAX = 65_536;

/** The object that an attribute holds as JSON text; `undefined` when it holds none, or a longer one than we read. */
export function parseJsonObject(text: AttributeValue | undefined): JsonObject | undefined {
  if (typeof text !== 'string' || text.length > JSON_LENGTH_MAX || !text.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
