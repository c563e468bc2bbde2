import type { ReadCounts } from './add-meters.ts';
import type { CountReader } from './count-reader.ts';
import type { JsonObject } from './json-object.ts';
import { outputHoldingThoughts } from './whole-output.ts';

/**
 * The counts of a chat completion usage object, as OpenAI and all who copy it write them. `prompt_tokens` holds cached,
 * written and modal tokens; `completion_tokens` holds audio and rejected prediction tokens, and reasoning unless the total
 * says otherwise. Together and Moonshot write `cached_tokens` beside the prompt count instead of below it.
 */
export function chatCounts(usage: JsonObject, read: CountReader): ReadCounts {
  const input = read.count(usage, 'prompt_tokens');
  const reasoning = read.count(usage, 'completion_tokens_details', 'reasoning_tokens');
  const total = read.count(usage, 'total_tokens');
  const output = outputHoldingThoughts(input, read.count(usage, 'completion_tokens'), reasoning, total);
  if (input !== undefined && output !== undefined) read.reconcile('total_tokens', total, input + output);
  return {
    input_tokens: input,
    output_tokens: output,
    cache_read_tokens:
      read.count(usage, 'prompt_tokens_details', 'cached_tokens') ?? read.count(usage, 'cached_tokens'),
    cache_write_tokens: read.count(usage, 'prompt_tokens_details', 'cache_write_tokens'),
    input_audio_tokens: read.count(usage, 'prompt_tokens_details', 'audio_tokens'),
    input_image_tokens: read.count(usage, 'prompt_tokens_details', 'image_tokens'),
    input_video_tokens: read.count(usage, 'prompt_tokens_details', 'video_tokens'),
    output_reasoning_tokens: reasoning,
    output_audio_tokens: read.count(usage, 'completion_tokens_details', 'audio_tokens'),
    output_image_tokens: read.count(usage, 'completion_tokens_details', 'image_tokens'),
  };
}

/** True for a usage object that counts both sides in OpenAI's chat words. */
export function isChatUsage(usage: JsonObject): boolean {
  return 'prompt_tokens' in usage && 'completion_tokens' in usage;
}
