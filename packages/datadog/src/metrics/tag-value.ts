/** Longest tag Datadog keeps, key and colon included. Source: Datadog, "Getting started with tags", read 2026-11-23. */
const TAG_LENGTH_MAX = 200;

/** What a tag value may hold; anything else becomes `_`. Source: the same. */
const FOREIGN = /[^\p{L}\p{N}_\-:./]+/gu;

/** What stays as it is: most ids and names do. */
const PLAIN = /^[a-z0-9](?:[a-z0-9_\-./]{0,98}[a-z0-9])?$/;

/**
 * A tag value as Datadog would keep it: lower-case, foreign characters as `_`, at most 200 characters with its key. Done
 * here and not there, so that every way to Datadog gives the same value, and nothing in a value can end a line of DogStatsD.
 */
export function tagValue(key: string, value: string): string {
  if (PLAIN.test(value)) return value;
  const kept = value
    .slice(0, TAG_LENGTH_MAX * 2)
    .toLowerCase()
    .replace(FOREIGN, '_');
  const short = [...kept].slice(0, TAG_LENGTH_MAX - key.length - 1).join('');
  const whole = short.replace(/[_:]+$/, '').replace(/^_+/, '');
  return whole === '' ? 'invalid' : whole;
}
