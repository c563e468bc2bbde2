import type { Finding } from './errors.ts';
import { parseTags, TAGS_MAX, type Tags } from './tags.ts';

/**
 * Tags as an application writes them. Numbers and booleans become text, `undefined` and `null` remove the tag that an
 * outer place set, and an empty text says nothing.
 */
export type TagInput = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Checked tags of one place; `undefined` is a removal. */
export type TagChanges = ReadonlyMap<string, string | undefined>;

export const NO_TAGS: TagChanges = new Map();

/**
 * The name under which a context carries tags: the same in every package, so that tags set through one are read by all.
 * A global symbol, which is also what an OpenTelemetry context key of this name is.
 */
export const TAGS_CONTEXT_KEY = Symbol.for('costspan.tags');

/** Checks tags once, where they enter. A mistaken tag is left out and is a finding. `place` begins its name. */
export function checkTags(
  input: unknown,
  place: string,
): { readonly changes: TagChanges; readonly findings: readonly Finding[] } {
  const { tags, findings } = parseTags(input, place);
  const changes = new Map<string, string | undefined>(Object.entries(tags));
  if (typeof input === 'object' && input !== null && !Array.isArray(input)) {
    for (const [key, value] of Object.entries(input)) {
      if (value === undefined || value === null) changes.set(key, undefined);
    }
  }
  return { changes, findings };
}

/** Lays one place over another, key by key. */
export function overlayTags(outer: TagChanges, inner: TagChanges): TagChanges {
  if (outer.size === 0) return inner;
  if (inner.size === 0) return outer;
  const merged = new Map(outer);
  for (const [key, value] of inner) merged.set(key, value);
  return merged;
}

/** What is left when every place has spoken, weakest first, and the keys of those that a call has no room for. */
export function settleTags(places: readonly TagChanges[]): {
  readonly tags: Tags;
  readonly leftOut: readonly string[];
} {
  const tags: Record<string, string> = {};
  const leftOut: string[] = [];
  let merged = NO_TAGS;
  for (const place of places) merged = overlayTags(merged, place);
  let kept = 0;
  for (const [key, value] of merged) {
    if (value === undefined) continue;
    if (kept === TAGS_MAX) {
      leftOut.push(key);
      continue;
    }
    tags[key] = value;
    kept += 1;
  }
  return { tags, leftOut };
}
