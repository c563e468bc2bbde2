import { NO_TAGS, type TagChanges } from './tag-changes.ts';

const tagsByClient = new WeakMap<object, TagChanges>();

/** Notes the tags of the object on which methods are called: a client, or a resource of one. */
export function noteClientTags(client: object, tags: TagChanges): void {
  tagsByClient.set(client, tags);
}

export function tagsOfClient(client: object): TagChanges {
  return tagsByClient.get(client) ?? NO_TAGS;
}
