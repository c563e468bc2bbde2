/** A field as text, `''` when there is nothing; an object as its JSON, since what its own `toString` does is up to the file. */
export function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
