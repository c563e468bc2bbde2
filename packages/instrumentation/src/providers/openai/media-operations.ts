import {
  type ExtractedUsage,
  extractUsage,
  isObject,
  type JsonObject,
  openaiAudioTokens,
  openaiImages,
} from '@costspan/usage';
import { noUsage, readNothing } from '../../reading/nothing-said.ts';
import type { Operation, Reading, StreamFold } from '../provider.ts';

/** Images. A stream of partial images reports its usage in the event that ends it. */
export const imageGeneration: Operation = {
  name: 'image_generation',
  api: 'images',
  usage: openaiImages,
  constants: {},
  usageOnRequest: false,
  requestAttributes: () => ({}),
  extract: byShape('images'),
  read: readNothing,
  fold: () => lastEventFold((type) => type.endsWith('.completed')),
};

export const transcription: Operation = {
  name: 'transcription',
  api: 'transcription',
  usage: openaiAudioTokens,
  constants: {},
  usageOnRequest: false,
  requestAttributes: () => ({}),
  extract: byShape('transcription'),
  read: readNothing,
  fold: () => lastEventFold((type) => type === 'transcript.text.done'),
};

export const translation: Operation = { ...transcription, name: 'translation' };

/**
 * Speech answers with bytes, and no count. Models that are billed by the character are billed by those of the request, which
 * are there to be counted; it is our count and not the provider's, so it is called estimated.
 */
export const speech: Operation = {
  name: 'speech',
  api: 'speech',
  usage: noUsage,
  constants: {},
  usageOnRequest: false,
  requestAttributes: () => ({}),
  bodyOf: (_answer, { input, model }) =>
    typeof input === 'string' && typeof model === 'string' && model.startsWith('tts-')
      ? { input_characters: [...input].length }
      : undefined,
  extract: ({ input_characters: characters }) => ({
    usage:
      typeof characters === 'number'
        ? { meters: { input_characters: characters }, status: 'estimated' }
        : { meters: {}, status: 'unavailable' },
    context: {},
    subUsages: [],
    findings: [],
  }),
  read: readNothing,
  fold: () => lastEventFold((type) => type === 'speech.audio.done'),
};

/** Moderations are free and report nothing; they are calls all the same. */
export const moderation: Operation = {
  name: 'moderation',
  api: 'moderations',
  usage: noUsage,
  isOwnShape: true,
  constants: {},
  usageOnRequest: false,
  requestAttributes: () => ({}),
  read: ({ id, model }): Reading => ({
    ...(typeof id === 'string' ? { id } : {}),
    ...(typeof model === 'string' ? { model } : {}),
    finishReasons: [],
    attributes: {},
  }),
  fold: () => lastEventFold(() => false),
};

/** These answers come in several shapes: by the token, by the second, by the image. */
function byShape(api: string): (body: JsonObject, provider: string) => ExtractedUsage {
  return (body, provider) => extractUsage({ provider, api, body });
}

/** Keeps the one event that reports. */
function lastEventFold(isLast: (type: string) => boolean): StreamFold {
  let last: JsonObject | undefined;
  return {
    add(event) {
      if (typeof event['type'] === 'string' && isLast(event['type'])) last = event;
    },
    isComplete: () => last !== undefined,
    body: () => (isObject(last?.['usage']) ? { usage: last['usage'], type: last['type'] } : undefined),
  };
}
