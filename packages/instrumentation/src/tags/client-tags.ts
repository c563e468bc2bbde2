import { NO_TAGS, readTagChanges, type TagChanges, type TagInput } from './tag-changes.ts';

const tagsByClient = new WeakMap<object, TagChanges>();

/**
 * Tags for every call of one SDK client, for example one client per team. Weaker than `withTags` and per-call tags. The
 * tags belong to this very object: a copy made by the SDK's `withOptions()` starts without.
 * @returns the client, for use where it is made.
 */
export function setClientTags<T extends object>(client: T, tags: TagInput): T {
  tagsByClient.set(client, readTagChanges(tags, 'setClientTags'));
  return client;
}

export function tagsOfClient(client: object): TagChanges {
  return tagsByClient.get(client) ?? NO_TAGS;
}
