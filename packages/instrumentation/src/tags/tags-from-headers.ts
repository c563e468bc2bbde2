import { isTagKey, TAG_PREFIX } from '@costspan/usage';
import { sayOnce } from '../say-once.ts';
import type { TagInput } from './tag-changes.ts';

/** Headers of an incoming request: Node's, or the platform's. */
export type IncomingTagHeaders = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

export interface TagHeaderOptions {
  /**
   * Says whether this request comes from a service of yours. Headers are written by whoever sends them: without it, and
   * where it says no, nothing is read.
   */
  readonly trust: (headers: IncomingTagHeaders) => boolean;
  /** Keys to take; all of them unless given. */
  readonly keys?: readonly string[];
}

/** Longest header that is looked at, in characters. */
const HEADER_LENGTH_MAX = 8_192;

/**
 * Tags that another service sent along: `X-TFY-METADATA` (one JSON object), and W3C `baggage` entries that start with
 * `costspan.tag.`. For `withTags(tagsFromHeaders(request.headers, { trust }), fn)`.
 */
export function tagsFromHeaders(headers: IncomingTagHeaders, { trust, keys }: TagHeaderOptions): TagInput {
  try {
    if (!trust(headers)) return {};
  } catch (cause) {
    sayOnce('headers:trust', 'tagsFromHeaders: `trust` failed; no tag was read', cause);
    return {};
  }
  const found = { ...fromBaggage(headerOf(headers, 'baggage')), ...fromMetadata(headerOf(headers, 'x-tfy-metadata')) };
  return Object.fromEntries(
    Object.entries(found).filter(([key]) => isTagKey(key) && (keys === undefined || keys.includes(key))),
  );
}

function headerOf(headers: IncomingTagHeaders, name: string): string {
  const value = headers instanceof Headers ? headers.get(name) : headers[name];
  const text = typeof value === 'string' ? value : (value?.join(',') ?? '');
  return text.length > HEADER_LENGTH_MAX ? '' : text;
}

function fromMetadata(text: string): Record<string, string> {
  if (text === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null) return {};
    // A switch of the gateway's, no tag.
    const { tfy_log_request: _switch, ...tags } = value as Record<string, unknown>;
    return Object.fromEntries(
      Object.entries(tags).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
    );
  } catch {
    return {};
  }
}

/** `costspan.tag.customer_id=acme;property,other=1`. Source: W3C Baggage. */
function fromBaggage(text: string): Record<string, string> {
  const tags: Record<string, string> = {};
  for (const member of text.split(',')) {
    const [pair = ''] = member.split(';');
    const at = pair.indexOf('=');
    const key = pair.slice(0, at).trim();
    if (at === -1 || !key.startsWith(TAG_PREFIX)) continue;
    try {
      tags[key.slice(TAG_PREFIX.length)] = decodeURIComponent(pair.slice(at + 1).trim());
    } catch {}
  }
  return tags;
}
