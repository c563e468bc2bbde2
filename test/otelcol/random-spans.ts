import { DIALECTS, READ_NAMES, READ_PREFIXES } from '@costspan/spans';
import { recordedSpans } from '@costspan/spans/testing';
import { METER_NAMES, PROVIDER_NAMES } from '@costspan/usage';
import type { Catalogue } from './catalogues.ts';

/** An OTLP/JSON value, attribute and request, as far as they are made here. */
type Value =
  | { readonly stringValue: string }
  | { readonly intValue: string }
  | { readonly doubleValue: number }
  | { readonly boolValue: boolean }
  | { readonly arrayValue: { readonly values: readonly Value[] } };
type KeyValue = { readonly key: string; readonly value: Value };
export type Request = { readonly resourceSpans: readonly object[] };

/** A generator of the numbers from 0 to 1 that always gives the same ones for a seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const RECORDED = [
  ...['langfuse', 'mistral-native', 'openinference', 'openlit', 'openllmetry', 'otel-genai', 'vercel-ai'],
].flatMap((dialect) => recordedSpans(dialect));

const SCOPES = [
  ...['com.anthropic.sdk.typescript', 'mistralai_sdk_tracer', 'dd-trace', 'dd-trace-js', 'litellm', 'langfuse-sdk'],
  ...['@openlit/openai', 'openlit.instrumentation', '@traceloop/instrumentation-anthropic', 'gcp.vertex.agent'],
  ...['@traceloop/instrumentation-bedrock', 'opentelemetry.instrumentation.bedrock', 'strands.telemetry.tracer'],
  ...[
    'opentelemetry.instrumentation.openai',
    'opentelemetry.instrumentation.redis',
    'ai',
    '',
    '@costspan/instrumentation',
  ],
];

const OPERATIONS = [
  ...['chat', 'CHAT', 'llm', 'embeddings', 'invoke_agent', 'execute_tool', 'create_agent', 'retrieval', 'completion'],
  ...[
    'generate_content',
    'Workflow',
    'unheard_of',
    'unknown',
    'rerank',
    'generation',
    'tool',
    'LLM',
    'EMBEDDING',
    'CHAIN',
  ],
  ...[
    'ai.generateText',
    'ai.generateText.doGenerate',
    'ai.streamText.doStream',
    'ai.toolCall',
    'ai.embed.doEmbed',
    'Agent',
  ],
];

const PROVIDERS = [
  ...PROVIDER_NAMES,
  ...[
    'OpenAI',
    'openai.chat',
    'google.vertex.chat',
    'anthropic.messages',
    'vertex.anthropic.messages',
    'amazon-bedrock',
  ],
  ...[
    'azure',
    'litellm',
    'unknown',
    'custom_openai',
    'acme',
    'Acme',
    'google.generative-ai',
    'mistral',
    'xai.chat',
    'gateway',
  ],
  ...['bedrock', 'GEMİNİ', 'langchain', '.', 'a..b', 'openai.', 'az.ai.openai', 'zhipu', 'together.ai'],
];

const HOSTS = [
  ...[
    'api.openai.com',
    'eu.api.openai.com',
    'EU.api.openai.com',
    'us-east-1.api.x.ai',
    'bedrock-runtime.eu-west-1.amazonaws.com',
  ],
  ...[
    'bedrock-runtime.us-gov-west-1.api.aws',
    'bedrock-mantle.us-east-1.amazonaws.com.cn',
    'aiplatform.googleapis.com',
  ],
  ...[
    'europe-west4-aiplatform.googleapis.com',
    'aiplatform.eu.rep.googleapis.com',
    'eur.api.openai.com',
    'bedrock-runtime..amazonaws.com',
  ],
  ...[
    'us-1.api.x.ai',
    'west-aiplatform.googleapis.com',
    'a'.repeat(260),
    'x-aiplatform.googleapis.com',
    'us-east-aiplatform.googleapis.com',
  ],
];

const CONTEXT_WORDS = [
  ...[
    'default',
    'flex',
    'priority',
    'batch',
    'BATCH',
    'auto',
    'standard',
    'fast',
    'us',
    'eu',
    'global',
    'data_zone',
    'warp',
  ],
  ...['standard_only', 'eu-west-1', 'scale', 'on_demand', 'ultrafast', 'Fast', '1080p'],
];

const TAGS = ['acme', 'globex', 'umbrella', 'hooli', 'nobody', '', 'x'.repeat(257), 'é'.repeat(200), '😀'.repeat(130)];

const USAGE_TEXTS = [
  '{"input":500,"input_cached_tokens":400,"output":30,"output_reasoning_tokens":20,"total":950}',
  '{"input":5,"output":"7","input_cache_creation_1h":9,"input_audio":3,"odd":1}',
  '{"input":-1,"output":3}',
  '{"input":9007199254740991,"input_cached_tokens":5,"output":1}',
  '{"prompt_tokens":100,"completion_tokens":20,"total_tokens":120,"prompt_tokens_details":{"cached_tokens":40}}',
  '{"prompt_tokens":100,"completion_tokens":20,"total_tokens":150,"completion_tokens_details":{"reasoning_tokens":30}}',
  '{"prompt_tokens":100,"completion_tokens":20,"total_tokens":999}',
  '{"prompt_tokens":100,"prompt_tokens_details":{"cached_tokens":400},"completion_tokens":20}',
  '{"prompt_tokens":12,"details":{}}',
  '{"input_tokens":100,"output_tokens":20,"input_tokens_details":{"cached_tokens":40,"cache_write_tokens":70}}',
  '{"input_tokens":10,"output_tokens":20,"total_tokens":30,"input_tokens_details":{"image_tokens":4,"text_tokens":6}}',
  '{"input_tokens":10,"output_tokens":20,"input_token_details":{"text_tokens":4,"audio_tokens":6,"cached_tokens":3,"cached_tokens_details":{"audio_tokens":9}}}',
  '{"type":"tokens","input_tokens":7,"output_tokens":2,"input_token_details":{"audio_tokens":7}}',
  '{"seconds":10.3,"x":{}}',
  '{"x":{}}',
  '{"input":1,"input":2}',
  '{"input":1}}',
  '{"input":1',
  '[1]',
  '{}',
  '{"input":null,"output":1.5}',
];

const METADATA_TEXTS = [
  '{"customerId":"acme","team":"blue"}',
  '{"customer":"globex","userId":7,"deep":{"customer_id":"hooli"}}',
  '{"customer_id":"","customer":"acme"}',
  '{"customer_id":true}',
  '["customer:acme","team=red","plain",7]',
  '["customer= globex ","customer:hooli"]',
  '{"response_cost":0.0123}',
  '{"response_cost":"1e-7"}',
  '{"total":0.004}',
  '{"total":"0"}',
  '{"openai":{"cachedPromptTokens":11,"reasoningTokens":3,"serviceTier":"flex"}}',
  '{"anthropic":{"usage":{"cache_read_input_tokens":7,"service_tier":"priority","cache_creation":{"ephemeral_1h_input_tokens":5}},"cacheCreationInputTokens":5}}',
  '{"bedrock":{"usage":{"cacheWriteInputTokens":-3}}}',
  '{broken',
];

const COUNTS = [
  0,
  1,
  7,
  42,
  100,
  999,
  1000,
  9514,
  60_000,
  128_000,
  200_000,
  200_001,
  272_001,
  1_000_000,
  2 ** 53 - 1,
  2 ** 53,
];

const AMOUNTS: readonly Value[] = [
  { doubleValue: 0.0123 },
  { doubleValue: 0 },
  { doubleValue: 1e-7 },
  { doubleValue: 1.5e-19 },
  { doubleValue: 5e-324 },
  { doubleValue: 1e9 },
  { doubleValue: 1e10 },
  { doubleValue: -1 },
  { intValue: '3' },
  { stringValue: '0.1' },
  { stringValue: '1E-3' },
  { stringValue: '1e5' },
  { stringValue: '.5' },
  { stringValue: '0.00000000000000000049' },
  { stringValue: '0.0000000000000000005' },
  { stringValue: 'free' },
];

/** Requests of spans that mean something, and of spans that no one would write; each seed gives its own, always the same. */
export class RandomSpans {
  readonly #random: () => number;
  readonly #catalogue: Catalogue;

  constructor(seed: number, catalogue: Catalogue) {
    this.#random = randomFrom(seed);
    this.#catalogue = catalogue;
  }

  request(spanCount: number): Request {
    return { resourceSpans: Array.from({ length: spanCount }, () => this.#resourceSpan()) };
  }

  #resourceSpan(): object {
    const recorded = this.#chance(0.3) ? this.#pick(RECORDED) : undefined;
    const attributes = recorded === undefined ? this.#made() : this.#mutated(recorded.attributes);
    const start = 1_700_000_000_000 + Math.floor(this.#random() * 80_000_000_000);
    const at = (ms: number) => `${ms}${String(Math.floor(this.#random() * 1e6)).padStart(6, '0')}`;
    const span = {
      traceId: this.#chance(0.99) ? '0af7651916cd43dd8448eb211c80319c' : '00000000000000000000000000000000',
      spanId: this.#chance(0.99) ? 'b7ad6b7169203331' : '',
      name: 'made',
      kind: this.#pick([0, 1, 3, 3]),
      startTimeUnixNano: this.#chance(0.98) ? at(start) : '0',
      endTimeUnixNano: this.#chance(0.98) ? at(start + 900) : '0',
      status: this.#chance(0.1) ? { code: 2 } : this.#chance(0.2) ? { code: 1 } : {},
      attributes,
    };
    return {
      resource: { attributes: this.#chance(0.2) ? [this.#attribute('costspan.tag.customer_id')] : [] },
      scopeSpans: [{ scope: { name: recorded?.scope.name ?? this.#pick(SCOPES), version: '1' }, spans: [span] }],
    };
  }

  /** A call as a dialect writes it, with some of its names and some of anybody's. */
  #made(): KeyValue[] {
    const found = new Map<string, Value>();
    const [provider, model] = this.#pick(this.#catalogue.models);
    const put = (key: string, value: Value) => found.set(key, value);
    if (this.#chance(0.7)) {
      put('gen_ai.operation.name', { stringValue: this.#chance(0.8) ? 'chat' : this.#pick(OPERATIONS) });
      if (this.#chance(0.9)) put('gen_ai.provider.name', { stringValue: provider });
      put('gen_ai.request.model', { stringValue: this.#spelled(model) });
      put('gen_ai.usage.input_tokens', { intValue: String(Math.floor(this.#random() * 300_000)) });
      put('gen_ai.usage.output_tokens', { intValue: String(Math.floor(this.#random() * 9000)) });
    }
    const dialect = this.#pick(DIALECTS);
    const own = [...dialect.attributes];
    for (let left = Math.floor(this.#random() * 8); left > 0; left -= 1) {
      const key = this.#chance(0.75) ? this.#pick(own) : this.#pick(READ_NAMES);
      put(key, this.#value(key));
    }
    for (let left = this.#chance(0.3) ? 3 : 0; left > 0; left -= 1) {
      const key = `${this.#pick(READ_PREFIXES)}${this.#pick(['customer_id', 'customerId', 'customer', 'team', 'a.b', 'ls_x', ...METER_NAMES])}`;
      put(key, this.#value(key));
    }
    if (this.#chance(0.05)) for (let at = 0; at < 33; at += 1) put(`costspan.tag.k${at}`, { stringValue: 'v' });
    if (this.#chance(0.2))
      put('costspan.usage.status', { stringValue: this.#pick(['reported', 'estimated', 'unavailable', '']) });
    return [...found].map(([key, value]) => ({ key, value }));
  }

  /** What a package really wrote, with a name taken away, one changed or one added. */
  #mutated(attributes: Iterable<[string, unknown]>): KeyValue[] {
    const list = [...attributes].flatMap(([key, value]): KeyValue[] => {
      if (this.#chance(0.08)) return [];
      return [this.#chance(0.1) ? this.#attribute(key) : { key, value: otlpValue(value) }];
    });
    const added = this.#pick(READ_NAMES);
    return this.#chance(0.3) && !list.some(({ key }) => key === added) ? [...list, this.#attribute(added)] : list;
  }

  #attribute(key: string): KeyValue {
    return { key, value: this.#value(key) };
  }

  /** Mostly what belongs under the name; sometimes anything. */
  #value(key: string): Value {
    if (this.#chance(0.06)) return this.#anything();
    if (/billable|context\.batch/.test(key)) {
      return this.#chance(0.5)
        ? { boolValue: this.#chance(0.6) }
        : { stringValue: this.#pick(['true', 'false', 'yes']) };
    }
    if (/cost.*(amount|total|cost)$|usage\.cost$|operation\.cost/.test(key)) return this.#pick(AMOUNTS);
    if (/currency$/.test(key)) return { stringValue: this.#pick(['USD', 'EUR', 'usd', 'CNY', 'DOLLAR']) };
    if (/cost\.source$/.test(key)) return { stringValue: this.#pick(['local', 'provider']) };
    if (/usage_details$/.test(key)) return { stringValue: this.#pick(USAGE_TEXTS) };
    if (/metadata$|tags$|hidden_params|providerMetadata|cost_details|parameters/.test(key)) {
      return { stringValue: this.#pick(METADATA_TEXTS) };
    }
    if (/customer|tag\.|user|team|\.id$/.test(key)) return { stringValue: this.#pick(TAGS) };
    if (/server\.address/.test(key)) return { stringValue: this.#pick(HOSTS) };
    if (/tier|speed|region|variant/.test(key)) return { stringValue: this.#pick(CONTEXT_WORDS) };
    if (/tokens|usage|token_count|meter\.|pages|Tokens/.test(key)) return this.#count();
    if (/provider\.model|[._]model|model[._]?(name|id)?$/.test(key))
      return { stringValue: this.#spelled(this.#pick(this.#catalogue.models)[1]) };
    if (/provider|system$/.test(key))
      return { stringValue: this.#pick([...PROVIDERS, this.#pick(this.#catalogue.models)[0]]) };
    if (/kind$|type$|operation|call_type/.test(key)) return { stringValue: this.#pick(OPERATIONS) };
    if (/outcome$/.test(key)) return { stringValue: this.#pick(['ok', 'truncated', 'abandoned', 'odd']) };
    if (/level$/.test(key)) return { stringValue: this.#pick(['ERROR', 'DEFAULT']) };
    return this.#anything();
  }

  #count(): Value {
    const count = this.#chance(0.5) ? this.#pick(COUNTS) : Math.floor(this.#random() * 200_000);
    const kind = this.#random();
    if (kind < 0.7) return { intValue: String(count) };
    if (kind < 0.8) return { doubleValue: count };
    if (kind < 0.93) return { stringValue: String(count) };
    return this.#pick<Value>([
      { doubleValue: 1.5 },
      { stringValue: '12.0' },
      { intValue: '-1' },
      { stringValue: '1e3' },
      { stringValue: '' },
    ]);
  }

  #anything(): Value {
    return this.#pick<Value>([
      { stringValue: '' },
      { stringValue: 'odd' },
      { stringValue: 'true' },
      { intValue: '7' },
      { intValue: '9223372036854775807' },
      { doubleValue: 0.1 },
      { doubleValue: 1e21 },
      { doubleValue: -0 },
      { boolValue: true },
      { boolValue: false },
      { arrayValue: { values: [{ stringValue: 'x' }] } },
    ]);
  }

  /** A model's name as people and providers write it. */
  #spelled(model: string): string {
    const kind = this.#random();
    if (kind < 0.5) return model;
    return this.#pick([
      model.toUpperCase(),
      `${model}-latest`,
      `${model}-2026-10-01`,
      `${model}@20261001`,
      `${model}-1001`,
      `${model}-v1:0`,
      `${model}:0`,
      `models/${model}`,
      `openai/${model}`,
      `acme/${model}`,
      `us.${model}`,
      `ft:${model}:me::1`,
      `${model}.ft-a1`,
      `arn:aws:bedrock:us-east-1:123:inference-profile/${model}`,
      'arn:aws-us-gov:bedrock:us-east-1:123:application-inference-profile/abc',
      `projects/p/locations/europe-west1/publishers/anthropic/models/${model}`,
      `projects/p/locations/global/publishers/anthropic/models/${model}`,
      `publishers/google/models/${model}`,
      'prod',
      'EU',
      'no-such-model',
      `${'x'.repeat(300)}`,
    ]);
  }

  #pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.#random() * list.length)] as T;
  }

  #chance(share: number): boolean {
    return this.#random() < share;
  }
}

function otlpValue(value: unknown): Value {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number') return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  if (typeof value === 'bigint') return { intValue: String(value) };
  return { arrayValue: { values: [] } };
}
