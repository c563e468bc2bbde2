import { NO_TAGS, readTagChanges, type TagChanges, type TagInput } from './tag-changes.ts';

/**
 * Tags of one call, as the SDK method's second argument:
 * `client.chat.completions.create(params, callTags({ customer_id: 'acme' }))`. The same as writing
 * `{ costspan: { tags } }` there, which SDK types do not know. They are taken out before the SDK sees its options.
 * @param options request options of the SDK to go along, such as `{ timeout }`.
 */
export function callTags<T extends object>(tags: TagInput, options?: T): T {
  return { ...options, costspan: { tags } } as unknown as T;
}

/**
 * Splits our option from the SDK's own. The caller's object is never changed; a promise of options (which openai
 * accepts) is passed on unread.
 */
export function splitCallOptions(options: unknown): { readonly tags: TagChanges; readonly options: unknown } {
  if (typeof options !== 'object' || options === null || !('costspan' in options)) return { tags: NO_TAGS, options };
  const { costspan, ...rest } = options as { readonly costspan: unknown };
  const tags = typeof costspan === 'object' && costspan !== null && 'tags' in costspan ? costspan.tags : undefined;
  return { tags: tags === undefined ? NO_TAGS : readTagChanges(tags, 'costspan.tags'), options: rest };
}
