import { isTagKey, TAG_VALUE_LENGTH_MAX } from '@costspan/usage';

/** LiteLLM adds the client program to every request's tags by itself. */
const ADDED = /^user-agent:/i;
const PAIR = /^([a-z][a-z0-9_]*)\s*[:=]\s*(.+)$/;

/**
 * Tags of `request_tags`. An entry that is `key:value` or `key=value` is that tag; the others, sorted, share the tag
 * `request_tags`, since a tag has one value. The client program that LiteLLM adds is none.
 */
export function requestTags(value: unknown): Record<string, string> {
  if (!Array.isArray(value)) return {};
  const tags: Record<string, string> = {};
  const plain: string[] = [];
  for (const entry of value) {
    if (typeof entry !== 'string' || entry === '' || ADDED.test(entry)) continue;
    const [, key, text] = PAIR.exec(entry) ?? [];
    if (key !== undefined && text !== undefined && isTagKey(key)) tags[key] = text;
    else plain.push(entry);
  }
  if (plain.length > 0) tags['request_tags'] = shortened(plain.sort());
  return tags;
}

/** Whole entries only. */
function shortened(entries: readonly string[]): string {
  let text = '';
  for (const entry of entries) {
    const longer = text === '' ? entry : `${text},${entry}`;
    if (longer.length > TAG_VALUE_LENGTH_MAX) break;
    text = longer;
  }
  return text;
}
