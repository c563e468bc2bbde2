import type { Meters } from '../meters.ts';
import type { PricingContext } from '../pricing-context.ts';
import {
  addMeters,
  type CountReader,
  definedMeters,
  isObject,
  type JsonObject,
  type SubUsage,
  sumCounts,
  type UsageSource,
} from './usage-source.ts';

/**
 * Anthropic Messages. `input_tokens` leaves out both cache counts, so the parts are added up here.
 * `iterations[]` explains a response made of several model passes: `message` passes are already in the top-level counts,
 * `compaction` passes are billed but are not in them, `advisor_message` passes are billed at their own model, and a pass
 * that was replaced by a `fallback_message` is not billed.
 * Source: Anthropic API reference, Usage and BetaUsage, read 2026-11-20; recorded responses.
 */
export const anthropicMessages: UsageSource = {
  name: 'anthropic.messages',
  providers: ['anthropic'],
  apis: ['messages'],
  convention: 'cache_excluded',
  matches: (usage) => 'input_tokens' in usage || 'output_tokens' in usage,
  extract: (_body, usage, read) => {
    let meters = metersOf(usage, read);
    const subUsages: SubUsage[] = [];
    for (const pass of iterationsOf(usage)) {
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

function iterationsOf(usage: JsonObject): JsonObject[] {
  const iterations = usage['iterations'];
  return Array.isArray(iterations) ? iterations.filter(isObject) : [];
}

function contextOf(usage: JsonObject): PricingContext {
  const { service_tier: tier, speed, inference_geo: geo } = usage;
  return {
    ...(typeof tier === 'string' ? { service_tier: tier } : {}),
    ...(typeof speed === 'string' ? { speed } : {}),
    ...(typeof geo === 'string' && geo !== 'not_available' ? { region: geo } : {}),
  };
}
