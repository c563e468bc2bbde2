import { parseTags, TAGS_MAX, type Tags } from '@costspan/usage';
import { sayOnce } from '../say-once.ts';

/**
 * Tags as an application writes them. Numbers and booleans become text, `undefined` and `null` remove the tag that an
 * outer place set, and an empty text says nothing.
 */
export type TagInput = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Checked tags of one place; `undefined` is a removal. */
export type TagChanges = ReadonlyMap<string, string | undefined>;

export const NO_TAGS: TagChanges = new Map();

/** Checks tags once, where they enter. A mistaken tag is left out and said once; it never fails the call. */
export function readTagChanges(input: unknown, place: string): TagChanges {
  if (typeof input !== 'object' || input === null) {
    sayOnce(`tags:${place}`, `${place}: tags must be an object of key: text; none were read`);
    return NO_TAGS;
  }
  const { tags, findings } = parseTags(input, place);
  for (const finding of findings) {
    sayOnce(`tags:${finding.code}:${finding.at}`, `${finding.at}: ${finding.message}; the tag was left out`);
  }
  const changes = new Map<string, string | undefined>(Object.entries(tags));
  for (const [key, value] of Object.entries(input)) {
    if (value === undefined || value === null) changes.set(key, undefined);
  }
  return changes;
}

/** Lays one place over another, key by key. */
export function overlayTags(outer: TagChanges, inner: TagChanges): TagChanges {
  if (outer.size === 0) return inner;
  if (inner.size === 0) return outer;
  const merged = new Map(outer);
  for (const [key, value] of inner) merged.set(key, value);
  return merged;
}

/** What is left when every place has spoken, weakest first. More than a call may carry are cut and said once. */
export function settleTags(places: readonly TagChanges[]): Tags {
  const settled: Record<string, string> = {};
  let merged = NO_TAGS;
  for (const place of places) merged = overlayTags(merged, place);
  let kept = 0;
  for (const [key, value] of merged) {
    if (value === undefined) continue;
    if (kept === TAGS_MAX) {
      sayOnce('tags:TAGS_COUNT', `a call carries at most ${TAGS_MAX} tags; "${key}" and those after it were left out`);
      break;
    }
    settled[key] = value;
    kept += 1;
  }
  return settled;
}
