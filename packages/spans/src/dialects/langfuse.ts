import {
  COUNT_MAX,
  extractUsage,
  isObject,
  type JsonObject,
  type Meter,
  parseCount,
  type ReportedCost,
} from '@costspan/usage';
import { plainAmount } from '../reported-cost.ts';
import type { Span } from '../span.ts';
import { callFacts } from './call-facts.ts';
import type { CallFacts, Dialect, UsageFinding } from './dialect.ts';
import { TagCollector } from './dialect-tags.ts';
import { type Facts, FactTable, isEmpty } from './fact-table.ts';
import { GEN_AI_FACTS, GEN_AI_METERS } from './gen-ai-names.ts';
import { parseJsonObject } from './json-text.ts';
import type { SpanRole } from './operations.ts';
import { textAt } from './span-facts.ts';

const TYPE = 'langfuse.observation.type';
const USAGE = 'langfuse.observation.usage_details';
const COST = 'langfuse.observation.cost_details';
const PARAMETERS = 'langfuse.observation.model.parameters';
const LEVEL = 'langfuse.observation.level';
const FIRST_TOKEN_AT = 'langfuse.observation.completion_start_time';
const USER = 'langfuse.user.id';
const ENVIRONMENT = 'langfuse.environment';
const LABELS = 'langfuse.trace.tags';
const METADATA = 'langfuse.observation.metadata.';
const TRACE_METADATA = 'langfuse.trace.metadata.';

const TABLE = new FactTable(
  {
    ...GEN_AI_FACTS,
    operation: [TYPE],
    responseModel: ['langfuse.observation.model.name', ...GEN_AI_FACTS.responseModel],
    conversationId: ['langfuse.session.id', ...GEN_AI_FACTS.conversationId],
    promptId: ['langfuse.observation.prompt.name'],
    promptVersion: ['langfuse.observation.prompt.version'],
    workflowName: ['langfuse.trace.name'],
  },
  GEN_AI_METERS,
);

/**
 * Langfuse's own SDKs. Recorded with `@langfuse/tracing` and `@langfuse/openai` 5.11.1: usage is a JSON object of buckets
 * that do not overlap (`input` is what was not cached), or a provider's usage object as it came; either is added up to
 * counts that hold the cached tokens. No provider is named, so the model's name tells. A cost is what the sender put there.
 */
export const langfuse: Dialect = {
  name: 'langfuse',
  convention: 'cache_included',
  attributes: [...TABLE.attributes, ...[USAGE, COST, PARAMETERS, LEVEL, FIRST_TOKEN_AT, USER, ENVIRONMENT, LABELS]],
  prefixes: [METADATA, TRACE_METADATA],
  recognises: ({ attributes }) => attributes.has(TYPE) || attributes.has(USAGE),
  read: (span) => {
    const tags = new TagCollector();
    tags.addAs('user', span.attributes.get(USER));
    tags.addAs('environment', span.attributes.get(ENVIRONMENT));
    tags.addLabels(span.attributes.get(LABELS));
    const found = withParameters(
      TABLE.read(span, (name, value) => {
        if (name.startsWith(METADATA)) tags.add(name.slice(METADATA.length), value);
        else if (name.startsWith(TRACE_METADATA)) tags.add(name.slice(TRACE_METADATA.length), value);
      }),
      parseJsonObject(span.attributes.get(PARAMETERS)),
    );
    const over: { -readonly [F in keyof CallFacts]?: CallFacts[F] } = { ...roleOf(found.operation) };
    const usage = parseJsonObject(span.attributes.get(USAGE));
    if (usage !== undefined) Object.assign(over, usageFrom(usage));
    if (textAt(span, LEVEL) === 'ERROR') over.outcome = 'error';
    const firstChunkUs = firstChunkOf(span);
    if (firstChunkUs !== undefined) over.timeToFirstChunkUs = firstChunkUs;
    const cost = costFrom(parseJsonObject(span.attributes.get(COST)));
    if (cost !== undefined) over.reportedCost = cost;
    return callFacts(span, found, over, tags);
  },
};

function roleOf(type: string | undefined): SpanRole {
  return ROLES.get(type?.toLowerCase() ?? 'generation') ?? { kind: 'other', operation: type ?? 'unknown' };
}

const ROLES: ReadonlyMap<string, SpanRole> = new Map([
  ['generation', { kind: 'call', operation: 'chat' }],
  ['embedding', { kind: 'call', operation: 'embeddings' }],
  ['agent', { kind: 'agent', operation: 'invoke_agent' }],
  ['chain', { kind: 'workflow', operation: 'invoke_workflow' }],
  ['span', { kind: 'workflow', operation: 'invoke_workflow' }],
  ['tool', { kind: 'tool', operation: 'execute_tool' }],
  ['retriever', { kind: 'retrieval', operation: 'retrieval' }],
]);

function withParameters(found: Facts, parameters: JsonObject | undefined): Facts {
  if (parameters === undefined) return found;
  const maxTokens = parameters.max_tokens ?? parameters.maxTokens ?? parameters.max_completion_tokens;
  const { temperature } = parameters;
  return {
    ...found,
    ...(typeof maxTokens === 'number' && maxTokens >= 0 ? { maxTokens } : {}),
    ...(typeof temperature === 'number' && temperature >= 0 ? { temperature } : {}),
  };
}

/** Buckets by the meter they are part of; those named in no list count as plain input or output by their name. */
const BUCKETS: Readonly<Record<string, Meter>> = {
  input_cached_tokens: 'cache_read_tokens',
  input_cached: 'cache_read_tokens',
  input_cache_read: 'cache_read_tokens',
  input_cache_read_tokens: 'cache_read_tokens',
  cache_read_input_tokens: 'cache_read_tokens',
  input_cache_creation: 'cache_write_tokens',
  input_cache_write: 'cache_write_tokens',
  input_cache_write_tokens: 'cache_write_tokens',
  input_cache_creation_tokens: 'cache_write_tokens',
  cache_creation_input_tokens: 'cache_write_tokens',
  input_cache_creation_5m: 'cache_write_5m_tokens',
  input_cache_creation_1h: 'cache_write_1h_tokens',
  input_audio_tokens: 'input_audio_tokens',
  input_audio: 'input_audio_tokens',
  output_audio_tokens: 'output_audio_tokens',
  output_audio: 'output_audio_tokens',
  output_reasoning_tokens: 'output_reasoning_tokens',
  output_reasoning: 'output_reasoning_tokens',
};

type UsageFacts = Pick<CallFacts, 'meters' | 'usageStatus' | 'findings'>;

function usageFrom(usage: JsonObject): UsageFacts {
  // The object of an OpenAI-like provider as it came: its input count holds its details.
  if ('prompt_tokens' in usage || Object.values(usage).some(isObject)) {
    const { usage: read, findings } = extractUsage({ provider: 'openai', body: { usage } });
    return {
      meters: read.meters,
      usageStatus: read.status,
      findings: findings.map(({ at, message }) => ({ at: USAGE, meter: at, code: 'COUNT_INVALID', message })),
    };
  }
  const meters: { [M in Meter]?: number } = {};
  const findings: UsageFinding[] = [];
  for (const [bucket, value] of Object.entries(usage)) {
    const part = Object.hasOwn(BUCKETS, bucket) ? BUCKETS[bucket] : undefined;
    const whole = wholeOf(bucket);
    if (whole === undefined || value === null) continue;
    const count = parseCount(value, part ?? whole);
    if (count === undefined) findings.push(invalidBucket(bucket, part ?? whole));
    else {
      add(meters, whole, count);
      if (part !== undefined) add(meters, part, count);
      if (part === 'cache_write_5m_tokens' || part === 'cache_write_1h_tokens')
        add(meters, 'cache_write_tokens', count);
    }
  }
  for (const whole of ['input_tokens', 'output_tokens'] as const) {
    if ((meters[whole] ?? 0) <= COUNT_MAX) continue;
    findings.push(invalidBucket(whole, whole));
    return { meters: {}, usageStatus: 'unavailable', findings };
  }
  return { meters, usageStatus: isEmpty(meters) ? 'unavailable' : 'reported', findings };
}

/** Langfuse itself adds up every bucket that has `input` or `output` in its name; `total` is the sum of both. */
function wholeOf(bucket: string): 'input_tokens' | 'output_tokens' | undefined {
  if (bucket.includes('input')) return 'input_tokens';
  return bucket.includes('output') ? 'output_tokens' : undefined;
}

function add(meters: { [M in Meter]?: number }, meter: Meter, count: number): void {
  meters[meter] = (meters[meter] ?? 0) + count;
}

function invalidBucket(bucket: string, meter: Meter): UsageFinding {
  return {
    at: `${USAGE}.${bucket}`,
    meter,
    code: 'COUNT_INVALID',
    message: 'it is not a whole number ≥ 0; the count was left out and the call has no cost',
  };
}

/** The instant stands as JSON text, quotes included. */
function firstChunkOf(span: Span): number | undefined {
  const text = textAt(span, FIRST_TOKEN_AT);
  if (text === undefined) return undefined;
  const waitedUs = Date.parse(text.startsWith('"') ? text.slice(1, -1) : text) * 1000 - span.startedAtUs;
  return waitedUs >= 0 && waitedUs < WAIT_US_MAX && span.startedAtUs > 0 ? Math.round(waitedUs) : undefined;
}

/** A year. A longer wait is a mistake of the clock. */
const WAIT_US_MAX = 31_536_000_000_000;

function costFrom(costs: JsonObject | undefined): ReportedCost | undefined {
  const total = costs?.total;
  const amount = typeof total === 'number' || typeof total === 'string' ? plainAmount(total) : undefined;
  return amount === undefined ? undefined : { amount, currency: 'USD' };
}
