import { definedMeters, sumCounts } from './add-meters.ts';
import { isObject, type JsonObject } from './json-object.ts';
import type { UsageSource } from './usage-source.ts';

/**
 * Bedrock's own counts of an InvokeModel call, which every model family has: response headers, or the metrics of a stream's
 * last chunk. They leave cached tokens out of the input, and are the only counts of Mistral, Claude 2, Command and Jurassic.
 * Source: Amazon Bedrock API reference, InvokeModel response headers, read 2026-11-23; recorded responses.
 */
export const bedrockTokenCounts: UsageSource = {
  name: 'bedrock.token_counts',
  providers: ['aws.bedrock'],
  apis: ['invoke', 'embeddings'],
  convention: 'cache_excluded',
  locate: (answer, headers) => metricsOf(answer) ?? headersOf(answer) ?? headersOf(headers),
  matches: (usage) => 'inputTokenCount' in usage || 'outputTokenCount' in usage,
  extract: (_answer, usage, read) => {
    const fresh = read.count(usage, 'inputTokenCount');
    const cacheRead = read.count(usage, 'cacheReadInputTokenCount');
    const cacheWrite = read.count(usage, 'cacheWriteInputTokenCount');
    return {
      meters: definedMeters({
        input_tokens: fresh === undefined ? undefined : sumCounts(fresh, cacheRead, cacheWrite),
        output_tokens: read.count(usage, 'outputTokenCount'),
        cache_read_tokens: cacheRead,
        cache_write_tokens: cacheWrite,
      }),
    };
  },
};

function metricsOf(answer: JsonObject): JsonObject | undefined {
  const metrics = answer['amazon-bedrock-invocationMetrics'];
  return isObject(metrics) ? metrics : undefined;
}

const HEADERS = [
  ['x-amzn-bedrock-input-token-count', 'inputTokenCount'],
  ['x-amzn-bedrock-output-token-count', 'outputTokenCount'],
  ['x-amzn-bedrock-cache-read-input-token-count', 'cacheReadInputTokenCount'],
  ['x-amzn-bedrock-cache-write-input-token-count', 'cacheWriteInputTokenCount'],
] as const;

function headersOf(headers: JsonObject): JsonObject | undefined {
  const counts = HEADERS.filter(([header]) => header in headers).map(([header, name]) => [name, headers[header]]);
  return counts.length === 0 ? undefined : Object.fromEntries(counts);
}
