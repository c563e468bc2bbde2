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
  const spelled: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value)) {
    const name = snakeCase(key);
    // Where both spellings are there, the API's own counts, whichever comes first.
    if (name === key || !Object.hasOwn(value, name)) spelled[name] = snakeKeys(inner, depthMax - 1);
  }
  return spelled;
}

function snakeCase(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
