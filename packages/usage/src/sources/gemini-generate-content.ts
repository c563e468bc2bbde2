import type { PricingContext } from '../pricing-context.ts';
import { definedMeters, type ReadCounts, sumCounts } from './add-meters.ts';
import { byModality, cachedByModality, modalCounts } from './gemini-modalities.ts';
import { isObject, type JsonObject, objectsOf } from './json-object.ts';
import type { UsageSource } from './usage-source.ts';
import { outputBesideThoughts } from './whole-output.ts';

/**
 * Gemini generateContent, its streams' last chunk, Live, and embeddings that report usage; on the Gemini API and Vertex.
 * Cached tokens are part of `promptTokenCount`; what tools put into the prompt and the thoughts stand beside it and beside
 * the candidates, and are added. When the total says that the candidates hold the thoughts already, they are not.
 * Source: Gemini API reference, UsageMetadata, read 2026-11-23; Live calls its candidates `responseTokenCount`.
 */
export const geminiGenerateContent: UsageSource = {
  name: 'gemini.generate_content',
  providers: ['gcp.gemini', 'gcp.gen_ai', 'gcp.vertex_ai'],
  apis: ['generateContent', 'generate_content', 'streamGenerateContent', 'chat', 'live', 'embeddings'],
  convention: 'cache_included',
  locate: (answer) => answer['usageMetadata'],
  matches: (usage) => COUNTS.some((name) => name in usage) || 'trafficType' in usage,
  extract: (answer, usage, read) => {
    const prompt = read.count(usage, 'promptTokenCount');
    const tool = read.count(usage, 'toolUsePromptTokenCount');
    const cached = read.count(usage, 'cachedContentTokenCount');
    const thoughts = read.count(usage, 'thoughtsTokenCount');
    const total = read.count(usage, 'totalTokenCount');
    const candidates = read.count(usage, 'candidatesTokenCount') ?? read.count(usage, 'responseTokenCount');
    const input = sumCounts(prompt, tool);
    const output = outputBesideThoughts(input, candidates, thoughts, total);
    read.reconcile('totalTokenCount', total, sumCounts(input, output));

    const split = (name: string) => byModality(usage[name], 'tokenCount', read);
    const promptSplit = byModality(usage['promptTokensDetails'] ?? usage['promptTokenDetails'], 'tokenCount', read);
    return {
      meters: definedMeters({
        input_tokens: input,
        output_tokens: output,
        cache_read_tokens: cached,
        input_tool_tokens: tool,
        output_reasoning_tokens: thoughts,
        ...modalCounts({
          prompt: promptSplit,
          tool: split('toolUsePromptTokensDetails'),
          cached: cachedByModality(split('cacheTokensDetails'), cached, promptSplit, prompt),
          output: byModality(usage['candidatesTokensDetails'] ?? usage['responseTokensDetails'], 'tokenCount', read),
        }),
        ...grounding(answer),
      }),
      context: contextOf(usage),
    };
  },
};

const COUNTS = [
  'promptTokenCount',
  'candidatesTokenCount',
  'responseTokenCount',
  'thoughtsTokenCount',
  'totalTokenCount',
];

const TIERS: ReadonlyMap<string, string> = new Map([
  ['ON_DEMAND', 'standard'],
  ['ON_DEMAND_PRIORITY', 'priority'],
  ['ON_DEMAND_FLEX', 'flex'],
  ['ON_DEMAND_OFFPEAK', 'offpeak'],
]);

/** Vertex says by its kind of traffic what the Gemini API says by its tier; one vocabulary serves both. */
function contextOf(usage: JsonObject): PricingContext {
  const { serviceTier, trafficType } = usage;
  if (typeof serviceTier === 'string') return { service_tier: serviceTier.toLowerCase() };
  if (typeof trafficType !== 'string' || trafficType === 'TRAFFIC_TYPE_UNSPECIFIED') return {};
  return { service_tier: TIERS.get(trafficType) ?? trafficType.toLowerCase() };
}

/**
 * Searches that grounded the answer. Models before Gemini 3 are billed by the grounded prompt, later ones by the query;
 * maps by the grounded prompt. Source: Gemini API pricing, Grounding, read 2026-11-23.
 */
function grounding(answer: JsonObject): ReadCounts {
  const found = objectsOf(answer['candidates'])
    .map((candidate) => candidate['groundingMetadata'])
    .filter(isObject);
  const queries = found.flatMap(({ webSearchQueries }) => (Array.isArray(webSearchQueries) ? webSearchQueries : []));
  const model = answer['modelVersion'];
  const isByPrompt = typeof model === 'string' && /^(models\/)?gemini-[12]\b/.test(model);
  const onMaps = found.some(({ groundingChunks }) => objectsOf(groundingChunks).some((chunk) => 'maps' in chunk));
  return {
    web_searches: queries.length === 0 ? undefined : isByPrompt ? 1 : queries.length,
    map_searches: onMaps ? 1 : undefined,
  };
}
