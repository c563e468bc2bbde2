import { AsyncLocalStorage } from 'node:async_hooks';
import {
  checkTags,
  NO_TAGS,
  overlayTags,
  TAG_PREFIX,
  TAGS_CONTEXT_KEY,
  type TagChanges,
  type TagInput,
} from '@costspan/usage';
import { context } from '@opentelemetry/api';
import type { DdTracer } from './dd-tracer.ts';
import type { Warn } from './warn-once.ts';

/** Tags where no OpenTelemetry SDK keeps a context: most applications that run dd-trace have none. */
const local = new AsyncLocalStorage<TagChanges>();

/** The attachment that propagates tags, if any: `withTags` is a plain function and finds it here. */
let propagation: { readonly tracer: DdTracer; readonly keys: ReadonlySet<string> } | undefined;
let warn: Warn = () => undefined;

/**
 * Runs `fn` with tags on every LLM call made inside it, however deep and however late. Inner tags win per key; `undefined`
 * removes an outer tag. Nothing of them leaves the process but the keys that `attach` was given as `baggage`.
 * The same tags as those of `withTags` of `@costspan/instrumentation`: either may be used.
 * @returns what `fn` returns.
 */
export function withTags<T>(tags: TagInput, fn: () => T): T {
  const { changes, findings } = checkTags(tags, 'withTags');
  for (const { at, code, message } of findings) warn(`tags:${code}:${at}`, `${at}: ${message}; the tag was left out`);
  const merged = overlayTags(activeTags(), changes);
  const active = context.active();
  return local.run(merged, () =>
    context.with(active.setValue(TAGS_CONTEXT_KEY, merged), () => withBaggage(changes, fn)),
  );
}

/** The tags of the code that runs now. */
export function activeTags(): TagChanges {
  const outside = context.active().getValue(TAGS_CONTEXT_KEY) as TagChanges | undefined;
  return outside ?? local.getStore() ?? NO_TAGS;
}

/** From now on these keys, and no others, are sent in baggage and read from it. Returns how to stop. */
export function propagateTags(tracer: DdTracer, keys: readonly string[], say: Warn): () => void {
  const own = { tracer, keys: new Set(keys) };
  propagation = own;
  warn = say;
  return () => {
    if (propagation === own) propagation = undefined;
  };
}

/** The tags that an incoming request brought: baggage entries `costspan.tag.<key>` of the keys that are allowed. */
export function baggageTags(): TagChanges {
  if (propagation === undefined || propagation.keys.size === 0) return NO_TAGS;
  const items = baggageOf(propagation.tracer);
  const found: Record<string, unknown> = {};
  for (const key of propagation.keys) {
    const value = items[TAG_PREFIX + key];
    if (typeof value === 'string') found[key] = value;
  }
  return checkTags(found, 'baggage').changes;
}

/** Baggage of the tracer is set for what follows, not for a function: what was there before is put back. */
function withBaggage<T>(changes: TagChanges, fn: () => T): T {
  if (propagation === undefined) return fn();
  const { tracer, keys } = propagation;
  const before = baggageOf(tracer);
  const changed: string[] = [];
  for (const [key, value] of changes) {
    if (!keys.has(key)) continue;
    changed.push(TAG_PREFIX + key);
    setBaggage(tracer, TAG_PREFIX + key, value);
  }
  try {
    return fn();
  } finally {
    for (const name of changed) setBaggage(tracer, name, before[name] as string | undefined);
  }
}

function baggageOf(tracer: DdTracer): Readonly<Record<string, unknown>> {
  const items = tracer.getAllBaggageItems?.();
  return typeof items === 'object' && items !== null ? (items as Record<string, unknown>) : {};
}

function setBaggage(tracer: DdTracer, name: string, value: string | undefined): void {
  if (value === undefined) tracer.removeBaggageItem?.(name);
  else tracer.setBaggageItem?.(name, value);
}
