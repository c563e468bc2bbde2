import type { ReadCounts } from './add-meters.ts';
import type { CountReader } from './count-reader.ts';
import type { JsonObject } from './json-object.ts';

/**
 * The counts of a Responses usage object, as OpenAI and all who copy it write them. Cached and written tokens are part of
 * `input_tokens`, reasoning is part of `output_tokens`.
 */
export function responsesCounts(usage: JsonObject, read: CountReader): ReadCounts {
  const input = read.count(usage, 'input_tokens');
  const output = read.count(usage, 'output_tokens');
  if (input !== undefined && output !== undefined) {
    read.reconcile('total_tokens', read.count(usage, 'total_tokens'), input + output);
  }
  return {
    input_tokens: input,
    output_tokens: output,
    cache_read_tokens: read.count(usage, 'input_tokens_details', 'cached_tokens'),
    cache_write_tokens: read.count(usage, 'input_tokens_details', 'cache_write_tokens'),
    cache_write_30m_tokens: read.count(usage, 'input_tokens_details', 'cache_write_tokens_details', 'ttl_30m_tokens'),
    cache_write_12h_tokens: read.count(usage, 'input_tokens_details', 'cache_write_tokens_details', 'ttl_12h_tokens'),
    output_reasoning_tokens: read.count(usage, 'output_tokens_details', 'reasoning_tokens'),
  };
}

/** True for a usage object that counts both sides in the words of Responses. */
export function isResponsesUsage(usage: JsonObject): boolean {
  return 'input_tokens' in usage && 'output_tokens' in usage;
}
