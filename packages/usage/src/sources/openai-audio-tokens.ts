import { definedMeters } from './add-meters.ts';
import type { UsageSource } from './usage-source.ts';

/**
 * OpenAI transcription by the token (the gpt-4o-transcribe models).
 * Source: OpenAI API reference, Transcription, read 2026-11-23.
 */
export const openaiAudioTokens: UsageSource = {
  name: 'openai.audio_tokens',
  providers: ['openai', 'azure.ai.openai'],
  apis: ['audio', 'transcription', 'transcriptions', 'translations'],
  convention: 'cache_included',
  matches: (usage) => usage['type'] === 'tokens' && 'input_tokens' in usage,
  extract: (_answer, usage, read) => {
    const input = read.count(usage, 'input_tokens');
    const output = read.count(usage, 'output_tokens');
    if (input !== undefined && output !== undefined) {
      read.reconcile('total_tokens', read.count(usage, 'total_tokens'), input + output);
    }
    return {
      meters: definedMeters({
        input_tokens: input,
        output_tokens: output,
        input_text_tokens: read.count(usage, 'input_token_details', 'text_tokens'),
        input_audio_tokens: read.count(usage, 'input_token_details', 'audio_tokens'),
      }),
    };
  },
};
