import { TAGS_CONTEXT_KEY } from '@costspan/usage';
import { type Context, context } from '@opentelemetry/api';
import { beforeFirstUse } from '../first-use.ts';
import { NO_TAGS, overlayTags, readTagChanges, type TagChanges, type TagInput } from './tag-changes.ts';

/**
 * Runs `fn` with tags on every LLM call made inside it, however deep and however late: they follow `await`, timers and
 * streams read elsewhere. Inner tags win per key; `undefined` removes an outer tag. They live in an OpenTelemetry context
 * key, never in baggage, so nothing sends them anywhere but to your own collector.
 * @returns what `fn` returns.
 */
export function withTags<T>(tags: TagInput, fn: () => T): T {
  beforeFirstUse();
  const active = context.active();
  return context.with(
    active.setValue(TAGS_CONTEXT_KEY, overlayTags(tagsIn(active), readTagChanges(tags, 'withTags'))),
    fn,
  );
}

/**
 * The tags in force here, as something that can be sent to a worker or another process, which calls `withTags` with them. A tag
 * that was removed here is removed there.
 */
export function currentTags(): TagInput {
  return Object.fromEntries(tagsIn(context.active()));
}

/** The tags a context carries. */
export function tagsIn(from: Context): TagChanges {
  return (from.getValue(TAGS_CONTEXT_KEY) as TagChanges | undefined) ?? NO_TAGS;
}
