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
  /** Where each of them was set. */
  readonly sources: string;
  /** Required tags that the call does not have. */
  readonly missing: readonly string[];
}

/** What a span starts with, so that a sampler can decide on it. */
export function startAttributes(identity: CallIdentity, params: JsonObject): Attributes {
  const model = params['model'];
  const attributes = identityAttributes(identity);
  if (typeof model === 'string') attributes[GEN_AI.requestModel] = model;
  return Object.assign(
    attributes,
    identity.operation.constants,
    guarded('reading request parameters', () => identity.operation.requestAttributes(params)),
  );
}

/** What an ended call adds. Counts that the provider did not report are absent; reported zeros are zeros. */
export function endAttributes(
  reading: Reading | undefined,
  extracted: ExtractedUsage | undefined,
  outcome: Outcome,
): Attributes {
  const attributes: Attributes = {
    ...reading?.attributes,
    [COSTSPAN.usageStatus]: extracted?.usage.status ?? 'unavailable',
    [COSTSPAN.outcome]: outcome,
  };
  if (reading?.id !== undefined) attributes[GEN_AI.responseId] = reading.id;
  if (reading?.model !== undefined) attributes[GEN_AI.responseModel] = reading.model;
  const reasons = reading?.finishReasons ?? [];
  if (reasons.length > 0) attributes[GEN_AI.responseFinishReasons] = [...reasons];
  // The conventions ask for `error` where a finish reason was expected and none arrived.
  else if (outcome === 'truncated') attributes[GEN_AI.responseFinishReasons] = ['error'];
  if (extracted !== undefined) {
    addMeters(attributes, extracted.usage.meters);
    addContext(attributes, extracted.context);
    // That there is no usage is said by the status; here is what is wrong with what there is.
    const codes = extracted.usage.status === 'unavailable' ? [] : extracted.findings.map(({ code }) => code);
    if (codes.length > 0) attributes[COSTSPAN.usageFindings] = [...new Set(codes)].join(',');
  }
  return attributes;
}

/** The whole of a part of a call that is billed at another model. */
export function partAttributes(
  identity: CallIdentity,
  model: string,
  meters: Meters,
  served: PricingContext,
  outcome: Outcome,
): Attributes {
  const attributes = identityAttributes(identity);
  attributes[GEN_AI.requestModel] = model;
  attributes[GEN_AI.responseModel] = model;
  attributes[COSTSPAN.usageStatus] = 'reported';
  attributes[COSTSPAN.outcome] = outcome;
  addMeters(attributes, meters);
  addContext(attributes, served);
  return attributes;
}

function identityAttributes({ operation, provider, server, tags, sources, missing }: CallIdentity): Attributes {
  const attributes: Attributes = {
    [GEN_AI.operationName]: operation.name,
    [GEN_AI.providerName]: provider,
    [COSTSPAN.billable]: true,
  };
  if (server !== undefined) Object.assign(attributes, serverAttributes(server));
  for (const key of Object.keys(tags)) attributes[TAG_PREFIX + key] = tags[key];
  if (sources !== '') attributes[COSTSPAN.tagSources] = sources;
  if (missing.length > 0) attributes[COSTSPAN.tagsMissing] = missing.join(',');
  return attributes;
}

export function serverAttributes({ address, port, region }: Server): Attributes {
  return {
    [OTEL.serverAddress]: address,
    [OTEL.serverPort]: port,
    // What the answer says about the place stands above what the host does.
    ...(region === undefined ? {} : { [COSTSPAN.contextRegion]: region }),
  };
}

function addMeters(attributes: Attributes, meters: Meters): void {
  for (const [meter, count] of Object.entries(meters)) {
    attributes[(METER_ATTRIBUTES as Readonly<Record<string, string>>)[meter] ?? METER_PREFIX + meter] = count;
  }
}

function addContext(attributes: Attributes, served: PricingContext): void {
  if (served.service_tier !== undefined) attributes[COSTSPAN.contextServiceTier] = served.service_tier;
  if (served.speed !== undefined) attributes[COSTSPAN.contextSpeed] = served.speed;
  if (served.region !== undefined) attributes[COSTSPAN.contextRegion] = served.region;
  if (served.batch !== undefined) attributes[COSTSPAN.contextBatch] = served.batch;
  if (served.reported_cost !== undefined) {
    attributes[GEN_AI.usageCostAmount] = Number(served.reported_cost.amount);
    attributes[GEN_AI.usageCostCurrency] = served.reported_cost.currency;
    attributes[GEN_AI.usageCostSource] = 'provider';
  }
}
