import { definedMeters } from './add-meters.ts';
import { isObject, type JsonObject } from './json-object.ts';
import type { UsageSource } from './usage-source.ts';

/**
 * Audio by the second: Whisper transcription and translation, and Live sessions, whose seconds are the whole session's so
 * far (only the last event counts). Older verbose transcripts state the duration beside the text and have no usage object.
 * Source: OpenAI API reference, TranscriptionVerbose and SessionUsage, read 2026-11-23; Groq speech-to-text, same day.
 */
export const openaiAudioSeconds: UsageSource = {
  name: 'openai.audio_seconds',
  providers: ['openai', 'azure.ai.openai', 'groq', 'fireworks', 'together'],
  apis: ['audio', 'transcription', 'transcriptions', 'translations', 'live'],
  convention: 'cache_included',
  locate: (answer) => (isObject(answer['usage']) ? answer['usage'] : transcriptOf(answer)),
  matches: (usage) => 'seconds' in usage,
  extract: (_answer, usage, read) => ({ meters: definedMeters({ seconds: read.seconds(usage, 'seconds') }) }),
};

function transcriptOf(answer: JsonObject): JsonObject | undefined {
  return 'duration' in answer && 'text' in answer ? { seconds: answer['duration'] } : undefined;
}
