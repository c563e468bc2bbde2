import {
  COSTSPAN,
  type ExtractedUsage,
  GEN_AI,
  type JsonObject,
  METER_ATTRIBUTES,
  METER_PREFIX,
  type Meters,
  OTEL,
  type Outcome,
  type PricingContext,
  TAG_PREFIX,
  type Tags,
} from '@costspan/usage';
import type { Attributes } from '@opentelemetry/api';
import type { Operation, Reading } from './providers/provider.ts';
import { guarded } from './say-once.ts';
import type { Server } from './server-address.ts';

/** What is known of a call when it starts. */
export interface CallIdentity {
  readonly operation: Operation;
  /** `gen_ai.provider.name`. */
  readonly provider: string;
  readonly server: Server | undefined;
  readonly tags: Tags;
}

/** What a span starts with, so that a sampler can decide on it. */
export function startAttributes(identity: CallIdentity, params: JsonObject): Attributes {
  const model = params['model'];
  const attributes = identityAttributes(identity);
  if (typeof model === 'string') attributes[GEN_AI.requestModel] = model;
  return {
    ...attributes,
    ...identity.operation.constants,
    ...guarded('reading request parameters', () => identity.operation.requestAttributes(params)),
  };
}

/** What an ended call adds. Counts that the provider did not report are absent; reported zeros are zeros. */
export function endAttributes(
  reading: Reading | undefined,
  extracted: ExtractedUsage | undefined,
  outcome: Outcome,
): Attributes {
  return {
    ...responseAttributes(reading, outcome),
    ...usageAttributes(extracted),
    [COSTSPAN.outcome]: outcome,
  };
}

/** The whole of a part of a call that is billed at another model. */
export function partAttributes(
  identity: CallIdentity,
  model: string,
  meters: Meters,
  served: PricingContext,
  outcome: Outcome,
): Attributes {
  return {
    ...identityAttributes(identity),
    [GEN_AI.requestModel]: model,
    [GEN_AI.responseModel]: model,
    ...meterAttributes(meters),
    ...contextAttributes(served),
    [COSTSPAN.usageStatus]: 'reported',
    [COSTSPAN.outcome]: outcome,
  };
}

function identityAttributes({ operation, provider, server, tags }: CallIdentity): Attributes {
  const attributes: Attributes = {
    [GEN_AI.operationName]: operation.name,
    [GEN_AI.providerName]: provider,
    [COSTSPAN.billable]: true,
  };
  if (server !== undefined) {
    attributes[OTEL.serverAddress] = server.address;
    attributes[OTEL.serverPort] = server.port;
  }
  for (const key of Object.keys(tags)) attributes[TAG_PREFIX + key] = tags[key];
  return attributes;
}

function responseAttributes(reading: Reading | undefined, outcome: Outcome): Attributes {
  const reasons = reading?.finishReasons ?? [];
  // The conventions ask for `error` where a finish reason was expected and none arrived.
  const finishReasons = reasons.length === 0 && outcome === 'truncated' ? ['error'] : reasons;
  return {
    ...(reading?.id === undefined ? {} : { [GEN_AI.responseId]: reading.id }),
    ...(reading?.model === undefined ? {} : { [GEN_AI.responseModel]: reading.model }),
    ...(finishReasons.length === 0 ? {} : { [GEN_AI.responseFinishReasons]: [...finishReasons] }),
    ...reading?.attributes,
  };
}

function usageAttributes(extracted: ExtractedUsage | undefined): Attributes {
  if (extracted === undefined) return { [COSTSPAN.usageStatus]: 'unavailable' };
  return {
    ...meterAttributes(extracted.usage.meters),
    ...contextAttributes(extracted.context),
    [COSTSPAN.usageStatus]: extracted.usage.status,
  };
}

function meterAttributes(meters: Meters): Attributes {
  const attributes: Attributes = {};
  for (const [meter, count] of Object.entries(meters)) {
    attributes[(METER_ATTRIBUTES as Readonly<Record<string, string>>)[meter] ?? METER_PREFIX + meter] = count;
  }
  return attributes;
}

function contextAttributes(served: PricingContext): Attributes {
  return {
    ...(served.service_tier === undefined ? {} : { [COSTSPAN.contextServiceTier]: served.service_tier }),
    ...(served.speed === undefined ? {} : { [COSTSPAN.contextSpeed]: served.speed }),
    ...(served.region === undefined ? {} : { [COSTSPAN.contextRegion]: served.region }),
    ...(served.batch === undefined ? {} : { [COSTSPAN.contextBatch]: served.batch }),
  };
}
