import { isObject, usageProvider } from '@costspan/usage';
import { wrapPlain } from '../plain/wrap-plain.ts';
import type { PatchedMethod, PlainRequest, Provider } from '../providers/provider.ts';
import { embeddingModel, languageModel } from './ai-sdk/operations.ts';

/**
 * The Vercel AI SDK. Its providers speak HTTP by themselves, so its models are where requests are seen: version 7 tells its
 * telemetry registry of every request (`join-telemetry.ts`); in versions 5 and 6 `instrumentClient(model)` observes a model.
 * Source: ai 5.0.277, 6.0.326 and 7.0.173; @ai-sdk/provider, language model specifications 2 to 4, read 2026-11-23.
 */
export const aiSdk: Provider = {
  library: 'ai',
  clientClass: 'LanguageModel',
  testedMajors: [5, 6, 7],
  flavour: 'ai_sdk',
  wrap: wrapPlain,
  isClient: (client) => 'specificationVersion' in client && 'modelId' in client,
  methods: [
    method('doGenerate', languageModel),
    method('doStream', languageModel),
    { ...method('doEmbed', embeddingModel), optional: true },
  ],
  providerOf: () => undefined,
  refusalBody: (_status, code, message) => ({ error: { message, type: code, code } }),
};

function method(name: string, operation: PatchedMethod['operation']): PatchedMethod {
  return {
    classPath: [],
    clientPath: [],
    method: name,
    operation,
    request: ([options], model) => requestOf(options, model, name === 'doStream'),
  };
}

/** @param model a model, or what the telemetry registry says of one: `provider` and `modelId`. */
function requestOf(options: unknown, model: object, isStreamed: boolean): PlainRequest {
  const asked = isObject(options) ? options : {};
  const { provider, modelId } = model as { readonly provider?: unknown; readonly modelId?: unknown };
  return {
    params: { ...asked, model: modelId, ...(isStreamed ? { stream: true } : {}) },
    signal: asked['abortSignal'],
    provider: typeof provider === 'string' ? providerName(provider) : 'ai_sdk',
  };
}

/** `openai.responses`, `google.vertex.chat`, `amazon-bedrock`: the vendor and then which of its APIs. */
function providerName(name: string): string {
  if (name.startsWith('google.vertex')) return 'gcp.vertex_ai';
  if (name.startsWith('google.')) return 'gcp.gemini';
  return usageProvider(name.split('.')[0] ?? name);
}
