import { baseBook, priceCall } from '@costspan/pricing';
import { DIALECTS, normalise } from '@costspan/spans';
import { spanWith } from '@costspan/spans/testing';
import { type Atto, formatMoney, type Meter } from '@costspan/usage';
import { expect, test } from 'vitest';
import { decodeJson } from '../otlp/decode-json.ts';
import { READ_ATTRIBUTES } from './read-attributes.ts';

/**
 * One call of Anthropic's in every dialect: 1,000 input tokens of which 400 were read from the cache and 100 written to it,
 * 50 output tokens of which 20 reasoning.
 */
const MODEL = 'claude-sonnet-4-5-20250929';
const METERS = {
  input_tokens: 1000,
  cache_read_tokens: 400,
  cache_write_tokens: 100,
  output_tokens: 50,
  output_reasoning_tokens: 20,
};
const COST = '0.002745';

interface Written {
  readonly scope?: string;
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
  /** Counts for which this dialect has no word. */
  readonly lost?: readonly Meter[];
  /** What the call costs without them, when that is another amount. */
  readonly cost?: string;
}

const GEN_AI = {
  'gen_ai.operation.name': 'chat',
  'gen_ai.provider.name': 'anthropic',
  'gen_ai.request.model': MODEL,
  'gen_ai.response.model': MODEL,
  'gen_ai.usage.input_tokens': 1000,
  'gen_ai.usage.output_tokens': 50,
};
const CACHE = { 'gen_ai.usage.cache_read.input_tokens': 400, 'gen_ai.usage.cache_creation.input_tokens': 100 };
const REASONING = { 'gen_ai.usage.reasoning.output_tokens': 20 };

const WRITTEN: Readonly<Record<string, Written>> = {
  costspan: {
    attributes: {
      ...GEN_AI,
      ...REASONING,
      'gen_ai.usage.cache_read.input_tokens': 400,
      'gen_ai.usage.cache_write.input_tokens': 100,
      'costspan.usage.status': 'reported',
    },
  },
  'anthropic-native': {
    scope: 'com.anthropic.sdk.typescript',
    attributes: {
      ...GEN_AI,
      ...REASONING,
      'gen_ai.usage.cache_read.input_tokens': 400,
      'gen_ai.usage.cache_write.input_tokens': 100,
    },
  },
  // Mistral's SDK never calls Anthropic and tells no cached tokens apart: the counts alone are compared.
  'mistral-native': {
    scope: 'mistralai_sdk_tracer',
    attributes: { ...GEN_AI, 'http.request.method': 'POST' },
    lost: ['cache_read_tokens', 'cache_write_tokens', 'output_reasoning_tokens'],
    cost: '0.00375',
  },
  'dd-trace': {
    scope: 'dd-trace-js',
    attributes: {
      'gen_ai.operation.name': 'llm',
      'gen_ai.provider.name': 'unknown',
      'gen_ai.request.model': MODEL,
      'gen_ai.usage.input_tokens': 1000,
      'gen_ai.usage.output_tokens': 50,
      'gen_ai.usage.cache_read_input_tokens': 400,
      'gen_ai.usage.cache_write_input_tokens': 100,
      'gen_ai.usage.reasoning_output_tokens': 20,
    },
  },
  litellm: {
    scope: 'litellm',
    attributes: { ...GEN_AI, ...CACHE, 'litellm.call_id': 'c1', 'litellm.provider.model': `anthropic/${MODEL}` },
    lost: ['output_reasoning_tokens'],
  },
  'vercel-ai': {
    scope: 'ai',
    attributes: {
      'ai.operationId': 'ai.generateText.doGenerate',
      'ai.model.provider': 'anthropic.messages',
      'ai.model.id': MODEL,
      'ai.response.model': MODEL,
      'ai.usage.inputTokens': 1000,
      'ai.usage.inputTokenDetails.noCacheTokens': 500,
      'ai.usage.inputTokenDetails.cacheReadTokens': 400,
      'ai.usage.inputTokenDetails.cacheWriteTokens': 100,
      'ai.usage.outputTokens': 50,
      'ai.usage.outputTokenDetails.reasoningTokens': 20,
    },
  },
  langfuse: {
    scope: 'langfuse-sdk',
    attributes: {
      'langfuse.observation.type': 'generation',
      'langfuse.observation.model.name': MODEL,
      'langfuse.observation.usage_details': JSON.stringify({
        input: 500,
        input_cached_tokens: 400,
        input_cache_creation: 100,
        output: 30,
        output_reasoning_tokens: 20,
        total: 1050,
      }),
    },
  },
  openinference: {
    scope: '@arizeai/openinference-instrumentation-anthropic',
    attributes: {
      'openinference.span.kind': 'LLM',
      'llm.provider': 'anthropic',
      'llm.request.model_name': MODEL,
      'llm.model_name': MODEL,
      'llm.token_count.prompt': 1000,
      'llm.token_count.prompt_details.cache_read': 400,
      'llm.token_count.prompt_details.cache_write': 100,
      'llm.token_count.completion': 50,
      'llm.token_count.completion_details.reasoning': 20,
    },
  },
  openlit: {
    scope: '@openlit/instrumentation-anthropic',
    attributes: {
      ...GEN_AI,
      ...CACHE,
      'gen_ai.usage.input_tokens': 500,
      'gen_ai.usage.reasoning_tokens': 20,
      'gen_ai.usage.cost': 0,
    },
  },
  openllmetry: {
    scope: '@traceloop/instrumentation-anthropic',
    attributes: { ...GEN_AI, ...CACHE, 'gen_ai.usage.input_tokens': 500, 'gen_ai.usage.reasoning_tokens': 20 },
  },
  'google-adk': {
    scope: 'gcp.vertex.agent',
    attributes: {
      ...CACHE,
      ...REASONING,
      'gen_ai.system': 'gcp.vertex.agent',
      'gen_ai.request.model': MODEL,
      'gen_ai.usage.input_tokens': 1000,
      'gen_ai.usage.output_tokens': 50,
    },
  },
  strands: {
    scope: 'strands.telemetry.tracer',
    attributes: {
      'gen_ai.system': 'strands-agents',
      'gen_ai.operation.name': 'chat',
      'gen_ai.request.model': MODEL,
      'gen_ai.usage.input_tokens': 500,
      'gen_ai.usage.output_tokens': 50,
      'gen_ai.usage.cache_read_input_tokens': 400,
      'gen_ai.usage.cache_write_input_tokens': 100,
    },
    lost: ['output_reasoning_tokens'],
  },
  'otel-genai': { attributes: { ...GEN_AI, ...CACHE, ...REASONING } },
};

test.each(DIALECTS.map(({ name }) => name))(
  'the same call in the dialect %s has the same counts and cost',
  (dialect) => {
    const { scope = 'somebody', attributes, lost = [], cost: costWithout = COST } = WRITTEN[dialect] as Written;
    const call = received(scope, attributes);
    const known = Object.fromEntries(Object.entries(METERS).filter(([meter]) => !lost.includes(meter as Meter)));
    expect(call).toEqual({ dialect, provider: 'anthropic', model: MODEL, meters: known, cost: costWithout });
  },
);

/** Through the decoder, so that what no dialect names is not there. */
function received(scope: string, attributes: Written['attributes']) {
  const body = {
    resourceSpans: [
      {
        scopeSpans: [
          {
            scope: { name: scope, version: '' },
            spans: [
              {
                traceId: 'ab'.repeat(16),
                spanId: 'cd'.repeat(8),
                kind: 3,
                startTimeUnixNano: '1780000000000000000',
                endTimeUnixNano: '1780000001000000000',
                attributes: Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) })),
              },
            ],
          },
        ],
      },
    ],
  };
  const [span] = decodeJson(Buffer.from(JSON.stringify(body)), READ_ATTRIBUTES).spans;
  if (span === undefined) throw new Error('nothing of the span is read');
  const normalised = normalise(span);
  if (normalised.kind !== 'call') throw new Error(`it is ${normalised.kind}`);
  const { call, findings } = normalised;
  const { total } = priceCall(baseBook(), call, findings);
  return {
    dialect: call.dialect,
    provider: call.provider,
    model: call.responseModel ?? call.requestModel,
    meters: call.usage.meters,
    cost: total === undefined ? undefined : formatMoney(total as Atto),
  };
}

function anyValue(value: string | number | boolean) {
  if (typeof value === 'string') return { stringValue: value };
  return typeof value === 'number' ? { intValue: String(value) } : { boolValue: value };
}

test.each(
  DIALECTS.filter(({ attributes }) => attributes.includes('server.address')).map((one) => [one.name, one] as const),
)('%s: a regional host tells the place where the span does not', (name, dialect) => {
  const { attributes = {} } = WRITTEN[name] ?? {};
  const regionAt = (host: string, more = {}) =>
    dialect.read(spanWith({ ...attributes, 'server.address': host, ...more })).context.region;
  expect([regionAt('eu.api.openai.com'), regionAt('api.openai.com')]).toEqual(['eu', undefined]);
  if (name === 'costspan') expect(regionAt('eu.api.openai.com', { 'costspan.context.region': 'us' })).toBe('us');
});
