import { isObject, usageProvider } from '@costspan/usage';
import { wrapPlain } from '../plain/wrap-plain.ts';
import type { PatchedMethod, PlainRequest, Provider } from '../providers/provider.ts';
import { chatModel } from './langchain/operations.ts';

/**
 * LangChain's chat models. Most of them call an SDK that is observed, and then there is nothing to do. For the others
 * `instrumentClient(model)` observes the two methods in which every chat model makes its requests.
 * Source: @langchain/core 1.4.0, language_models/chat_models, read 2026-11-23.
 */
export const langchain: Provider = {
  library: '@langchain/core',
  clientClass: 'BaseChatModel',
  testedMajors: [1],
  flavour: 'langchain',
  wrap: wrapPlain,
  isClient: (client) => 'lc_namespace' in client && '_generate' in client,
  methods: [method('_generate'), { ...method('_streamResponseChunks'), optional: true }],
  providerOf: () => undefined,
  refusalBody: (_status, code, message) => ({ error: { message, type: code, code } }),
};

function method(name: string): PatchedMethod {
  return {
    classPath: [],
    clientPath: [],
    method: name,
    operation: chatModel,
    request: ([, options], model) => requestOf(options, model as ChatModel, name === '_streamResponseChunks'),
  };
}

interface ChatModel {
  readonly model?: unknown;
  readonly modelName?: unknown;
  readonly temperature?: unknown;
  readonly maxTokens?: unknown;
  getLsParams?(options: object): unknown;
}

function requestOf(options: unknown, model: ChatModel, isStreamed: boolean): PlainRequest {
  const asked = isObject(options) ? options : {};
  const described = model.getLsParams?.(asked);
  const stated = isObject(described) ? described['ls_provider'] : undefined;
  const { temperature, maxTokens } = model;
  return {
    params: { temperature, maxTokens, model: model.model ?? model.modelName, ...(isStreamed ? { stream: true } : {}) },
    signal: asked['signal'],
    provider: typeof stated === 'string' ? usageProvider(stated) : 'langchain',
  };
}
