import type { JsonObject } from '@costspan/usage';
import { wrapMethod } from '../stainless/wrap-method.ts';
import { imageGeneration, moderation, speech, transcription, translation } from './openai/media-operations.ts';
import { chat, embeddings, legacyCompletions, responses } from './openai/operations.ts';
import type { Provider } from './provider.ts';

/**
 * The `openai` SDK. `parse`, `stream` and `runTools` go through `create`, so `create` is the one place where a request is
 * made. Azure, Bedrock and other vendors share these classes: the client and its host say whose model it is.
 * Source: openai 4.104.0 to 7.57.0, resources/, read 2026-11-23.
 */
export const openai: Provider = {
  library: 'openai',
  clientClass: 'OpenAI',
  testedMajors: [4, 5, 6, 7],
  wrap: wrapMethod,
  flavour: 'openai',
  methods: [
    {
      classPath: ['Chat', 'Completions'],
      clientPath: ['chat', 'completions'],
      method: 'create',
      operation: chat,
    },
    { classPath: ['Responses'], clientPath: ['responses'], method: 'create', operation: responses },
    {
      classPath: ['Beta', 'Responses'],
      clientPath: ['beta', 'responses'],
      method: 'create',
      operation: responses,
      optional: true,
    },
    { classPath: ['Completions'], clientPath: ['completions'], method: 'create', operation: legacyCompletions },
    { classPath: ['Embeddings'], clientPath: ['embeddings'], method: 'create', operation: embeddings },
    { classPath: ['Images'], clientPath: ['images'], method: 'generate', operation: imageGeneration },
    { classPath: ['Images'], clientPath: ['images'], method: 'edit', operation: imageGeneration },
    { classPath: ['Images'], clientPath: ['images'], method: 'createVariation', operation: imageGeneration },
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
    { classPath: ['Moderations'], clientPath: ['moderations'], method: 'create', operation: moderation },
  ],
  // AzureOpenAI alone has both fields. Its host does not always tell: a private endpoint is anybody's name.
  providerOf: (client) => ('apiVersion' in client && 'deploymentName' in client ? 'azure.ai.openai' : undefined),
  mayAskForUsage,
  refusalBody: (_status, code, message) => ({ error: { message, type: code, code, param: null } }),
};

/**
 * Azure takes the option since API version 2024-09-01-preview, and never together with `data_sources`.
 * Source: https://github.com/griptape-ai/griptape/issues/1640, https://github.com/openai/openai-python/issues/2296.
 */
function mayAskForUsage(client: object, params: JsonObject): boolean {
  if ('data_sources' in params) return false;
  const version = 'apiVersion' in client ? client.apiVersion : undefined;
  return typeof version !== 'string' || !/^\d{4}-/.test(version) || version >= '2024-09-01';
}
