import {
  type ExtractedUsage,
  extractUsage,
  isObject,
  type JsonObject,
  OUTCOMES,
  type Outcome,
  type PricingContext,
  parseMeters,
  type UsageStatus,
} from '@costspan/usage';
import { context } from '@opentelemetry/api';
import { CostspanInstrumentation } from './costspan-instrumentation.ts';
import { endedCall } from './ended-call.ts';
import { beforeFirstUse } from './first-use.ts';
import { callIn } from './observed-call.ts';
import { currentObserver } from './observers.ts';
import type { Operation } from './providers/provider.ts';
import { noUsage } from './reading/nothing-said.ts';
import { guarded, sayOnce } from './say-once.ts';
import { serverOf } from './server-address.ts';
import { NO_TAGS, readTagChanges, type TagInput } from './tags/tag-changes.ts';

/** A call that was made in a way we do not see: over plain HTTP, by a local model, in a batch. */
export interface CallToRecord {
  /** `gen_ai.provider.name`, or a common spelling of it. */
  readonly provider: string;
  readonly model: string;
  /** `chat` unless given; `embeddings`, `rerank`, `image_generation`, … */
  readonly operation?: string;
  /** What the provider reported, by meter. Either this or `body`. */
  readonly usage?: Readonly<Record<string, number>>;
  /** Who counted `usage`: the provider (`reported`, the default), or you (`estimated`). */
  readonly usageStatus?: Exclude<UsageStatus, 'unavailable'>;
  /** The provider's answer or its usage object as it came; its shape tells how it is counted. */
  readonly body?: unknown;
  /** Which of the provider's APIs `body` is of, where the shape does not tell. */
  readonly api?: string;
  /** What prices depend on, such as `{ batch: true, service_tier: 'flex' }`. */
  readonly context?: PricingContext;
  /** Milliseconds since 1970, or a date; now unless given. */
  readonly startedAt?: number | Date;
  readonly endedAt?: number | Date;
  readonly outcome?: Outcome;
  readonly errorType?: string;
  readonly responseId?: string;
  readonly responseModel?: string;
  readonly baseUrl?: string;
  /** Tags of this call, over those of the context and the process. */
  readonly tags?: TagInput;
}

/**
 * Makes the one billable span of a call that was made in a way we do not see, and tells `onCall` of it. Never throws: what
 * cannot be used is left out and said once.
 */
export function recordCall(input: CallToRecord): void {
  guarded('recordCall', () => {
    beforeFirstUse();
    if (currentObserver() === undefined) new CostspanInstrumentation({ esmHook: false });
    const observer = currentObserver();
    if (observer === undefined) return;
    if (typeof input.provider !== 'string' || typeof input.model !== 'string') {
      sayOnce('record-call:identity', 'recordCall: a call needs `provider` and `model` as texts; it was not recorded');
      return;
    }
    callIn(context.active())?.claimed();
    const call = endedCall(observer, {
      operation: operationOf(input, usageOf(input)),
      provider: input.provider,
      server: serverOf(input.baseUrl),
      params: { model: input.model },
      tags: input.tags === undefined ? NO_TAGS : readTagChanges(input.tags, 'recordCall.tags'),
      startedAtMs: instantOf(input.startedAt),
    });
    call.endAs(outcomeOf(input.outcome), {}, input.errorType, instantOf(input.endedAt));
  });
}

function instantOf(instant: number | Date | undefined): number | undefined {
  const ms = instant instanceof Date ? instant.getTime() : instant;
  return ms !== undefined && Number.isFinite(ms) ? ms : undefined;
}

function outcomeOf(outcome: Outcome | undefined): Outcome {
  if (outcome === undefined || OUTCOMES.includes(outcome)) return outcome ?? 'ok';
  sayOnce('record-call:outcome', `recordCall: "${String(outcome)}" is no outcome; ok is used (${OUTCOMES.join(', ')})`);
  return 'ok';
}

function usageOf({
  provider,
  api,
  usage,
  usageStatus = 'reported',
  body,
  context: served = {},
}: CallToRecord): ExtractedUsage {
  const read =
    usage === undefined
      ? extractUsage({ provider, ...(api === undefined ? {} : { api }), body })
      : ofMeters(usage, usageStatus);
  for (const { at, message } of body === undefined && usage === undefined ? [] : read.findings) {
    sayOnce(`record-call:${at}:${message}`, `recordCall: ${at}: ${message}`);
  }
  return { ...read, context: { ...read.context, ...served } };
}

function ofMeters(usage: object, status: UsageStatus): ExtractedUsage {
  const { meters, findings } = parseMeters(usage, 'usage');
  const isEmpty = Object.keys(meters).length === 0;
  return { usage: { meters, status: isEmpty ? 'unavailable' : status }, context: {}, subUsages: [], findings };
}

/** What was read already, in the form of something to read. */
function operationOf(input: CallToRecord, extracted: ExtractedUsage): Operation {
  const body: JsonObject = isObject(input.body) ? input.body : {};
  const id = input.responseId ?? body['id'];
  const model = input.responseModel ?? extracted.model;
  return {
    name: input.operation ?? 'chat',
    api: input.api ?? 'default',
    usage: noUsage,
    isOwnShape: true,
    constants: {},
    usageOnRequest: false,
    requestAttributes: () => ({}),
    extract: () => extracted,
    read: () => ({
      ...(typeof id === 'string' ? { id } : {}),
      ...(model === undefined ? {} : { model }),
      finishReasons: [],
      attributes: {},
    }),
    fold: () => ({ add: () => undefined, isComplete: () => true, body: () => undefined }),
  };
}
