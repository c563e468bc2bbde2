import { type PricingContext, regionOfHost } from '@costspan/usage';
import { type Span, STATUS_CODE_ERROR } from '../span.ts';
import type { CallFacts } from './dialect.ts';
import type { TagCollector } from './dialect-tags.ts';
import { type Facts, isEmpty } from './fact-table.ts';
import { roleOf } from './operations.ts';
import { providerOf } from './provider-names.ts';

/**
 * The facts of a call from what a table found, as most dialects mean them; `over` is what a dialect knows better and `tags`
 * what its own fields say.
 */
export function callFacts(span: Span, found: Facts, over: Partial<CallFacts> = {}, tags?: TagCollector): CallFacts {
  const model = found.responseModel ?? found.requestModel;
  const role = over.kind === undefined ? roleOf(found.operation, model, span) : undefined;
  const kind = over.kind ?? role?.kind ?? 'other';
  const facts: MutableFacts = {
    kind,
    operation: over.operation ?? role?.operation ?? 'unknown',
    provider: over.provider ?? providerOf(found.provider, model),
    meters: over.meters ?? found.meters,
    usageStatus: over.usageStatus ?? (isEmpty(over.meters ?? found.meters) ? 'unavailable' : 'reported'),
    context: over.context ?? servedContext(found),
    outcome: over.outcome ?? (span.statusCode === STATUS_CODE_ERROR ? 'error' : 'ok'),
    findings: over.findings ?? found.findings,
  };
  addNamed(facts, found);
  if (over.timeToFirstChunkUs !== undefined) facts.timeToFirstChunkUs = over.timeToFirstChunkUs;
  if (over.reportedCost !== undefined) facts.reportedCost = over.reportedCost;
  if (kind !== 'call') {
    const name = found.name ?? (kind === 'workflow' ? found.workflowName : undefined) ?? found.agentName;
    if (name !== undefined) facts.name = name;
  }
  if (tags !== undefined) {
    facts.tags = tags.tags;
    if (facts.conversationId === undefined && tags.conversationId !== undefined) {
      facts.conversationId = tags.conversationId;
    }
  }
  return facts;
}

type MutableFacts = { -readonly [F in keyof CallFacts]: CallFacts[F] };

/** What decides the price, as it was served. `auto` is a request, not a tier. The host tells the place where the span does not. */
function servedContext({ serviceTier, speed, region: stated, serverAddress }: Facts): PricingContext {
  const context: { -readonly [K in keyof PricingContext]: PricingContext[K] } = {};
  if (serviceTier !== undefined && serviceTier !== 'auto') context.service_tier = serviceTier;
  if (speed !== undefined) context.speed = speed;
  const region = stated ?? regionOfHost(serverAddress);
  if (region !== undefined) context.region = region;
  return context;
}

/** One by one and not in a loop: this is asked of every call. */
function addNamed(facts: MutableFacts, found: Facts): void {
  if (found.requestModel !== undefined) facts.requestModel = found.requestModel;
  if (found.responseModel !== undefined) facts.responseModel = found.responseModel;
  if (found.responseId !== undefined) facts.responseId = found.responseId;
  if (found.conversationId !== undefined) facts.conversationId = found.conversationId;
  if (found.promptId !== undefined) facts.promptId = found.promptId;
  if (found.promptVersion !== undefined) facts.promptVersion = found.promptVersion;
  if (found.agentName !== undefined) facts.agentName = found.agentName;
  if (found.workflowName !== undefined) facts.workflowName = found.workflowName;
  const { maxTokens, temperature, firstChunkSeconds, firstChunkMs } = found;
  if (maxTokens !== undefined && Number.isSafeInteger(maxTokens)) facts.maxTokens = maxTokens;
  if (temperature !== undefined) facts.temperature = temperature;
  const seconds = firstChunkSeconds ?? (firstChunkMs === undefined ? undefined : firstChunkMs / 1000);
  if (seconds !== undefined && seconds < SECONDS_MAX) facts.timeToFirstChunkUs = Math.round(seconds * 1e6);
}

/** A year. A longer wait is a mistake of the clock. */
const SECONDS_MAX = 31_536_000;
