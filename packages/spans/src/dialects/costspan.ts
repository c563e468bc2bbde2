import {
  COSTSPAN,
  GEN_AI,
  isMeter,
  METER_ATTRIBUTES,
  METER_PREFIX,
  OUTCOMES,
  type Outcome,
  type UsageStatus,
} from '@costspan/usage';
import { type AttributeValue, type Span, STATUS_CODE_ERROR } from '../span.ts';
import { callFacts } from './call-facts.ts';
import type { Dialect, UsageFinding } from './dialect.ts';
import { type Facts, FactTable, isEmpty, type MeterNames, takeCount } from './fact-table.ts';
import { GEN_AI_FACTS } from './gen-ai-names.ts';
import { booleanAt } from './span-facts.ts';

const TABLE = new FactTable(
  {
    ...GEN_AI_FACTS,
    provider: [GEN_AI.providerName],
    serviceTier: [COSTSPAN.contextServiceTier, ...GEN_AI_FACTS.serviceTier],
    speed: [COSTSPAN.contextSpeed],
    region: [COSTSPAN.contextRegion],
    outcome: [COSTSPAN.outcome],
    usageStatus: [COSTSPAN.usageStatus],
  },
  Object.fromEntries(Object.entries(METER_ATTRIBUTES).map(([meter, name]) => [meter, [name]])) as MeterNames,
);

/** Spans of `@costspan/instrumentation`: the conventions' names, and ours for every meter and axis they lack. */
export const costspan: Dialect = {
  name: 'costspan',
  convention: 'cache_included',
  attributes: [...TABLE.attributes, COSTSPAN.contextBatch, COSTSPAN.contextPromptTokens],
  prefixes: [METER_PREFIX],
  recognises: (span) => span.attributes.has(COSTSPAN.usageStatus),
  read: (span) => {
    const others: [string, AttributeValue][] = [];
    const found = TABLE.read(span, (name, value) => {
      if (name.startsWith(METER_PREFIX)) others.push([name, value]);
    });
    for (const [name, value] of others) takeOurs(found, name, value);
    const facts = callFacts(span, found, { outcome: outcomeOf(span, found), usageStatus: usageStatusOf(found) });
    const batch = booleanAt(span, COSTSPAN.contextBatch);
    const prompt = promptSize(span);
    if (batch === undefined && prompt === undefined) return facts;
    return {
      ...facts,
      context: {
        ...facts.context,
        ...(batch === undefined ? {} : { batch }),
        ...(prompt === undefined ? {} : { prompt_tokens: prompt }),
      },
    };
  },
};

/** Of one request, where the counts are the sum of several. */
function promptSize(span: Span): number | undefined {
  const size = span.attributes.get(COSTSPAN.contextPromptTokens);
  return typeof size === 'number' && Number.isSafeInteger(size) && size >= 0 ? size : undefined;
}

function takeOurs(found: Facts, name: string, value: AttributeValue): void {
  const meter = name.slice(METER_PREFIX.length);
  if (isMeter(meter)) takeCount(found, meter, name, value);
  else found.findings.push(unknownMeter(name, meter));
}

function unknownMeter(at: string, meter: string): UsageFinding {
  return {
    at,
    meter,
    code: 'METER_UNKNOWN',
    message: `this collector does not know the meter "${meter}"; update it to price the call completely`,
  };
}

function usageStatusOf({ meters, usageStatus }: Facts): UsageStatus {
  if (isEmpty(meters)) return 'unavailable';
  return usageStatus === 'estimated' ? 'estimated' : 'reported';
}

function outcomeOf(span: Span, { outcome: stated }: Facts): Outcome {
  return OUTCOMES.find((outcome) => outcome === stated) ?? (span.statusCode === STATUS_CODE_ERROR ? 'error' : 'ok');
}
