import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type ExtractInput, extractUsage, extractWith } from '../extract-usage.ts';
import { usageProvider } from '../extract-usage-provider.ts';
import { isPartOf, type Meter } from '../meters.ts';
import { PROVIDER_NAMES } from '../providers.ts';
import { USAGE_SOURCES } from './index.ts';
import { isObject } from './json-object.ts';

const chat = { prompt_tokens: 9, completion_tokens: 8, total_tokens: 17 };
const chatDetails = {
  prompt_tokens_details: { cached_tokens: 4, audio_tokens: 1, image_tokens: 1, video_tokens: 0, cache_write_tokens: 2 },
  completion_tokens_details: { reasoning_tokens: 3, audio_tokens: 1, image_tokens: 0 },
};
const responses = {
  input_tokens: 9,
  input_tokens_details: {
    cached_tokens: 4,
    cache_write_tokens: 2,
    cache_write_tokens_details: { ttl_30m_tokens: 1, ttl_12h_tokens: 1 },
  },
  output_tokens: 8,
  output_tokens_details: { reasoning_tokens: 3 },
  total_tokens: 17,
};
const messages = {
  input_tokens: 9,
  cache_read_input_tokens: 4,
  cache_creation_input_tokens: 2,
  cache_creation: { ephemeral_5m_input_tokens: 1, ephemeral_1h_input_tokens: 1 },
  output_tokens: 8,
  output_tokens_details: { thinking_tokens: 3 },
  server_tool_use: { web_search_requests: 1, web_fetch_requests: 1 },
  iterations: [
    { type: 'compaction', input_tokens: 5, output_tokens: 2 },
    { type: 'advisor_message', model: 'm', input_tokens: 5, output_tokens: 2 },
  ],
};
const tools = {
  web_search_calls: 1,
  x_search_calls: 1,
  code_interpreter_calls: 1,
  file_search_calls: 1,
  document_search_calls: 1,
  image_generation_calls: 1,
};
const modal = (countKey: string, ...counts: number[]) =>
  ['TEXT', 'IMAGE', 'AUDIO', 'VIDEO'].map((modality, at) => ({ modality, [countKey]: counts[at] }));

/** An answer that only one source reads, for each of them. Random answers are made of these. */
const SAMPLES: Readonly<Record<string, ExtractInput>> = {
  'anthropic.messages': { provider: 'anthropic', body: { usage: messages } },
  'bedrock.converse': {
    provider: 'aws',
    body: {
      usage: {
        inputTokens: 3,
        outputTokens: 2,
        totalTokens: 9,
        cacheReadInputTokens: 1,
        cacheWriteInputTokens: 3,
        cacheDetails: [
          { ttl: '5m', inputTokens: 2 },
          { ttl: '1h', inputTokens: 1 },
        ],
      },
    },
  },
  'bedrock.llama': { provider: 'aws', body: { prompt_token_count: 6, generation_token_count: 18 } },
  'bedrock.titan': { provider: 'aws', body: { inputTextTokenCount: 7, results: [{ tokenCount: 9 }] } },
  'bedrock.token_counts': {
    provider: 'aws',
    body: {},
    headers: {
      'x-amzn-bedrock-input-token-count': '8',
      'x-amzn-bedrock-output-token-count': '9',
      'x-amzn-bedrock-cache-read-input-token-count': '2',
      'x-amzn-bedrock-cache-write-input-token-count': '3',
    },
  },
  'cohere.billed_units': {
    provider: 'cohere',
    body: { meta: { billedUnits: { inputTokens: 5, outputTokens: 3, imageTokens: 2, images: 1, searchUnits: 1 } } },
  },
  'cohere.tokens': {
    provider: 'cohere',
    body: { usage: { tokens: { input_tokens: 9, output_tokens: 2 }, cached_tokens: 4 } },
  },
  'deepinfra.chat': { provider: 'deepinfra', body: { usage: { ...chat, estimated_cost: 0.1 } } },
  'deepseek.chat': {
    provider: 'deepseek',
    body: { usage: { ...chat, prompt_cache_hit_tokens: 4, prompt_cache_miss_tokens: 5 } },
  },
  'gemini.generate_content': {
    provider: 'google',
    body: {
      usageMetadata: {
        promptTokenCount: 26,
        promptTokensDetails: modal('tokenCount', 5, 6, 7, 8),
        cachedContentTokenCount: 10,
        cacheTokensDetails: modal('tokenCount', 1, 2, 3, 4),
        toolUsePromptTokenCount: 10,
        toolUsePromptTokensDetails: modal('tokenCount', 4, 3, 2, 1),
        candidatesTokenCount: 10,
        candidatesTokensDetails: modal('tokenCount', 3, 1, 2, 4),
        thoughtsTokenCount: 2,
        totalTokenCount: 48,
        trafficType: 'ON_DEMAND',
      },
      candidates: [{ groundingMetadata: { webSearchQueries: ['a'], groundingChunks: [{ maps: {} }] } }],
    },
  },
  'gemini.interactions': {
    provider: 'google',
    body: {
      usage: {
        total_input_tokens: 26,
        input_tokens_by_modality: modal('tokens', 5, 6, 7, 8),
        total_cached_tokens: 10,
        cached_tokens_by_modality: modal('tokens', 1, 2, 3, 4),
        total_output_tokens: 10,
        output_tokens_by_modality: modal('tokens', 3, 1, 2, 4),
        total_thought_tokens: 2,
        total_tool_use_tokens: 10,
        tool_use_tokens_by_modality: modal('tokens', 4, 3, 2, 1),
        total_tokens: 48,
        grounding_tool_count: [
          { type: 'google_search', count: 1 },
          { type: 'google_maps', count: 1 },
          { type: 'retrieval', count: 1 },
        ],
      },
    },
  },
  'groq.chat': { provider: 'groq', body: { x_groq: { usage: chat } } },
  'images.counted': { provider: 'openai', body: { data: [{ url: '' }], size: '1024x1024', quality: 'hd' } },
  'litellm.chat': {
    provider: 'litellm',
    body: {
      usage: {
        ...chat,
        prompt_tokens_details: {
          cache_creation_token_details: { ephemeral_5m_input_tokens: 1, ephemeral_1h_input_tokens: 1 },
        },
        cache_creation_input_tokens: 2,
        cache_read_input_tokens: 4,
      },
    },
    headers: { 'x-litellm-response-cost': '0.1' },
  },
  'mistral.chat': {
    provider: 'mistral',
    body: {
      usage: {
        ...chat,
        total_tokens: 20,
        num_cached_tokens: 4,
        prompt_audio_seconds: 2.5,
        connector_tokens: 3,
        connectors: { web_search: 1, web_search_premium: 1, code_interpreter: 1, image_generation: 1 },
      },
    },
  },
  'mistral.ocr': { provider: 'mistral', body: { usage_info: { pages_processed: 3 } } },
  ollama: { provider: 'ollama', body: { prompt_eval_count: 9, eval_count: 8 } },
  'openai.audio_seconds': { provider: 'openai', body: { usage: { type: 'duration', seconds: 8.5 } } },
  'openai.audio_tokens': {
    provider: 'openai',
    body: {
      usage: {
        type: 'tokens',
        input_tokens: 9,
        input_token_details: { audio_tokens: 8, text_tokens: 1 },
        output_tokens: 1,
        total_tokens: 10,
      },
    },
  },
  'openai.chat': { provider: 'openai', body: { usage: { ...chat, ...chatDetails }, service_tier: 'default' } },
  'openai.embeddings': { provider: 'openai', body: { usage: { prompt_tokens: 4 } } },
  'openai.images': {
    provider: 'openai',
    body: {
      usage: {
        input_tokens: 9,
        input_tokens_details: { text_tokens: 4, image_tokens: 5 },
        output_tokens: 8,
        output_tokens_details: { text_tokens: 1, image_tokens: 7 },
        total_tokens: 17,
      },
    },
  },
  'openai.realtime': {
    provider: 'openai',
    body: {
      response: {
        usage: {
          input_tokens: 9,
          input_token_details: {
            cached_tokens: 4,
            cached_tokens_details: { text_tokens: 2, audio_tokens: 1, image_tokens: 1 },
            text_tokens: 4,
            audio_tokens: 3,
            image_tokens: 2,
          },
          output_tokens: 8,
          output_token_details: { text_tokens: 1, audio_tokens: 7 },
          total_tokens: 17,
        },
      },
    },
  },
  'openai.responses': {
    provider: 'openai',
    body: {
      usage: responses,
      output: [{ svg_usage: { input_tokens: 1, output_tokens: 2, reasoning_tokens: 1, model: 'm' } }],
      tools: [{ type: 'image_generation', model: 'm' }],
      tool_usage: {
        image_gen: {
          input_tokens: 3,
          input_tokens_details: { text_tokens: 1, image_tokens: 2 },
          cached_tokens: 2,
          cached_tokens_details: { cached_text_tokens: 1, cached_image_tokens: 1 },
          output_tokens: 4,
          output_tokens_details: { text_tokens: 1, image_tokens: 3 },
        },
        web_search: { num_requests: 1 },
      },
    },
  },
  'openai.speech': {
    provider: 'openai',
    body: { type: 'speech.audio.done', usage: { input_tokens: 1, output_tokens: 9 } },
  },
  'openrouter.chat': {
    provider: 'openrouter',
    body: { usage: { ...chat, cost: 0.1, is_byok: true, cost_details: { upstream_inference_cost: 0.2 } } },
  },
  'openrouter.messages': { provider: 'openrouter', body: { usage: { ...messages, cost: 0.1 } } },
  'openrouter.responses': { provider: 'openrouter', body: { usage: { ...responses, cost: 0.1 } } },
  'perplexity.chat': {
    provider: 'perplexity',
    body: {
      usage: { ...chat, citation_tokens: 5, reasoning_tokens: 6, num_search_queries: 2, cost: { total_cost: 1 } },
    },
  },
  'vertex.embeddings': {
    provider: 'google-vertex',
    body: { predictions: [{ embeddings: { statistics: { token_count: 4 } } }] },
  },
  voyage: { provider: 'voyageai', body: { usage: { total_tokens: 4, image_pixels: 9 } } },
  'watsonx.generation': {
    provider: 'ibm.watsonx.ai',
    body: { results: [{ input_token_count: 5, generated_token_count: 6 }] },
  },
  'xai.chat': {
    provider: 'x-ai',
    body: { usage: { ...chat, ...chatDetails, cost_in_usd_ticks: 7, num_sources_used: 1 } },
  },
  'xai.responses': {
    provider: 'x-ai',
    body: { usage: { ...responses, cost_in_usd_ticks: 7, server_side_tool_usage_details: tools } },
  },
};

const TOTALS = ['total_tokens', 'totalTokens', 'totalTokenCount'].flatMap((name) => [
  `body.usage.${name}`,
  `body.usageMetadata.${name}`,
  `body.response.usage.${name}`,
  `body.x_groq.usage.${name}`,
]);

/** The sample with one of its counts raised, for each of them. */
function countsIn(sample: ExtractInput): [path: string, changed: ExtractInput][] {
  const found: [string, ExtractInput][] = [];
  const walk = (value: unknown, path: string[]): void => {
    if (typeof value === 'number' || (typeof value === 'string' && /^[\d.]+$/.test(value))) {
      found.push([path.join('.'), replaced(sample, path, Number(value) + 1) as ExtractInput]);
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value)) walk(inner, [...path, key]);
    }
  };
  walk(sample, []);
  return found;
}

/** Totals that repeat other counts: all but Voyage's, which is the input. */
function totalsIn(sample: ExtractInput): [path: string, changed: ExtractInput][] {
  return sample.provider === 'voyageai' ? [] : countsIn(sample).filter(([path]) => TOTALS.includes(path));
}

function replaced(value: unknown, [key, ...rest]: readonly string[], leaf: unknown): unknown {
  if (key === undefined) return leaf;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, unknown>;
  copy[key] = replaced(copy[key], rest, leaf);
  return copy;
}

const files = readdirSync(import.meta.dirname);
const KEEP = Symbol('as it is');
const leaf = fc.oneof(
  { weight: 4, arbitrary: fc.constant<unknown>(KEEP) },
  { weight: 4, arbitrary: fc.oneof({ weight: 9, arbitrary: fc.nat(12) }, fc.maxSafeNat()) },
  { weight: 2, arbitrary: fc.anything({ withNullPrototype: true, maxDepth: 2 }) },
);
/** A sample with some of its values replaced, sent in the name of a host that may have another shape. */
const calls = fc
  .record({
    sample: fc.constantFrom(...Object.values(SAMPLES)),
    leaves: fc.array(leaf, { minLength: 1, maxLength: 12 }),
    provider: fc.option(fc.constantFrom(...new Set(USAGE_SOURCES.flatMap((source) => source.providers))), { freq: 1 }),
    api: fc.option(fc.constantFrom(...new Set(USAGE_SOURCES.flatMap((source) => source.apis))), { freq: 1 }),
  })
  .map(({ sample, leaves, provider, api }): ExtractInput => {
    let next = 0;
    const pick = (value: unknown) => {
      const replacement = leaves[next++ % leaves.length];
      return replacement === KEEP ? value : replacement;
    };
    const headers = sample.headers === undefined ? {} : { headers: withLeaves(sample.headers, pick) as object };
    return {
      provider: provider ?? sample.provider,
      body: withLeaves(sample.body, pick),
      ...(api === null ? {} : { api }),
      ...(headers as Pick<ExtractInput, 'headers'>),
    };
  });

test('every source has a sample that only it reads, and its test beside it', () => {
  const read = Object.values(SAMPLES).map((sample) => extractUsage(sample).source);
  expect(read).toEqual(Object.keys(SAMPLES));
  expect(USAGE_SOURCES.map(({ name }) => name).sort()).toEqual(Object.keys(SAMPLES).sort());
  const tested = files.filter((file) => files.includes(file.replace(/(?<!\.test)\.ts$/, '.test.ts')));
  expect(tested.length).toBeGreaterThanOrEqual(USAGE_SOURCES.length);
});

describe.each(Object.entries(SAMPLES))('%s', (_name, sample) => {
  test('reads its sample without a finding', () => {
    const { usage, findings } = extractUsage(sample);
    expect({ status: usage.status, findings }).toEqual({ status: 'reported', findings: [] });
  });

  test.each(countsIn(sample))('%s is not lost', (_path, changed) => {
    expect(extractUsage(changed)).not.toEqual(extractUsage(sample));
  });

  test.each(totalsIn(sample))('%s that is not the sum is a finding', (_path, changed) => {
    expect(extractUsage(changed)).toMatchObject({
      usage: { meters: extractUsage(sample).usage.meters },
      findings: [{ code: 'TOTAL_MISMATCH' }],
    });
  });
});

test('the README lists every source with its convention', () => {
  const readme = readFileSync(resolve(import.meta.dirname, '../../README.md'), 'utf8');
  const rows = [...readme.matchAll(/^\| `([\w.]+)` +\| `(cache_\w+)`/gm)].map(([, name, convention]) => ({
    name,
    convention,
  }));
  const byName = USAGE_SOURCES.map(({ name, convention }) => ({ name, convention }));
  expect(rows).toEqual(byName.sort((a, b) => (a.name < b.name ? -1 : 1)));
});

test.each(PROVIDER_NAMES)('%s has a usage shape', (provider) => {
  expect(USAGE_SOURCES.some((source) => source.providers.includes(provider))).toBe(true);
});

test('sources spell providers as the door does', () => {
  const spelled = [...new Set(USAGE_SOURCES.flatMap((source) => source.providers))];
  expect(spelled.filter((provider) => usageProvider(provider) !== provider)).toEqual([]);
});

test.each([
  ['aws', 'aws.bedrock'],
  ['azure', 'azure.ai.openai'],
  ['google', 'gcp.gemini'],
  ['Mistral', 'mistral_ai'],
  ['x-ai', 'x_ai'],
  ['moonshotai', 'moonshot_ai'],
  ['huggingface_fireworks-ai', 'huggingface'],
  ['constructor', 'constructor'],
])('%s is spelled %s', (name, spelled) => {
  expect(usageProvider(name)).toBe(spelled);
});

describe('of whatever answer', () => {
  test('nothing is thrown, and every count is one', () => {
    fc.assert(
      fc.property(calls, (call) => {
        const { usage, subUsages } = extractUsage(call);
        for (const { meters } of [usage, ...subUsages]) {
          for (const [meter, count] of Object.entries(meters)) {
            expect(count).toBeGreaterThanOrEqual(0);
            if (meter !== 'seconds') expect(Number.isSafeInteger(count)).toBe(true);
          }
        }
      }),
      { numRuns: 1_000 },
    );
  });

  test('no source throws on an answer that is not its own', () => {
    fc.assert(
      fc.property(fc.constantFrom(...USAGE_SOURCES), calls, fc.anything(), (source, { body }, usage) => {
        const answer = isObject(body) ? body : {};
        expect(() => extractWith(source, answer)).not.toThrow();
        expect(() => extractWith(source, answer, usage)).not.toThrow();
        expect(() => extractWith(source, answer, answer['usage'] ?? answer)).not.toThrow();
      }),
      { numRuns: 1_000 },
    );
  });

  test('a part that exceeds its whole is a finding', () => {
    fc.assert(
      fc.property(calls, (call) => {
        const { usage, subUsages, findings } = extractUsage(call);
        const exceeds = [usage, ...subUsages].some(({ meters }) => {
          const counts = Object.entries(meters) as [Meter, number][];
          return counts.some(([part, count]) =>
            counts.some(([whole, limit]) => isPartOf(part, whole) && count > limit),
          );
        });
        if (exceeds) expect(findings.map(({ code }) => code)).toContain('PART_EXCEEDS_WHOLE');
      }),
      { numRuns: 1_000 },
    );
  });

  test('the order of keys changes nothing', () => {
    fc.assert(
      fc.property(calls, (call) => {
        expect(extractUsage({ ...call, body: reversed(call.body) })).toEqual(extractUsage(call));
      }),
      { numRuns: 1_000 },
    );
  });
});

function withLeaves(value: unknown, pick: (leaf: unknown) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => withLeaves(item, pick));
  if (!isObject(value)) return pick(value);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withLeaves(inner, pick)]));
}

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, inner]) => [key, reversed(inner)]),
  );
}
