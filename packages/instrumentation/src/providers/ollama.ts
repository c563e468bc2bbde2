import { isObject } from '@costspan/usage';
import { wrapPlain } from '../plain/wrap-plain.ts';
import { objectAt } from '../reading/text-fields.ts';
import { chat, embed, generate } from './ollama/operations.ts';
import type { Operation, PatchedMethod, PlainRequest, Provider } from './provider.ts';

/**
 * The `ollama` SDK. The client that the module exports ready-made is of the same class.
 * Source: ollama 0.6.4, dist/index.mjs, read 2026-11-23.
 */
export const ollama: Provider = {
  library: 'ollama',
  clientClass: 'Ollama',
  testedMajors: [0],
  flavour: 'ollama',
  wrap: wrapPlain,
  isClient: (client) => 'ongoingStreamedRequests' in client,
  prototypeOf: ({ Ollama }) => (typeof Ollama === 'function' ? (Ollama.prototype as object) : undefined),
  methods: [method('chat', chat), method('generate', generate), method('embed', embed), method('embeddings', embed)],
  providerOf: () => undefined,
  refusalBody: (_status, _code, message) => ({ error: message }),
};

function method(name: string, operation: Operation): PatchedMethod {
  return { classPath: ['Ollama'], clientPath: [], method: name, operation, request: requestOf };
}

function requestOf([params]: readonly unknown[], client: object): PlainRequest | undefined {
  if (!isObject(params)) return undefined;
  return {
    params,
    baseUrl: isObject(client) ? objectAt(client, 'config')['host'] : undefined,
    withModel: (model) => [{ ...params, model }],
  };
}
