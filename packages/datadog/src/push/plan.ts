import type { Json, JsonObject } from '../lint/finding.ts';
import { keyOf } from '../provision/marks.ts';
import type { ShippedFile } from '../provision/shipped-files.ts';
import { differences } from './differences.ts';
import { PushError } from './push-error.ts';
import type { RemoteObject, RemoteObjects } from './remote-objects.ts';
import { widgetPlaces } from './widget-places.ts';

export interface Step {
  readonly kind: 'dashboard' | 'monitor';
  readonly key: string;
  /** `orphan` is marked as ours and shipped no more: `prune` deletes it, `apply` does not. */
  readonly action: 'create' | 'update' | 'same' | 'orphan';
  readonly id?: string;
  /** Paths at which an update changes something. */
  readonly differences: readonly string[];
  readonly json?: JsonObject;
}

/**
 * What would have to be done so that Datadog has what is shipped. Only reads. Objects are known by their marks alone, never by
 * their titles.
 * @throws PushError `MARK_TWICE` when two objects have the same mark: somebody copied one, and we cannot tell which is ours.
 */
export async function plan(remote: RemoteObjects, files: readonly ShippedFile[]): Promise<readonly Step[]> {
  const there = {
    dashboard: byKey('dashboard', await remote.dashboards()),
    monitor: byKey('monitor', await remote.monitors()),
  };
  const idOf = (key: string): string | undefined => there.monitor.get(key)?.id;
  const steps = files.map(({ kind, key, json }): Step => {
    const own = withIds(json as JsonObject, idOf);
    const found = there[kind].get(key);
    if (found === undefined) return { kind, key, action: 'create', differences: [], json: own };
    const paths = differences(own as Json, kind === 'dashboard' ? widgetPlaces(found.json) : found.json);
    return { kind, key, action: paths.length === 0 ? 'same' : 'update', id: found.id, differences: paths, json: own };
  });
  const shipped = new Set(files.map(({ kind, key }) => `${kind}:${key}`));
  const orphans = (['dashboard', 'monitor'] as const).flatMap((kind) =>
    [...there[kind]]
      .filter(([key]) => !shipped.has(`${kind}:${key}`))
      .map(([key, { id }]): Step => ({ kind, key, action: 'orphan', id, differences: [] })),
  );
  return [...steps, ...orphans];
}

/** Does what a plan says, one after the other: a composite needs the ids of those it names. Returns what was done. */
export async function apply(
  remote: RemoteObjects,
  steps: readonly Step[],
  onDone: (step: Step) => void = () => undefined,
): Promise<void> {
  const ids = new Map(
    steps.flatMap(({ kind, key, id }) => (kind === 'monitor' && id !== undefined ? [[key, id]] : [])),
  );
  for (const step of steps) {
    if (step.json === undefined || step.action === 'same' || step.action === 'orphan') continue;
    const json = withIds(step.json, (key) => ids.get(key));
    if (step.kind === 'monitor') await remote.validateMonitor(json);
    if (step.id === undefined) {
      const id = await remote.create(step.kind, json);
      if (step.kind === 'monitor') ids.set(step.key, id);
      onDone({ ...step, id });
    } else {
      await remote.update(step.kind, step.id, json);
      onDone(step);
    }
  }
}

/** Deletes what is marked as ours and shipped no more. */
export async function prune(
  remote: RemoteObjects,
  steps: readonly Step[],
  onDone: (step: Step) => void = () => undefined,
): Promise<void> {
  for (const step of steps) {
    if (step.action !== 'orphan' || step.id === undefined) continue;
    await remote.delete(step.kind, step.id);
    onDone(step);
  }
}

function byKey(kind: string, objects: readonly RemoteObject[]): ReadonlyMap<string, RemoteObject> {
  const found = new Map<string, RemoteObject>();
  for (const object of objects) {
    const key = keyOf(object.json);
    if (key === undefined) continue;
    const first = found.get(key);
    if (first !== undefined) {
      throw new PushError(
        'MARK_TWICE',
        `two ${kind}s are marked as "${key}": ${first.id} and ${object.id}; take the mark off the one that is not ours`,
      );
    }
    found.set(key, object);
  }
  return found;
}

/** A composite names monitors by their keys; Datadog knows them by their ids. A key without an id yet stays. */
function withIds(json: JsonObject, idOf: (key: string) => string | undefined): JsonObject {
  const { query, type } = json;
  if (type !== 'composite' || typeof query !== 'string') return json;
  return { ...json, query: query.replaceAll(/\{([a-z0-9-]+)\}/g, (whole, key: string) => idOf(key) ?? whole) };
}
