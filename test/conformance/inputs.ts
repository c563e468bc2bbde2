import { isPartOf, METER_NAMES, METERS, type Meter } from '@costspan/usage';
import type { Vector } from './vector.ts';

// What is asked. Tokens are written down as things, each once; the counts follow from them, unless a vector is about counts that
// no tokens can have. Then `tokens` is how the README says they are read, and `doubt` what it says about them.

type Tokens = { readonly [M in Meter]?: number };
type More = Partial<Vector> & { readonly counts?: { readonly [meter: string]: unknown } };

const AT = '2026-11-02T05:00:00Z';

function ask(
  id: string,
  call: Partial<Vector['input']> & { readonly provider: string },
  tokens: Tokens,
  more: More = {},
): Vector {
  const { counts = {}, ...rest } = more;
  const kinds = Object.entries(tokens) as [Meter, number][];
  return { id, input: { at: AT, usage: { ...countsOf(kinds), ...counts }, ...call }, tokens: kinds, ...rest };
}

/** What meters count of tokens that are written down as things. */
export function countsOf(kinds: readonly (readonly [Meter, number])[]): { readonly [meter: string]: number } {
  const counts: [Meter, number][] = METER_NAMES.filter((meter) => METERS[meter].unit === 'token').map((meter) => [
    meter,
    kinds.reduce((sum, [kind, count]) => sum + (isPartOf(kind, meter) ? count : 0), 0),
  ]);
  return Object.fromEntries(counts.filter(([meter, count]) => count > 0 || kinds.some(([kind]) => kind === meter)));
}

/** What traffic looks like. */
const MIXES: { readonly [name: string]: Tokens } = {
  plain: { input_tokens: 1843, output_tokens: 211 },
  cached: { input_tokens: 42, cache_read_tokens: 9472, output_tokens: 44 },
  written: {
    input_tokens: 3,
    cache_read_tokens: 11_000,
    cache_write_5m_tokens: 2000,
    cache_write_1h_tokens: 1000,
    output_tokens: 870,
  },
  reasoning: { input_tokens: 5210, output_tokens: 264, output_reasoning_tokens: 640 },
  audio: {
    input_tokens: 300,
    input_audio_tokens: 700,
    cache_audio_read_tokens: 21,
    cache_read_tokens: 80,
    output_tokens: 9,
    output_audio_tokens: 90,
  },
  huge: { input_tokens: 4_000_000_000_000, cache_read_tokens: 1, output_tokens: 4_000_000_000_000 },
};

function mixed(
  group: string,
  names: readonly (readonly [provider: string, model: string])[],
  mixes: readonly string[],
): Vector[] {
  return names.flatMap(([provider, model]) =>
    mixes.map((mix) => ask(`${group}: ${provider} ${model}, ${mix}`, { provider, model }, MIXES[mix] ?? {})),
  );
}

const MODELS: readonly (readonly [string, string])[] = [
  ['openai', 'gpt-4o'],
  ['openai', 'gpt-4o-mini-2024-07-18'],
  ['openai', 'gpt-5.4'],
  ['openai', 'gpt-5.6-sol'],
  ['openai', 'gpt-6-luna'],
  ['openai', 'gpt-realtime-2'],
  ['openai', 'o3'],
  ['azure.ai.openai', 'gpt-4o-2024-08-06'],
  ['azure.ai.inference', 'deepseek-v3.1-terminus'],
  ['anthropic', 'claude-opus-5-5'],
  ['anthropic', 'claude-sonnet-4-5-20250929'],
  ['anthropic', 'claude-fable-5-1'],
  ['aws.bedrock', 'global.anthropic.claude-opus-5-5'],
  ['aws.bedrock', 'amazon.nova-lite-v1:0'],
  ['gcp.gemini', 'gemini-2.5-flash'],
  ['gcp.gen_ai', 'gemini-2.5-pro'],
  ['gcp.vertex_ai', 'claude-sonnet-5'],
  ['x_ai', 'grok-4.3'],
  ['deepseek', 'deepseek-v4-pro'],
  ['mistral_ai', 'mistral-large-latest'],
  ['groq', 'openai/gpt-oss-120b'],
  ['cohere', 'command-a'],
  ['moonshot_ai', 'kimi-k2-turbo'],
  ['perplexity', 'sonar-deep-research'],
];

/** One more and one less than a boundary, and the boundary. */
function around(provider: string, model: string, threshold: number): Vector[] {
  return [-1, 0, 1].map((step) =>
    ask(
      `boundary: ${provider} ${model} at ${threshold}${step === 0 ? '' : step > 0 ? '+1' : '-1'}`,
      { provider, model },
      {
        input_tokens: threshold + step - 5000,
        cache_read_tokens: 5000,
        output_tokens: 1000,
      },
    ),
  );
}

function instants(provider: string, model: string, list: readonly string[]): Vector[] {
  return list.map((at) =>
    ask(`instant: ${provider} ${model} at ${at}`, { provider, model, at }, { input_tokens: 1000, output_tokens: 10 }),
  );
}

type Served = readonly [provider: string, model: string, context: { readonly [axis: string]: unknown }];

function served(list: readonly Served[]): Vector[] {
  return list.map(([provider, model, context]) =>
    ask(
      `served: ${provider} ${model} ${JSON.stringify(context)}`,
      { provider, model, context },
      { input_tokens: 900, cache_read_tokens: 100, output_tokens: 50 },
      { counts: { web_searches: 2 } },
    ),
  );
}

/** Names that reach a card only by the recorded rules, and what they come to. */
const NORMALISED: readonly (readonly [provider: string, model: string, name: string])[] = [
  ['openai', 'GPT-4o', 'gpt-4o'],
  ['openai', 'openai/gpt-4o', 'gpt-4o'],
  ['openai', 'gpt-5.6-luna-2026-07-09', 'gpt-5.6-luna'],
  ['openai', 'ft:gpt-4o-2024-08-06:acme::a1b2c3', 'ft:gpt-4o-2024-08-06'],
  ['openai', 'ft:gpt-4o-mini-2024-07-18:acme:support:a1', 'ft:gpt-4o-mini-2024-07-18'],
  ['azure', 'gpt-5.5-2031-01-01', 'gpt-5.5'],
  ['anthropic', 'anthropic/claude-opus-5', 'claude-opus-5'],
  ['anthropic', 'claude-opus-5-latest', 'claude-opus-5'],
  ['gcp.gemini', 'models/gemini-2.5-flash', 'gemini-2.5-flash'],
  ['gcp.vertex_ai', 'projects/p/locations/global/publishers/google/models/gemini-2.5-pro', 'gemini-2.5-pro'],
  ['gcp.vertex_ai', 'publishers/anthropic/models/claude-sonnet-5', 'claude-sonnet-5'],
  [
    'aws.bedrock',
    'arn:aws:bedrock:us-east-1:1:inference-profile/us.anthropic.claude-sonnet-4-5-20250929-v1:0',
    'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
  ],
];

const UNKNOWN: readonly (readonly [provider: string, model: string])[] = [
  ['openai', 'gpt-4oo'],
  ['openai', 'gpt-9'],
  ['openai', 'ft:gpt-9:acme::x'],
  ['anthropic', 'claude-opus-5-6'],
  ['aws.bedrock', 'ca.anthropic.claude-sonnet-4-5-20250929-v1:0'],
  ['ibm.watsonx.ai', 'granite-4'],
  ['nobody', 'gpt-4o'],
];

const BEDROCK = 'anthropic.claude-sonnet-4-5-20250929-v1:0';

export const BASE_VECTORS: readonly Vector[] = [
  ...mixed('mix', MODELS, Object.keys(MIXES)),
  ...mixed(
    'profile',
    ['us.', 'eu.', 'apac.', '', 'global.', 'us-gov.'].map((profile) => ['aws.bedrock', profile + BEDROCK] as const),
    ['plain', 'cached', 'written'],
  ),
  ...around('openai', 'gpt-5.4', 272_000),
  ...around('openai', 'gpt-6-sol', 272_000),
  ...around('azure.ai.openai', 'gpt-5.5', 272_000),
  ...around('x_ai', 'grok-4.3', 200_000),
  ...around('anthropic', 'claude-sonnet-4-5', 200_000),
  ...around('anthropic', 'claude-opus-4-6', 200_000),
  ...around('gcp.gemini', 'gemini-2.5-pro', 200_000),
  ...around('gcp.gemini', 'gemini-1.5-pro', 128_000),
  ...instants('deepseek', 'deepseek-v4-pro', [
    '2026-07-01T02:00:00Z',
    '2026-08-16T15:59:59.999Z',
    '2026-08-16T16:00:00Z',
    '2026-08-17T00:59:59.999Z',
    '2026-08-17T01:00:00Z',
    '2026-08-17T03:59:59Z',
    '2026-08-17T04:00:00Z',
    '2026-08-21T06:00:00Z',
    '2026-08-21T09:59:59Z',
    '2026-08-21T10:00:00Z',
    '2026-08-22T02:00:00Z',
    '2026-08-23T08:00:00Z',
  ]),
  ...instants('openai', 'gpt-5.6-luna', ['2026-07-29T23:59:59.999Z', '2026-07-30T00:00:00Z']),
  ...instants('openai', 'gpt-5.6-sol', ['2026-08-20T23:59:59.999Z', '2026-08-21T00:00:00Z']),
  ...instants('openai', 'o3', ['2025-06-09T23:59:59.999Z', '2025-06-10T00:00:00Z']),
  ...instants('gcp.gemini', 'gemini-3.7-flash', ['2026-12-31T23:59:59.999Z', '2027-01-01T00:00:00Z']),
  ...served([
    ['openai', 'gpt-5.6-sol', { service_tier: 'default' }],
    ['openai', 'gpt-5.6-sol', { service_tier: 'priority' }],
    ['openai', 'gpt-5.6-sol', { service_tier: 'flex' }],
    ['openai', 'gpt-5.6-sol', { batch: true }],
    ['openai', 'gpt-5.6-sol', { service_tier: 'priority', region: 'eu' }],
    ['openai', 'gpt-5.6-sol', { region: 'jp' }],
    ['openai', 'gpt-5.6-sol', { service_tier: 'scale' }],
    ['openai', 'gpt-5.4', { service_tier: 'flex' }],
    ['openai', 'gpt-5.4', { service_tier: 'flex', region: 'us' }],
    ['openai', 'gpt-4o', { service_tier: 'priority' }],
    ['openai', 'gpt-4o', { region: 'eu' }],
    ['anthropic', 'claude-opus-4-8', { speed: 'fast' }],
    ['anthropic', 'claude-opus-4-8', { speed: 'fast', region: 'us' }],
    ['anthropic', 'claude-opus-4-7', { speed: 'fast' }],
    ['anthropic', 'claude-opus-5', { service_tier: 'batch' }],
    ['anthropic', 'claude-opus-5', { service_tier: 'batch', batch: true, region: 'us' }],
    ['anthropic', 'claude-opus-5', { service_tier: 'priority' }],
    ['gcp.gemini', 'gemini-2.5-flash', { service_tier: 'flex' }],
    ['gcp.gemini', 'gemini-2.5-flash', { service_tier: 'priority' }],
    ['gcp.vertex_ai', 'claude-sonnet-5', { region: 'europe-west4' }],
    ['gcp.vertex_ai', 'claude-sonnet-5', { region: 'global' }],
    ['azure.ai.openai', 'gpt-4o-mini', { region: 'data_zone' }],
    ['azure.ai.openai', 'gpt-4o-mini', { region: 'swedencentral' }],
    ['x_ai', 'grok-4.3', { region: 'us' }],
    ['aws.bedrock', BEDROCK, { region: 'us-east-1' }],
    ['aws.bedrock', BEDROCK, { batch: true }],
  ]),
  ...NORMALISED.map(([provider, model, name]) =>
    ask(
      `name: ${provider} ${model}`,
      { provider, model },
      { input_tokens: 1000, output_tokens: 10 },
      { normalised_to: name },
    ),
  ),
  ...UNKNOWN.map(([provider, model]) =>
    ask(`name: ${provider} ${model} is unknown`, { provider, model }, { input_tokens: 10 }),
  ),
  ask(
    'unit: Groq Whisper, three seconds',
    { provider: 'groq', model: 'whisper-large-v3' },
    {},
    { counts: { seconds: 3 } },
  ),
  ask('unit: Whisper', { provider: 'openai', model: 'whisper-1' }, {}, { counts: { seconds: 12.5 } }),
  ask('unit: speech', { provider: 'openai', model: 'tts-1' }, {}, { counts: { input_characters: 1234 } }),
  ask('unit: images', { provider: 'openai', model: 'dall-e-3' }, {}, { counts: { images: 3 } }),
  ask(
    'unit: images of another quality',
    { provider: 'openai', model: 'dall-e-3', context: { variant: '1024x1024/hd' } },
    {},
    { counts: { images: 3 } },
  ),
  ask(
    'unit: video',
    { provider: 'openai', model: 'sora-2-pro', context: { variant: '1792x1024' } },
    {},
    { counts: { seconds: 8 } },
  ),
  ask('unit: video of an unknown size', { provider: 'openai', model: 'sora-2-pro' }, {}, { counts: { seconds: 8 } }),
  ask('unit: rerank', { provider: 'cohere', model: 'rerank-v3.5' }, {}, { counts: { search_units: 7 } }),
  ask('unit: pages', { provider: 'mistral_ai', model: 'mistral-ocr-4-1' }, {}, { counts: { pages: 11 } }),
  ask(
    'unit: X search',
    { provider: 'x_ai', model: 'grok-4.3' },
    { input_tokens: 10 },
    { counts: { social_searches: 2 } },
  ),
  ask(
    'unit: containers',
    { provider: 'azure.ai.openai', model: 'gpt-4o' },
    { input_tokens: 10 },
    { counts: { sessions: 1 } },
  ),
  ask('one token of an embedding', { provider: 'openai', model: 'text-embedding-3-small' }, { input_tokens: 1 }),
  ask(
    'a router reports its price',
    { provider: 'openrouter', model: 'qwen/qwen3-32b', reported_cost: { amount: '0.002648407', currency: 'USD' } },
    MIXES['cached'] ?? {},
  ),
  ask(
    'a router reports the price of a key of one’s own, all in',
    { provider: 'openrouter', model: 'nobody/nothing', reported_cost: { amount: '0.0000995', currency: 'USD' } },
    MIXES['plain'] ?? {},
  ),
  ask(
    'a router reports nothing paid',
    { provider: 'openrouter', model: 'qwen/qwen3-32b', reported_cost: { amount: '0', currency: 'USD' } },
    MIXES['plain'] ?? {},
  ),
  ask(
    'a price in another currency is not relabelled',
    { provider: 'openai', model: 'gpt-4o', reported_cost: { amount: '2', currency: 'EUR' } },
    MIXES['plain'] ?? {},
  ),
];

const acme = (model: string, more: Partial<Vector['input']> = {}) => ({ provider: 'acme', model, ...more });
const CONTEXTS: readonly { readonly [axis: string]: unknown }[] = [
  {},
  { service_tier: 'default' },
  { service_tier: 'FLEX' },
  { service_tier: 'priority' },
  { service_tier: 'scale' },
  { service_tier: 'batch' },
  { batch: true },
  { batch: true, speed: 'fast' },
  { speed: 'standard' },
  { speed: 'fast', region: 'us' },
  { region: 'global' },
  { region: 'eu', service_tier: 'priority', batch: true, speed: 'fast' },
  { region: 'mars' },
  { region: 'us', service_tier: 'flex' },
  { region: 'eu', service_tier: 'flex' },
  { service_tier: 'flex', batch: true },
  { speed: 'warp', region: 'us' },
  { variant: '1080p' },
];

export const FORMAT_VECTORS: readonly Vector[] = [
  ...mixed(
    'mix',
    ['chat', 'bare', 'media', 'ask', 'cache-free', 'free', 'yuan', 'tiny', 'unpriced'].map(
      (model) => ['acme', model] as const,
    ),
    Object.keys(MIXES),
  ),
  ...['above', 'from'].flatMap((model) => around('acme', model, 200_000)),
  ...[32_000, 128_000, 252_000].flatMap((threshold) => around('acme', 'steps', threshold)),
  ...[200_000, 400_000].flatMap((threshold) => around('acme', 'unstated', threshold)),
  ...around('acme', 'served', 200_000),
  ...[10_000, 50_000].flatMap((threshold) => around('acme', 'ladder', threshold)),
  ...mixed(
    'mix',
    [
      ['acme', 'ladder'],
      ['acme', 'ladder-out'],
    ],
    Object.keys(MIXES),
  ),
  ask('a ladder whose cache fills the first steps', acme('ladder'), {
    cache_read_tokens: 9000,
    cache_write_tokens: 3000,
    cache_write_1h_tokens: 39_000,
    input_tokens: 10_000,
    output_tokens: 7,
  }),
  ...[0, 199_999, 200_000, 200_001].flatMap((prompt_tokens) =>
    ['above', 'from'].map((model) =>
      ask(`several prompts of ${prompt_tokens} tokens: ${model}`, acme(model, { context: { prompt_tokens } }), {
        input_tokens: 5_000_000,
        output_tokens: 7,
      }),
    ),
  ),
  ask(
    'several prompts in a cell with a tier',
    acme('served', { context: { prompt_tokens: 9, service_tier: 'flex' } }),
    {
      input_tokens: 5_000_000,
      output_tokens: 7,
    },
  ),
  ...[10_000, 10_001, 60_000].map((prompt_tokens) =>
    ask(`several prompts of ${prompt_tokens} tokens on a ladder`, acme('ladder', { context: { prompt_tokens } }), {
      input_tokens: 60_000,
      output_tokens: 7,
    }),
  ),
  ask('a size of prompts that is no count', acme('above', { context: { prompt_tokens: -1 } }), {
    input_tokens: 200_001,
    output_tokens: 7,
  }),
  ask('a ladder in a batch', acme('ladder', { context: { batch: true } }), { input_tokens: 60_000, output_tokens: 7 }),
  ask('a ladder of a cell', acme('ladder', { context: { service_tier: 'flex' } }), { input_tokens: 6000 }),
  ask('a ladder of the answer, reasoning first', acme('ladder-out'), {
    output_tokens: 300,
    output_reasoning_tokens: 400,
  }),
  ...[0.5, 10, 59.9, 60, 60.3, 3600.25].map((seconds) =>
    ask(`a ladder of seconds: ${seconds} s`, acme('ladder-seconds'), {}, { counts: { seconds } }),
  ),
  ...instants('acme', 'periods', [
    '2024-12-31T23:59:59.999Z',
    '2025-01-01T00:00:00Z',
    '2026-03-12T23:59:59.999Z',
    '2026-03-13T00:00:00Z',
    '2026-08-16T15:59:59.999Z',
    '2026-08-16T16:00:00Z',
  ]),
  ...instants('acme', 'windows', [
    '2026-11-02T00:59:59Z',
    '2026-11-02T01:00:00Z',
    '2026-11-02T03:59:59Z',
    '2026-11-02T04:00:00Z',
    '2026-11-06T01:00:00Z',
    '2026-11-07T01:00:00Z',
    '2026-11-08T01:00:00Z',
    '2026-11-08T13:59:59Z',
    '2026-11-08T14:00:00Z',
    '2026-11-08T17:59:59Z',
    '2026-11-08T18:00:00Z',
    '2026-11-09T15:00:00Z',
  ]),
  ...instants('acme', 'summer', [
    '2026-07-01T03:59:59Z',
    '2026-07-01T04:00:00Z',
    '2026-12-01T04:59:59Z',
    '2026-12-01T05:00:00Z',
    '2026-06-30T22:00:00Z',
    '2026-11-30T22:59:59Z',
  ]),
  ...CONTEXTS.flatMap((context) =>
    served([
      ['acme', 'served', context],
      ['acme', 'anywhere', context],
    ]),
  ),
  ask('a window in a batch', acme('windows', { at: '2026-11-02T02:00:00Z', context: { batch: true } }), {
    input_tokens: 999,
  }),
  ask(
    'a long prompt in every way at once',
    acme('served', { context: { service_tier: 'priority', batch: true, region: 'eu' } }),
    { input_tokens: 200_001, output_tokens: 7 },
  ),
  ...[0.5, 3, 10, 10.5, 12, 13, 3600, 4_000_000_000_000].map((seconds) =>
    ask(`minimum and increment: ${seconds} s`, acme('speech'), {}, { counts: { seconds } }),
  ),
  ...[0.5, 1, 2, 3600, 86_399].map((seconds) =>
    ask(`by the hour: ${seconds} s`, acme('hour'), {}, { counts: { seconds } }),
  ),
  ask('characters', acme('voice'), {}, { counts: { input_characters: 4097 } }),
  ask('pages and the request', acme('scan'), {}, { counts: { pages: 3 } }),
  ask('requests that were counted', acme('scan'), {}, { counts: { pages: 3, requests: 2 } }),
  ask('requests that were counted as none', acme('scan'), {}, { counts: { pages: 3, requests: 0 } }),
  ask('a resolution', acme('clip', { context: { variant: '1080P' } }), {}, { counts: { seconds: 5 } }),
  ask('another resolution', acme('clip', { context: { variant: '4k' } }), {}, { counts: { seconds: 5 } }),
  ...[1, 5, 6, 7, 18].map((input) =>
    ask(`a twelfth of a millionth, ${input} times`, acme('third'), { input_tokens: input }),
  ),
  ask('a premium on the smallest rate', acme('tiny', { context: { region: 'us' } }), {
    input_tokens: 1,
    output_tokens: 1,
  }),
  ask('the most that a count can be', acme('bare'), { input_tokens: Number.MAX_SAFE_INTEGER }),
  ask('nothing', acme('chat'), {}),
  ask('zeros', acme('chat'), {}, { counts: { input_tokens: 0, output_tokens: 0, web_searches: 0 } }),
  ask('an alias', acme('chat-latest'), { input_tokens: 5 }),
  ask('a fine-tune', acme('ft:chat:me::1'), { input_tokens: 5 }, { normalised_to: 'ft:chat' }),
  ask('a fine-tune of a model without one', acme('ft:bare:me::1'), { input_tokens: 5 }),
  ask('no model', { provider: 'acme' }, { input_tokens: 5 }),
  ask('estimated', acme('chat', { usage_status: 'estimated' }), { input_tokens: 5 }),
  ask('unavailable', acme('chat', { usage_status: 'unavailable' }), { input_tokens: 5 }),
  ask('a search without a price', acme('bare'), { input_tokens: 5 }, { counts: { web_searches: 1 } }),
  ask('a search alone', acme('bare'), {}, { counts: { web_searches: 1 } }),
  ask('a fetch costs its tokens', acme('bare'), { input_tokens: 5 }, { counts: { web_fetches: 3 } }),
  ask('content measured twice', acme('bare'), { input_tokens: 5 }, { counts: { seconds: 60, images: 2 } }),
  ask('seconds where tokens have prices', acme('bare'), {}, { counts: { seconds: 60 } }),
  ask('a long-lived write at the rate of a short one', acme('media'), { input_tokens: 1, cache_write_1h_tokens: 3 }),
  ...[-1, 1.5, 1e18, '7', 'seven', true, {}].map((value) =>
    ask(
      `${JSON.stringify(value)} is no count`,
      acme('chat'),
      { output_tokens: 1 },
      { counts: { input_tokens: value } },
    ),
  ),
  ask('null is not reported', acme('chat'), { output_tokens: 1 }, { counts: { input_tokens: null } }),
  ask(
    'cached beside the input',
    acme('chat'),
    { input_tokens: 3, cache_read_tokens: 10, cache_write_tokens: 5 },
    { counts: { input_tokens: 3 }, doubt: 'parts_exceed_whole:input_tokens' },
  ),
  ask(
    'reasoning beside the output',
    acme('media'),
    { output_tokens: 3, output_reasoning_tokens: 4 },
    { counts: { output_tokens: 3 }, doubt: 'parts_exceed_whole:output_tokens' },
  ),
  ask(
    'an hour’s writes beside the writes',
    acme('chat'),
    { input_tokens: 1, cache_write_tokens: 2, cache_write_1h_tokens: 5 },
    { counts: { input_tokens: 8, cache_write_tokens: 2 }, doubt: 'parts_exceed_whole:cache_write_tokens' },
  ),
  ask(
    'a cache read without an input',
    acme('chat'),
    { cache_read_tokens: 7 },
    { counts: { input_tokens: undefined }, doubt: 'count_missing:input_tokens' },
  ),
  ask(
    'audio and cache that must overlap',
    acme('media'),
    { input_audio_tokens: 900, cache_read_tokens: 100 },
    {
      counts: { input_tokens: 1000, input_audio_tokens: 900, cache_read_tokens: 800 },
      doubt: 'overlap_unreported:input_tokens',
    },
  ),
].map(withoutUndefined);

/** JSON has no `undefined`: a count that is not there. */
function withoutUndefined(vector: Vector): Vector {
  return JSON.parse(JSON.stringify(vector)) as Vector;
}

const DEPLOYED: readonly (readonly [what: string, call: Partial<Vector['input']>])[] = [
  ['a deployment', { model: 'prod' }],
  ['a deployment in other letters', { model: 'PROD' }],
  ['its offer', { model: 'eu' }],
  ['a place that the call states', { model: 'eu', context: { region: 'us' } }],
  ['a deployment that is called like a model', { model: 'm-mini' }],
  ['a served model beside its deployment', { model: 'm-2026', deployment: 'prod' }],
  ['a deployment alone', { deployment: 'eu' }],
  ['a deployment nobody mapped', { model: 'm', deployment: 'test' }],
  ['nothing at all', {}],
];

export const CONTRACT_VECTORS: readonly Vector[] = [
  ...mixed(
    'mix',
    [
      ['acme', 'm'],
      ['acme', 'm-2026'],
      ['acme', 'dark'],
    ],
    Object.keys(MIXES),
  ),
  ...DEPLOYED.map(([what, call]) =>
    ask(
      `deployment: ${what}`,
      { provider: 'acme', ...call },
      { input_tokens: 1000, cache_read_tokens: 100, output_tokens: 10 },
    ),
  ),
  ...[
    '2025-12-31T23:59:59.999Z',
    '2026-05-31T23:59:59.999Z',
    '2026-06-01T00:00:00Z',
    '2026-12-31T23:59:59.999Z',
    '2027-01-01T00:00:00Z',
  ].flatMap((at) =>
    ['m', 'dark', 'm-mini'].map((model) => {
      const mini = model === 'm-mini' ? { deployment: 'unmapped' } : {};
      return ask(`instant: ${model} at ${at}`, acme(model, { at, ...mini }), { input_tokens: 1000, output_tokens: 10 });
    }),
  ),
  ...[
    { batch: true },
    { region: 'us' },
    { region: 'data_zone', batch: true },
    { region: 'eu' },
    { service_tier: 'flex' },
  ].map((context) =>
    ask(
      `served: ${JSON.stringify(context)}`,
      acme('m', { context }),
      { input_tokens: 1000, output_tokens: 10 },
      { counts: { web_searches: 3 } },
    ),
  ),
  ...around('acme', 'm', 200_000),
  ask('a reported cost beside three prices', acme('m', { reported_cost: { amount: '0.01', currency: 'USD' } }), {
    input_tokens: 1000,
    output_tokens: 10,
  }),
  ask(
    'contradictory counts',
    acme('m'),
    { input_tokens: 3, cache_read_tokens: 10 },
    { counts: { input_tokens: 3 }, doubt: 'parts_exceed_whole:input_tokens' },
  ),
];

const CUSTOMERS = [undefined, 'acme', 'globex', 'umbrella', 'hooli', 'initech', 'nobody'] as const;

export const RESALE_VECTORS: readonly Vector[] = [
  ...CUSTOMERS.flatMap((customer) =>
    ['m', 'm-2026', 'n', 'flagship', 'own', 'yuan', 'free', 'pound'].map((model) =>
      ask(
        `resale: ${model} for ${customer ?? 'nobody named'}`,
        acme(model, { ...(customer === undefined ? {} : { customer }) }),
        { input_tokens: 1000, cache_read_tokens: 100, output_tokens: 10 },
        { counts: { web_searches: 2 } },
      ),
    ),
  ),
  ...[
    '2026-05-31T23:59:59.999Z',
    '2026-06-01T00:00:00Z',
    '2026-09-30T23:59:59.999Z',
    '2026-10-01T00:00:00Z',
    '2026-12-01T00:00:00Z',
    '2027-01-01T00:00:00Z',
  ].flatMap((at) =>
    [
      ['n', 'globex'],
      ['m', 'umbrella'],
      ['yuan', 'initech'],
      ['pound', 'acme'],
    ].map(([model, customer]) =>
      ask(`resale: ${model} for ${customer} at ${at}`, acme(model as string, { at, customer: customer as string }), {
        input_tokens: 1000,
        output_tokens: 10,
      }),
    ),
  ),
  ask('resale: a deployment for a customer with a list', acme('prod', { customer: 'hooli' }), { input_tokens: 7 }),
  ask(
    'resale: requests that were counted',
    acme('m', { customer: 'globex' }),
    { input_tokens: 7 },
    { counts: { requests: 3 } },
  ),
  ask('resale: nothing but the request', acme('m', { customer: 'globex' }), {}),
  ask(
    'resale: a reported cost beside it',
    acme('m', { customer: 'globex', reported_cost: { amount: '0.01', currency: 'USD' } }),
    {
      input_tokens: 7,
    },
  ),
  ask('converted: rounded half to even', acme('yuan'), { input_tokens: 1 }),
];
