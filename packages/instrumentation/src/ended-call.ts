import type { JsonObject } from '@costspan/usage';
import { context } from '@opentelemetry/api';
import type { CallObserver } from './call-settings.ts';
import { ObservedCall } from './observed-call.ts';
import type { Operation } from './providers/provider.ts';
import type { Server } from './server-address.ts';
import { tagsOfCall } from './tags/call-policy.ts';
import { tagsIn } from './tags/context-tags.ts';
import { NO_TAGS, type TagChanges } from './tags/tag-changes.ts';

/** A call that the provider has made and billed already: nothing is asked for it, and it is ended at once. */
export interface EndedCall {
  readonly operation: Operation;
  readonly provider: string;
  readonly server: Server | undefined;
  readonly params: JsonObject;
  /** Tags of this call alone, and of the client that read of it. */
  readonly tags?: TagChanges;
  readonly clientTags?: TagChanges;
  /** Milliseconds since 1970; now when nobody knows. */
  readonly startedAtMs?: number | undefined;
}

/** Starts the one span of such a call, with the tags of the context. The caller ends it. */
export function endedCall(
  observer: CallObserver,
  { operation, provider, server, params, tags = NO_TAGS, clientTags = NO_TAGS, startedAtMs }: EndedCall,
): ObservedCall {
  const { settings } = observer;
  const places = { process: settings.tags, client: clientTags, context: tagsIn(context.active()), call: tags };
  return new ObservedCall({
    observer,
    operation,
    provider,
    server,
    params,
    signal: undefined,
    ...tagsOfCall(places, settings.tagPolicy),
    ...(startedAtMs === undefined ? {} : { startedAtMs }),
  });
}
