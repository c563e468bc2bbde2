import type { Finding } from './errors.ts';

/** The business dimensions that every table, label and page knows by name. Any other key comes from the tag glossary. */
export const FIRST_CLASS_TAGS = [
  'customer_id',
  'business_unit',
  'feature_name',
  'environment',
  'user',
  'team',
  'virtual_account',
] as const;
export type FirstClassTag = (typeof FIRST_CLASS_TAGS)[number];

/** Tags of one call: who it was for. Keys are snake_case; values are short texts. */
export type Tags = Readonly<Record<string, string>>;

/** Longest key and value we keep, in UTF-16 units. 128 is also what gateways accept (TrueFoundry, Portkey metadata). */
export const TAG_KEY_LENGTH_MAX = 64;
export const TAG_VALUE_LENGTH_MAX = 256;
/** Most tags one call may carry. */
export const TAGS_MAX = 32;

const TAG_KEY = /^[a-z][a-z0-9_]*$/;

export function isTagKey(key: string): boolean {
  return key.length <= TAG_KEY_LENGTH_MAX && TAG_KEY.test(key);
}

/**
 * Reads tags from outside. Numbers and booleans become text; empty values mean "no tag". Every mistake is reported and
 * only the mistaken tag is left out.
 */
export function parseTags(value: unknown, at: string): { readonly tags: Tags; readonly findings: readonly Finding[] } {
  const findings: Finding[] = [];
  const tags: Record<string, string> = {};
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    findings.push({ at, code: 'TAGS_FORMAT', message: 'tags must be an object of key: text' });
    return { tags, findings };
  }
  let kept = 0;
  for (const [key, raw] of Object.entries(value)) {
    if (raw === undefined || raw === null || raw === '') continue;
    if (!isTagKey(key)) {
      findings.push({
        at: `${at}.${key}`,
        code: 'TAG_KEY',
        message: `"${key}" is not a tag key; use snake_case of at most ${TAG_KEY_LENGTH_MAX} characters`,
      });
      continue;
    }
    if (typeof raw !== 'string' && typeof raw !== 'number' && typeof raw !== 'boolean') {
      findings.push({
        at: `${at}.${key}`,
        code: 'TAG_VALUE',
        message: `a tag value is a text, not ${Array.isArray(raw) ? 'a list' : typeof raw}`,
      });
      continue;
    }
    const text = String(raw);
    if (text.length > TAG_VALUE_LENGTH_MAX) {
      findings.push({
        at: `${at}.${key}`,
        code: 'TAG_LENGTH',
        message: `the value has ${text.length} characters; at most ${TAG_VALUE_LENGTH_MAX} are kept`,
      });
      continue;
    }
    if (kept === TAGS_MAX) {
      findings.push({ at: `${at}.${key}`, code: 'TAGS_COUNT', message: `a call carries at most ${TAGS_MAX} tags` });
      continue;
    }
    kept += 1;
    tags[key] = text;
  }
  return { tags, findings };
}
