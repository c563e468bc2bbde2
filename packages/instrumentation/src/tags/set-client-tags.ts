import { isObject } from '@costspan/usage';
import { PROVIDERS } from '../providers/index.ts';
import { guarded } from '../say-once.ts';
import { noteClientTags } from './client-tags.ts';
import { readTagChanges, type TagInput } from './tag-changes.ts';

/**
 * Tags for every call of one SDK client, for example one client per team. Weaker than `withTags` and per-call tags. The
 * tags belong to this very object: a copy made by the SDK's `withOptions()` starts without.
 * @returns the client, for use where it is made.
 */
export function setClientTags<T extends object>(client: T, tags: TagInput): T {
  const changes = readTagChanges(tags, 'setClientTags');
  for (const owner of new Set([client, ...resourcesOf(client)])) noteClientTags(owner, changes);
  return client;
}

/** Objects of a client on which its methods are called, where that is not the client itself. */
function resourcesOf(client: object): object[] {
  const provider = PROVIDERS.find((one) => one.isClient?.(client) === true);
  return (provider?.methods ?? []).flatMap(({ clientPath }) => {
    const resource = guarded('finding a resource', () => follow(client, clientPath));
    return resource === undefined ? [] : [resource];
  });
}

function follow(client: object, path: readonly string[]): object | undefined {
  let found: unknown = client;
  for (const name of path) found = isObject(found) ? found[name] : undefined;
  return isObject(found) ? found : undefined;
}
