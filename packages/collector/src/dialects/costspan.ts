import {
  COSTSPAN,
  GEN_AI,
  isMeter,
  METER_ATTRIBUTES,
  METER_PREFIX,
  type Meter,
  OUTCOMES,
  type Outcome,
  type PricingContext,
} from '@costspan/usage';
import { type Span, STATUS_CODE_ERROR } from '../otlp/traces.ts';
import type { CallFacts, Dialect } from './dialect.ts';
import { isProviderCall } from './operations.ts';
import { providerFrom } from './provider-names.ts';
import { booleanAt, MeterReader, MODEL_ATTRIBUTES, modelFacts, servedContext, textAt } from './span-facts.ts';

const NAMED_METERS = Object.entries(METER_ATTRIBUTES) as [Meter, string][];

/** Spans of `@costspan/instrumentation`: the conventions' names, and ours for every meter and axis they lack. */
export const costspan: Dialect = {
  name: 'costspan',
  convention: 'cache_included',
  attributes: [
    GEN_AI.operationName,
    GEN_AI.providerName,
    ...MODEL_ATTRIBUTES,
    ...Object.values(METER_ATTRIBUTES),
    COSTSPAN.usageStatus,
    COSTSPAN.outcome,
    COSTSPAN.contextServiceTier,
    COSTSPAN.contextSpeed,
    COSTSPAN.contextRegion,
    COSTSPAN.contextBatch,
  ],
  prefixes: [METER_PREFIX],
  recognises: (span) => span.attributes.has(COSTSPAN.usageStatus),
  read: (span) => {
    const reader = readOurMeters(span);
    const models = modelFacts(span);
    const operation = textAt(span, GEN_AI.operationName);
    return {
      billable: isProviderCall(operation, models.responseModel ?? models.requestModel, span),
      provider: providerFrom(textAt(span, GEN_AI.providerName)),
      operation: operation ?? 'unknown',
      ...models,
      meters: reader.meters,
      usageStatus: usageStatusOf(span, reader),
      context: contextOf(span),
      outcome: outcomeOf(span),
      findings: reader.findings,
    };
  },
};

function readOurMeters(span: Span): MeterReader {
  const reader = new MeterReader(span);
  for (const [meter, name] of NAMED_METERS) reader.take(meter, name);
  for (const name of span.attributes.keys()) {
    if (!name.startsWith(METER_PREFIX)) continue;
    const meter = name.slice(METER_PREFIX.length);
    if (isMeter(meter)) reader.take(meter, name);
    else {
      reader.findings.push({
        at: name,
        meter,
        code: 'METER_UNKNOWN',
        message: `this collector does not know the meter "${meter}"; update it to price the call completely`,
      });
    }
  }
  return reader;
}

function usageStatusOf(span: Span, reader: MeterReader): CallFacts['usageStatus'] {
  if (reader.isEmpty) return 'unavailable';
  return span.attributes.get(COSTSPAN.usageStatus) === 'estimated' ? 'estimated' : 'reported';
}

function contextOf(span: Span): PricingContext {
  const context: { -readonly [K in keyof PricingContext]: PricingContext[K] } = { ...servedContext(span) };
  const tier = textAt(span, COSTSPAN.contextServiceTier);
  if (tier !== undefined) context.service_tier = tier;
  const speed = textAt(span, COSTSPAN.contextSpeed);
  if (speed !== undefined) context.speed = speed;
  const region = textAt(span, COSTSPAN.contextRegion);
  if (region !== undefined) context.region = region;
  const batch = booleanAt(span, COSTSPAN.contextBatch);
  if (batch !== undefined) context.batch = batch;
  return context;
}

function outcomeOf(span: Span): Outcome {
  const stated = textAt(span, COSTSPAN.outcome);
  return OUTCOMES.find((outcome) => outcome === stated) ?? (span.statusCode === STATUS_CODE_ERROR ? 'error' : 'ok');
}
