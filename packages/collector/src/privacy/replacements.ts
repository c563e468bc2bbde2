/** Texts that name a person, and what stands for them. */
export interface Replacements {
  /** Names of attributes whose whole value is such a text: what stands there is looked up as a text, whatever its type. */
  readonly attributes: ReadonlySet<string>;
  readonly texts: ReadonlyMap<string, string>;
}

/** What stands for a value that is to be left out. */
export const REMOVED = '(removed)';

/** A shorter text within another one is a coincidence: `1`, `eu`. Alone it is replaced all the same. */
const PART_LENGTH_MIN = 6;

/** A text without the persons that it names. */
export function replaced(text: string, { texts }: Replacements): string {
  const whole = texts.get(text);
  if (whole !== undefined) return whole;
  let changed = text;
  for (const [value, replacement] of texts) {
    if (value.length < PART_LENGTH_MIN) continue;
    changed = changed.replaceAll(value, replacement);
    // Within JSON within a text, as metadata often is.
    const escaped = JSON.stringify(value).slice(1, -1);
    if (escaped !== value) changed = changed.replaceAll(escaped, replacement);
  }
  return changed;
}

/** What stands for the value of an attribute that is a person, by its text. */
export function replacedValue(text: string, { texts }: Replacements): string {
  return texts.get(text) ?? REMOVED;
}
