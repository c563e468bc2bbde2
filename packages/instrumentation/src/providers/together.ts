import { isInstanceOfName } from '../reading/is-instance-of-name.ts';
import { wrapMethod } from '../stainless/wrap-method.ts';
import { imageGeneration } from './openai/media-operations.ts';
import { chat, embeddings, legacyCompletions } from './openai/operations.ts';
import type { Provider } from './provider.ts';

/**
 * The `together-ai` SDK, of the same generator as openai's and with its words. Streams report usage unasked, in the last
 * chunk. Source: together-ai 0.52.0, resources/, read 2026-11-23.
 */
export const together: Provider = {
  library: 'together-ai',
  clientClass: 'Together',
  testedMajors: [0],
  flavour: 'together',
  wrap: wrapMethod,
  isClient: (client) => isInstanceOfName(client, 'Together'),
  methods: [
    { classPath: ['Chat', 'Completions'], clientPath: ['chat', 'completions'], method: 'create', operation: chat },
    { classPath: ['Completions'], clientPath: ['completions'], method: 'create', operation: legacyCompletions },
    { classPath: ['Embeddings'], clientPath: ['embeddings'], method: 'create', operation: embeddings },
    { classPath: ['Images'], clientPath: ['images'], method: 'generate', operation: imageGeneration },
  ],
  providerOf: () => undefined,
  mayAskForUsage: () => false,
  refusalBody: (_status, code, message) => ({ error: { message, type: code, code } }),
};
