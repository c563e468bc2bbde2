import { isObject, type JsonObject } from '@costspan/usage';
import type { Attributes } from '@opentelemetry/api';

/** Which attribute a request parameter becomes, when it has the expected type. */
export type AttributeRule = readonly [
  attribute: string,
  type: 'number' | 'string' | 'boolean' | 'strings',
  ...path: string[],
];

/** Copies what the caller set and nothing else. A value of another type is left out: it is for the API to refuse. */
export function requestAttributes(params: JsonObject, rules: readonly AttributeRule[]): Attributes {
  const attributes: Attributes = {};
  for (const [attribute, type, ...path] of rules) {
    let value: unknown = params;
    for (const key of path) value = isObject(value) ? value[key] : undefined;
    if (value === undefined || value === null) continue;
    if (type === 'strings') {
      const list = typeof value === 'string' ? [value] : value;
      if (Array.isArray(list) && list.every((item) => typeof item === 'string')) attributes[attribute] = [...list];
    } else if (typeof value === type) {
      attributes[attribute] = value as string | number | boolean;
    }
  }
  return attributes;
}
