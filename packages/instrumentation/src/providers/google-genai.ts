import { isObject, type JsonObject } from '@costspan/usage';
import { withHeaders } from '../gateways/send-tags.ts';
import { wrapPlain } from '../plain/wrap-plain.ts';
import { objectAt } from '../reading/text-fields.ts';
import { interaction } from './google-genai/interactions.ts';
import { embedContent, generateContent, generateImages } from './google-genai/operations.ts';
import type { Operation, PatchedMethod, PlainRequest, Provider } from './provider.ts';

/**
 * The `@google/genai` SDK, on the Gemini API and on Vertex. Its public methods are properties of each instance; what they
 * call is on the prototype, once per request: each hop of automatic function calling is a call of its own. Chats go the same
 * way. An interaction is one call, whatever number of requests the SDK makes of it. Live sessions are not observed.
 * Source: @google/genai 1.0.0, 2.32.0 and 3.1.0, dist/node, read 2026-11-23.
 */
export const googleGenai: Provider = {
  library: '@google/genai',
  clientClass: 'GoogleGenAI',
  testedMajors: [1, 2, 3],
  flavour: 'gcp.gemini',
  wrap: wrapPlain,
  isClient: (client) => 'models' in client && 'apiClient' in client,
  prototypeOf: ({ Models, GoogleGenAI }, { clientPath: [resource] }) =>
    resource === 'interactions' ? interactionsOf(GoogleGenAI) : prototypeOf(Models),
  methods: [
    method('generateContentInternal', generateContent),
    method('generateContentStreamInternal', generateContent),
    // Versions before 2 have no inner method for it.
    { ...method('embedContentInternal', embedContent), optional: true },
    { ...method('embedContent', embedContent), optional: true },
    method('generateImagesInternal', generateImages),
    {
      classPath: ['Interactions'],
      clientPath: ['interactions'],
      method: 'create',
      operation: interaction,
      optional: true,
      request: interactionRequest,
    },
  ],
  providerOf: () => undefined,
  refusalBody: (status, code, message) => ({ error: { code: status, message, status: code.toUpperCase() } }),
};

function prototypeOf(owner: unknown): object | undefined {
  return typeof owner === 'function' ? (owner.prototype as object) : undefined;
}

/** That class is not exported: it is found on a client. */
function interactionsOf(owner: unknown): object | undefined {
  if (typeof owner !== 'function' || !('interactions' in owner.prototype)) return undefined;
  const resource: unknown = Reflect.construct(owner, [{ apiKey: 'not-sent', vertexai: false }]).interactions;
  return isObject(resource) ? (Object.getPrototypeOf(resource) as object) : undefined;
}

function interactionRequest([params, options]: readonly unknown[], resource: object): PlainRequest | undefined {
  if (!isObject(params)) return undefined;
  const client = objectAt(objectAt(resource as JsonObject, 'parentClient'), 'clientOptions');
  const given = isObject(options) ? options : {};
  return {
    params: { ...params, model: params['model'] ?? params['agent'] },
    signal: given['signal'] ?? objectAt(given, 'fetch_options')['signal'],
    baseUrl: objectAt(client, 'httpOptions')['baseUrl'],
    ...(client['vertexai'] === true ? { provider: 'gcp.vertex_ai' } : {}),
    withModel: (model) => [{ ...params, model }, ...(options === undefined ? [] : [options])],
  };
}

function method(name: string, operation: Operation): PatchedMethod {
  return {
    classPath: ['Models'],
    clientPath: ['models'],
    method: name,
    operation,
    request: ([params], client) => requestOf(params, client, name),
  };
}

function requestOf(params: unknown, models: object, name: string): PlainRequest | undefined {
  if (!isObject(params)) return undefined;
  const apiClient = objectAt(models as JsonObject, 'apiClient');
  const options = objectAt(apiClient, 'clientOptions');
  const isVertex = options['vertexai'] === true;
  const own = objectAt(objectAt(params, 'config'), 'httpOptions')['baseUrl'];
  return {
    params: name === 'generateContentStreamInternal' ? { ...params, stream: true } : params,
    signal: objectAt(params, 'config')['abortSignal'],
    abortsOnlyBySignal: true,
    baseUrl: own ?? objectAt(options, 'httpOptions')['baseUrl'],
    ...(isVertex ? { provider: 'gcp.vertex_ai' } : {}),
    withFields: ({ headers, params: added = {} }) => {
      const { httpOptions, ...config } = objectAt(params, 'config');
      const options = headers === undefined ? httpOptions : withHeaders(httpOptions, headers);
      return [
        {
          ...params,
          config: { ...config, ...added['config'], ...(options === undefined ? {} : { httpOptions: options }) },
        },
      ];
    },
    withModel: (model) => [{ ...params, model }],
  };
}
