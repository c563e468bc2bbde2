import { isInstanceOfName } from '../reading/is-instance-of-name.ts';
import { wrapMethod } from '../stainless/wrap-method.ts';
import { speech, transcription, translation } from './openai/media-operations.ts';
import { chat, embeddings } from './openai/operations.ts';
import type { Provider } from './provider.ts';

/**
 * The `groq-sdk` SDK, of the same generator as openai's and with its words. Streams report usage unasked, in `x_groq`.
 * Source: groq-sdk 1.6.0, resources/, read 2026-11-23.
 */
export const groq: Provider = {
  library: 'groq-sdk',
  clientClass: 'Groq',
  testedMajors: [1],
  flavour: 'groq',
  wrap: wrapMethod,
  isClient: (client) => isInstanceOfName(client, 'Groq'),
  methods: [
    { classPath: ['Chat', 'Completions'], clientPath: ['chat', 'completions'], method: 'create', operation: chat },
    { classPath: ['Embeddings'], clientPath: ['embeddings'], method: 'create', operation: embeddings },
    {
      classPath: ['Audio', 'Transcriptions'],
      clientPath: ['audio', 'transcriptions'],
      method: 'create',
      operation: transcription,
    },
    {
      classPath: ['Audio', 'Translations'],
      clientPath: ['audio', 'translations'],
      method: 'create',
      operation: translation,
    },
    { classPath: ['Audio', 'Speech'], clientPath: ['audio', 'speech'], method: 'create', operation: speech },
  ],
  providerOf: () => undefined,
  mayAskForUsage: () => false,
  refusalBody: (_status, code, message) => ({ error: { message, type: code, code } }),
};
