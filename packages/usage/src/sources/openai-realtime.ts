import { definedMeters } from './add-meters.ts';
import type { UsageSource } from './usage-source.ts';

/**
 * OpenAI Realtime, `response.done`. Counts are split by modality, cached ones too; both splits are parts of `input_tokens`.
 * Source: OpenAI API reference, RealtimeResponseUsage, read 2026-11-23.
 */
export const openaiRealtime: UsageSource = {
  name: 'openai.realtime',
  providers: ['openai', 'azure.ai.openai', 'x_ai'],
  apis: ['realtime'],
  convention: 'cache_included',
  matches: (usage) => ('input_token_details' in usage || 'output_token_details' in usage) && !('type' in usage),
  extract: (_answer, usage, read) => {
    const input = read.count(usage, 'input_tokens');
    const output = read.count(usage, 'output_tokens');
    if (input !== undefined && output !== undefined) {
      read.reconcile('total_tokens', read.count(usage, 'total_tokens'), input + output);
    }
    const cached = (modality: string) =>
      read.count(usage, 'input_token_details', 'cached_tokens_details', `${modality}_tokens`);
    return {
      meters: definedMeters({
        input_tokens: input,
        output_tokens: output,
        cache_read_tokens: read.count(usage, 'input_token_details', 'cached_tokens'),
        input_text_tokens: read.count(usage, 'input_token_details', 'text_tokens'),
        input_audio_tokens: read.count(usage, 'input_token_details', 'audio_tokens'),
        input_image_tokens: read.count(usage, 'input_token_details', 'image_tokens'),
        cache_text_read_tokens: cached('text'),
        cache_audio_read_tokens: cached('audio'),
        cache_image_read_tokens: cached('image'),
        output_text_tokens: read.count(usage, 'output_token_details', 'text_tokens'),
        output_audio_tokens: read.count(usage, 'output_token_details', 'audio_tokens'),
      }),
    };
  },
};
