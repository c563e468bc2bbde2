import type { JsonObject } from '@costspan/usage';
import { context } from '@opentelemetry/api';
import { callId } from './call-ids.ts';
import type { CallObserver } from './call-settings.ts';
import { beforeFirstUse } from './first-use.ts';
import { callIn, ObservedCall } from './observed-call.ts';
import type { Operation, Provider } from './providers/provider.ts';
import { CallQuota } from './quota/call-quota.ts';
import { callSize } from './quota/call-size.ts';
import { guarded } from './say-once.ts';
import type { Server } from './server-address.ts';
import { tagsOfCall } from './tags/call-policy.ts';
import { tagsOfClient } from './tags/client-tags.ts';
import { tagsIn } from './tags/context-tags.ts';
import type { TagChanges } from './tags/tag-changes.ts';

/** What a wrapper has read of the arguments of an SDK method. */
export interface AskedCall {
  readonly operation: Operation;
  readonly params: JsonObject;
  readonly signal: unknown;
  readonly abortsOnlyBySignal?: boolean;
  readonly refusesContent?: boolean;
  readonly server: Server | undefined;
  /** `gen_ai.provider.name`, where the client or the request says it better than the host. */
  readonly provider: string | undefined;
  /** Tags of this call alone. */
  readonly tags: TagChanges;
}

/** Starts the one span of a call, with its tags as they are now, and asks for its quota where quotas are enforced. */
export function beginCall(observer: CallObserver, sdk: Provider, client: object, asked: AskedCall): ObservedCall {
  beforeFirstUse();
  callIn(context.active())?.claimed();
  const {
    operation,
    params,
    signal,
    abortsOnlyBySignal = false,
    refusesContent = false,
    server,
    provider,
    tags,
  } = asked;
  const { settings } = observer;
  const places = {
    process: settings.tags,
    client: tagsOfClient(client),
    context: tagsIn(context.active()),
    call: tags,
  };
  const tagged = tagsOfCall(places, settings.tagPolicy);
  const call = new ObservedCall({
    observer,
    operation,
    provider: provider ?? server?.provider ?? sdk.flavour,
    server,
    params,
    signal,
    abortsOnlyBySignal,
    refusesContent,
    ...tagged,
  });
  // The SDK below asks for itself.
  const mayAsk = observer.quota !== undefined && operation.isFramework !== true;
  if (mayAsk) guarded('asking for quota', () => askQuota(call, observer, client, sdk));
  return call;
}

function askQuota(call: ObservedCall, { quota }: CallObserver, client: object, sdk: Provider): void {
  if (quota === undefined) return;
  const { params, operation, provider, tags } = call.start;
  const model = typeof params['model'] === 'string' ? params['model'] : '';
  const ask = {
    id: callId(call.span.spanContext()),
    call: { provider, model, tags },
    size: callSize(params, operation.name !== 'embeddings'),
  };
  call.quota = new CallQuota(quota, ask, client, sdk);
}
