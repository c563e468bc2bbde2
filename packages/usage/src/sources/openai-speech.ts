import { definedMeters } from './add-meters.ts';
import { isObject } from './json-object.ts';
import type { UsageSource } from './usage-source.ts';

const EVENT = 'speech.audio.done';

/**
 * OpenAI speech. Only the event that ends a stream (`speech.audio.done`) states usage; a plain answer is audio bytes, billed
 * by the characters of the request, which no answer repeats. Every token of the answer is audio.
 * Source: OpenAI API reference, speech stream events, read 2026-11-23.
 */
export const openaiSpeech: UsageSource = {
  name: 'openai.speech',
  providers: ['openai', 'azure.ai.openai'],
  apis: ['speech', 'audio_speech'],
  convention: 'cache_included',
  // The usage object alone looks like any other of two counts; the event around it tells.
  locate: ({ type, usage }) => (type === EVENT && isObject(usage) ? { ...usage, type } : undefined),
  matches: (usage) => usage['type'] === EVENT,
  extract: (_answer, usage, read) => {
    const output = read.count(usage, 'output_tokens');
    return {
      meters: definedMeters({
        input_tokens: read.count(usage, 'input_tokens'),
        output_tokens: output,
        output_audio_tokens: output,
      }),
    };
  },
};
