import type { Meters } from '../meters.ts';
import type { PricingContext } from '../pricing-context.ts';
import { addMeters, definedMeters, sumCounts } from './add-meters.ts';
import type { CountReader } from './count-reader.ts';
import { type JsonObject, objectsOf } from './json-object.ts';
import type { SubUsage, UsageSource } from './usage-source.ts';

/**
 * Anthropic Messages. `input_tokens` leaves out both cache counts, so the parts are added up here.
 * `iterations[]` explains a response made of several model passes: `message` passes are already in the top-level counts,
 * `compaction` passes are billed but are not in them, `advisor_message` passes are billed at their own model, and a pass
 * that was replaced by a `fallback_message` is not billed. The legacy `complete` API reports no usage at all.
 * Source: Anthropic API reference, Usage and BetaUsage, read 2026-11-20; recorded responses.
 */
export const anthropicMessages: UsageSource = {
  name: 'anthropic.messages',
  providers: [
    'anthropic',
    'aws.bedrock',
    'gcp.gemini',
    'gcp.gen_ai',
    'gcp.vertex_ai',
    'azure.ai.inference',
    'azure.ai.openai',
    'litellm',
    'deepseek',
    'minimax',
    'moonshot_ai',
    'zai',
    'zhipuai',
  ],
  apis: ['messages', 'anthropic', 'complete', 'chat', 'invoke'],
  convention: 'cache_excluded',
  // The details object and the total are OpenAI's; Anthropic's shape has neither.
  matches: (usage) =>
    ('input_tokens' in usage || 'output_tokens' in usage) &&
    !('input_tokens_details' in usage || 'total_tokens' in usage || 'type' in usage),
  extract: (_answer, usage, read) => {
    let meters = metersOf(usage, read);
    const subUsages: SubUsage[] = [];
    for (const pass of objectsOf(usage['iterations'])) {
      if (pass['type'] === 'compaction') meters = addMeters(meters, metersOf(pass, read));
      if (pass['type'] === 'advisor_message' && typeof pass['model'] === 'string') {
        subUsages.push({ model: pass['model'], meters: metersOf(pass, read) });
      }
    }
    return { meters, subUsages, context: contextOf(usage) };
  },
};

function metersOf(usage: JsonObject, read: CountReader): Meters {
  const fresh = read.count(usage, 'input_tokens');
  const cacheRead = read.count(usage, 'cache_read_input_tokens');
  const cacheWrite = read.count(usage, 'cache_creation_input_tokens');
  return definedMeters({
    input_tokens: sumCounts(fresh, cacheRead, cacheWrite),
    output_tokens: read.count(usage, 'output_tokens'),
    cache_read_tokens: cacheRead,
    cache_write_tokens: cacheWrite,
    cache_write_5m_tokens: read.count(usage, 'cache_creation', 'ephemeral_5m_input_tokens'),
    cache_write_1h_tokens: read.count(usage, 'cache_creation', 'ephemeral_1h_input_tokens'),
    output_reasoning_tokens: read.count(usage, 'output_tokens_details', 'thinking_tokens'),
    web_searches: read.count(usage, 'server_tool_use', 'web_search_requests'),
    web_fetches: read.count(usage, 'server_tool_use', 'web_fetch_requests'),
  });
}

function contextOf(usage: JsonObject): PricingContext {
  const { service_tier: tier, speed, inference_geo: geo } = usage;
  return {
    ...(typeof tier === 'string' ? { service_tier: tier } : {}),
    ...(typeof speed === 'string' ? { speed } : {}),
    ...(typeof geo === 'string' && geo !== 'not_available' ? { region: geo } : {}),
  };
}
