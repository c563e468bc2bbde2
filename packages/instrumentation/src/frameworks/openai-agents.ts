import { isObject } from '@costspan/usage';
import { wrapPlain } from '../plain/wrap-plain.ts';
import type { PatchedMethod, Provider } from '../providers/provider.ts';
import { agentModel } from './openai-agents/operations.ts';

/**
 * OpenAI Agents. Its own models call the `openai` SDK, which is observed. For models of others `instrumentClient(model)`
 * observes the two methods that every model has. Such a model does not say whose it is: set it with `setClientTags` or price
 * it by its name.
 * Source: @openai/agents 0.20.0, model interface, read 2026-11-23.
 */
export const openaiAgents: Provider = {
  library: '@openai/agents',
  clientClass: 'Model',
  testedMajors: [0],
  flavour: 'openai_agents',
  wrap: wrapPlain,
  isClient: (client) => 'getResponse' in client && 'getStreamedResponse' in client,
  methods: [method('getResponse'), method('getStreamedResponse')],
  providerOf: () => undefined,
  refusalBody: (_status, code, message) => ({ error: { message, type: code, code } }),
};

function method(name: string): PatchedMethod {
  return {
    classPath: [],
    clientPath: [],
    method: name,
    operation: agentModel,
    request: ([asked], model) => {
      const request = isObject(asked) ? asked : {};
      const { model: own } = model as { readonly model?: unknown };
      const isStreamed = name === 'getStreamedResponse';
      return {
        params: { ...request, model: own ?? 'unknown', ...(isStreamed ? { stream: true } : {}) },
        signal: request['signal'],
      };
    },
  };
}
