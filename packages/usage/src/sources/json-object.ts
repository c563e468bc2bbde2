export type JsonObject = { readonly [key: string]: unknown };

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The objects of an array, in order; none when it is no array. */
export function objectsOf(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/**
 * The same object with `promptTokens` spelled `prompt_tokens`, throughout: some SDKs rename what their API sends. Depth is
 * bounded, because a usage object is shallow and outside data may not be.
 */
export function snakeKeys(value: unknown, depthMax = 4): unknown {
  if (!isObject(value) || depthMax === 0) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [snakeCase(key), snakeKeys(inner, depthMax - 1)]),
  );
}

function snakeCase(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
