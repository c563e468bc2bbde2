import { costAttributes } from '@costspan/pricing';
import { COSTSPAN, GEN_AI, METER_ATTRIBUTES, METER_PREFIX, TAG_PREFIX } from '@costspan/usage';
import type { DdSpan } from './dd-tracer.ts';
import type { ReadCall } from './read-call.ts';

/**
 * Whether Datadog may make an Agent Observability span (which it bills) of an APM span with `gen_ai.*`. Stated on every
 * span we write to, since the default has changed more than once.
 */
const LLMOBS_ENABLED = 'dd_llmobs_enabled';

/**
 * Puts what was read onto the span: canonical names, every meter, tags and cost. Texts and numbers only, since the tracer
 * drops lists; and no name that begins with `llm.` or `_dd.`, which Datadog drops.
 */
export function writeCall(span: DdSpan, { call, cost, span: read }: ReadCall, llmobs: boolean): void {
  const set = (name: string, value: string | number | boolean | undefined): void => {
    if (value !== undefined) span.setTag(name, typeof value === 'boolean' ? String(value) : value);
  };
  set(GEN_AI.operationName, call.operation);
  set(GEN_AI.providerName, call.provider);
  set(GEN_AI.requestModel, call.requestModel);
  set(GEN_AI.responseModel, call.responseModel);
  set(GEN_AI.responseId, call.responseId);
  for (const [meter, count] of Object.entries(call.usage.meters)) {
    set((METER_ATTRIBUTES as Readonly<Record<string, string>>)[meter] ?? METER_PREFIX + meter, count);
  }
  set(COSTSPAN.contextServiceTier, call.context.service_tier);
  set(COSTSPAN.contextSpeed, call.context.speed);
  set(COSTSPAN.contextRegion, call.context.region);
  if (call.context.batch !== undefined) set(COSTSPAN.contextBatch, call.context.batch);
  for (const key in call.tags) set(TAG_PREFIX + key, call.tags[key]);
  for (const { key, value } of costAttributes(call, cost, read.attributes)) set(key, value);
  set(LLMOBS_ENABLED, llmobs);
}
