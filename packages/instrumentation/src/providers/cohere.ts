import { isObject, type JsonObject } from '@costspan/usage';
import { withHeaders } from '../gateways/send-tags.ts';
import { wrapPlain } from '../plain/wrap-plain.ts';
import { objectAt } from '../reading/text-fields.ts';
import { chat, embed, rerank } from './cohere/operations.ts';
import type { Operation, PatchedMethod, PlainRequest, Provider } from './provider.ts';

/**
 * The `cohere-ai` SDK, both versions of its API. What the application gets (`HttpResponsePromise`) is made of what a method
 * of the same name with two underscores returns; that one is observed, on the class that the v2 client holds and does not
 * export, and on the v1 client. Clients made earlier are seen too.
 * Source: cohere-ai 7.21.0 and 8.1.0, ClientV2.js and Client.js, read 2026-11-23.
 */
export const cohere: Provider = {
  library: 'cohere-ai',
  clientClass: 'CohereClient',
  testedMajors: [7, 8],
  flavour: 'cohere',
  wrap: wrapPlain,
  isClient: (client) => 'clientV2' in client || 'checkApiKey' in client,
  prototypeOf: ({ CohereClient, CohereClientV2 }, { clientPath }) => {
    if (clientPath.length === 0) {
      // The exported class extends the one that has the methods.
      return typeof CohereClient === 'function' ? (CohereClient.prototype as object) : undefined;
    }
    if (typeof CohereClientV2 !== 'function') return undefined;
    const inner = objectAt(Reflect.construct(CohereClientV2, [{ token: 'not-sent' }]), 'clientV2');
    return Object.getPrototypeOf(inner) as object;
  },
  methods: [...methodsOf('V2Client', ['clientV2']), ...methodsOf('CohereClient', [])],
  providerOf: () => undefined,
  refusalBody: (_status, _code, message) => ({ message }),
};

function methodsOf(owner: string, clientPath: readonly string[]): PatchedMethod[] {
  const method = (name: string, operation: Operation): PatchedMethod => ({
    classPath: [owner],
    clientPath,
    method: name,
    operation,
    request: ([params, options], client) => requestOf(params, options, client, name),
  });
  return [method('__chat', chat), method('__chatStream', chat), method('__embed', embed), method('__rerank', rerank)];
}

function requestOf(params: unknown, options: unknown, client: object, method: string): PlainRequest | undefined {
  if (!isObject(params)) return undefined;
  const settings = objectAt(client as JsonObject, '_options');
  const host = [settings['baseUrl'], settings['environment']].find((base) => typeof base === 'string');
  return {
    params: method === '__chatStream' ? { ...params, stream: true } : params,
    signal: isObject(options) ? options['abortSignal'] : undefined,
    baseUrl: host ?? 'https://api.cohere.com',
    withFields: ({ headers = {} }) => [params, withHeaders(options, headers)],
    withModel: (model) => [{ ...params, model }, ...(options === undefined ? [] : [options])],
  };
}
