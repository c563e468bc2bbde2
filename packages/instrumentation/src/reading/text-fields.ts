import { isObject, type JsonObject } from '@costspan/usage';

/** The texts among some fields, in their order. */
export function textsOf(...values: readonly unknown[]): string[] {
  return values.filter((value) => typeof value === 'string' && value !== '') as string[];
}

/** One text field of every object in a list. */
export function textsIn(list: unknown, field: string): string[] {
  return Array.isArray(list) ? textsOf(...list.filter(isObject).map((item) => item[field])) : [];
}

/** `{ [name]: value }` where the value is a text that says something. */
export function textField<Name extends string>(name: Name, value: unknown): Partial<Record<Name, string>> {
  return (typeof value === 'string' && value !== '' ? { [name]: value } : {}) as Partial<Record<Name, string>>;
}

export function objectAt(from: JsonObject, field: string): JsonObject {
  const value = from[field];
  return isObject(value) ? value : {};
}
