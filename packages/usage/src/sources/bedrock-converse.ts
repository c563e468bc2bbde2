import type { PricingContext } from '../pricing-context.ts';
import { definedMeters, sumCounts } from './add-meters.ts';
import type { CountReader } from './count-reader.ts';
import { isObject, type JsonObject, objectsOf } from './json-object.ts';
import type { UsageSource } from './usage-source.ts';

/**
 * Bedrock Converse and ConverseStream, and Nova through InvokeModel, which ends its cache counts in `TokenCount`.
 * `inputTokens` leaves out both cache counts; the total holds them.
 * Source: Amazon Bedrock API reference, TokenUsage and CacheDetail, read 2026-11-23; recorded responses.
 */
export const bedrockConverse: UsageSource = {
  name: 'bedrock.converse',
  providers: ['aws.bedrock'],
  apis: ['converse', 'chat', 'invoke'],
  convention: 'cache_excluded',
  matches: (usage) => 'inputTokens' in usage || 'outputTokens' in usage,
  extract: (answer, usage, read) => {
    const cacheRead = read.count(usage, 'cacheReadInputTokens') ?? read.count(usage, 'cacheReadInputTokenCount');
    const cacheWrite = read.count(usage, 'cacheWriteInputTokens') ?? read.count(usage, 'cacheWriteInputTokenCount');
    const fresh = read.count(usage, 'inputTokens');
    // Cached tokens alone are not the prompt.
    const input = fresh === undefined ? undefined : sumCounts(fresh, cacheRead, cacheWrite);
    const output = read.count(usage, 'outputTokens');
    read.reconcile('totalTokens', read.count(usage, 'totalTokens'), sumCounts(input, output));
    return {
      meters: definedMeters({
        input_tokens: input,
        output_tokens: output,
        cache_read_tokens: cacheRead,
        cache_write_tokens: cacheWrite,
        cache_write_5m_tokens: written(usage, '5m', read),
        cache_write_1h_tokens: written(usage, '1h', read),
      }),
      context: contextOf(answer),
    };
  },
};

function written(usage: JsonObject, ttl: string, read: CountReader): number | undefined {
  const details = objectsOf(usage['cacheDetails']).filter((detail) => detail['ttl'] === ttl);
  return sumCounts(...details.map((detail) => read.count(detail, 'inputTokens')));
}

function contextOf({ serviceTier, performanceConfig }: JsonObject): PricingContext {
  const tier = isObject(serviceTier) ? serviceTier['type'] : undefined;
  const latency = isObject(performanceConfig) ? performanceConfig['latency'] : undefined;
  return {
    ...(typeof tier === 'string' ? { service_tier: tier } : {}),
    ...(typeof latency === 'string' ? { speed: latency } : {}),
  };
}
