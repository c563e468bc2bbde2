import { isObject, type JsonObject } from '@costspan/usage';
import { withHeaders } from '../gateways/send-tags.ts';
import { wrapPlain } from '../plain/wrap-plain.ts';
import { isInstanceOfName } from '../reading/is-instance-of-name.ts';
import { objectAt } from '../reading/text-fields.ts';
import { conversation } from './mistral/conversations.ts';
import { chat, embeddings, fim, ocr, transcription } from './mistral/operations.ts';
import type { Operation, PatchedMethod, PlainRequest, Provider } from './provider.ts';

/**
 * The `@mistralai/mistralai` SDK. Its resource classes are not exported: they are found on a client. `parse` does not go
 * through `complete`, so both are observed.
 * Source: @mistralai/mistralai 1.15.1 and 2.5.0, sdk/ and funcs/, read 2026-11-23.
 */
export const mistral: Provider = {
  library: '@mistralai/mistralai',
  clientClass: 'Mistral',
  testedMajors: [1, 2],
  flavour: 'mistral_ai',
  wrap: wrapPlain,
  isClient: (client) => isInstanceOfName(client, 'Mistral') || ('fim' in client && 'ocr' in client),
  prototypeOf: ({ Mistral }, { clientPath }) => {
    if (typeof Mistral !== 'function') return undefined;
    let resource: unknown = Reflect.construct(Mistral, [{ apiKey: 'not-sent' }]);
    for (const name of clientPath) resource = isObject(resource) ? resource[name] : undefined;
    return isObject(resource) ? (Object.getPrototypeOf(resource) as object) : undefined;
  },
  methods: [
    ...methods(chat, ['chat'], ['complete', 'stream', 'parse', 'parseStream']),
    ...methods(fim, ['fim'], ['complete', 'stream']),
    ...methods(chat, ['agents'], ['complete', 'stream']),
    ...methods(embeddings, ['embeddings'], ['create']),
    ...methods(ocr, ['ocr'], ['process']),
    ...methods(transcription, ['audio', 'transcriptions'], ['complete', 'stream']),
    ...methods(
      conversation,
      ['beta', 'conversations'],
      ['start', 'append', 'restart', 'startStream', 'appendStream', 'restartStream'],
    ),
  ],
  providerOf: () => undefined,
  refusalBody: (_status, code, message) => ({ object: 'error', message, type: code, code }),
};

function methods(operation: Operation, clientPath: readonly string[], names: readonly string[]): PatchedMethod[] {
  const classPath = clientPath.map((name) => name[0]?.toUpperCase() + name.slice(1));
  return names.map((method) => ({
    classPath,
    clientPath,
    method,
    operation,
    optional: true as const,
    request: ([params, options], client) => requestOf(params, options, client, method),
  }));
}

function requestOf(params: unknown, options: unknown, client: object, method: string): PlainRequest | undefined {
  if (!isObject(params)) return undefined;
  const given: JsonObject = isObject(options) ? options : {};
  const { _baseURL: base } = client as { readonly _baseURL?: unknown };
  return {
    params: isStreamed(method) ? { ...params, stream: true } : params,
    signal: given['signal'] ?? objectAt(given, 'fetchOptions')['signal'],
    baseUrl: given['serverURL'] ?? base ?? 'https://api.mistral.ai',
    withFields: ({ headers = {} }) => [params, withHeaders(options, headers)],
    // A request that goes on a conversation has no model to change.
    ...('model' in params
      ? { withModel: (model: string) => [{ ...params, model }, ...(options === undefined ? [] : [options])] }
      : {}),
  };
}

function isStreamed(method: string): boolean {
  return method === 'stream' || method.endsWith('Stream');
}
