import { contextOf } from './openai-context.ts';
import { definedMeters, type UsageSource } from './usage-source.ts';

/**
 * OpenAI chat completions and legacy completions, and every host that speaks the same shape.
 * `prompt_tokens` holds cached, written and audio tokens; `completion_tokens` holds reasoning, audio and rejected prediction tokens.
 * Source: OpenAI API reference, CompletionUsage, read 2026-11-20.
 */
export const openaiChat: UsageSource = {
  name: 'openai.chat',
  providers: ['openai', 'azure.ai.openai', 'anthropic'],
  apis: ['chat', 'completions', 'chat_completions'],
  convention: 'cache_included',
  matches: (usage) => 'prompt_tokens' in usage && 'completion_tokens' in usage,
  extract: (body, usage, read) => ({
    meters: definedMeters({
      input_tokens: read.count(usage, 'prompt_tokens'),
      output_tokens: read.count(usage, 'completion_tokens'),
      cache_read_tokens: read.count(usage, 'prompt_tokens_details', 'cached_tokens'),
      cache_write_tokens: read.count(usage, 'prompt_tokens_details', 'cache_write_tokens'),
      input_audio_tokens: read.count(usage, 'prompt_tokens_details', 'audio_tokens'),
      input_image_tokens: read.count(usage, 'prompt_tokens_details', 'image_tokens'),
      output_reasoning_tokens: read.count(usage, 'completion_tokens_details', 'reasoning_tokens'),
      output_audio_tokens: read.count(usage, 'completion_tokens_details', 'audio_tokens'),
    }),
    context: contextOf(body, usage),
  }),
};
