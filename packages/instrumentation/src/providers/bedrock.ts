import { isObject, type JsonObject } from '@costspan/usage';
import { wrapPlain } from '../plain/wrap-plain.ts';
import { objectAt } from '../reading/text-fields.ts';
import { converse, invoke, invokeStream } from './bedrock/operations.ts';
import { watchAttemptsOf } from './bedrock/watch-attempts.ts';
import type { Operation, PlainRequest, Provider } from './provider.ts';

/** Commands that are billed as one request to a model, by their classes' names. */
const COMMANDS: ReadonlyMap<string, Operation> = new Map([
  ['ConverseCommand', converse],
  ['ConverseStreamCommand', converse],
  ['InvokeModelCommand', invoke],
  ['InvokeModelWithResponseStreamCommand', invokeStream],
]);

/**
 * The `@aws-sdk/client-bedrock-runtime` SDK. `send` is inherited from a class that all AWS clients share; ours is put on the
 * Bedrock client's own prototype. `send` with a callback, and bidirectional streams, are not observed.
 * Source: @aws-sdk/client-bedrock-runtime 3.1164.0, @smithy/core client, read 2026-11-23.
 */
export const bedrock: Provider = {
  library: '@aws-sdk/client-bedrock-runtime',
  clientClass: 'BedrockRuntimeClient',
  testedMajors: [3],
  flavour: 'aws.bedrock',
  wrap: wrapPlain,
  isClient: (client) => objectAt(client as JsonObject, 'config')['serviceId'] === 'Bedrock Runtime',
  methods: [{ classPath: [], clientPath: [], method: 'send', operation: converse, request: requestOf }],
  providerOf: () => 'aws.bedrock',
  refusalBody: (_status, _code, message) => ({ message }),
};

function requestOf(args: readonly unknown[], client: object): PlainRequest | undefined {
  const [command, options] = args;
  if (!isObject(command) || args.some((argument) => typeof argument === 'function')) return undefined;
  const operation = COMMANDS.get(command.constructor.name) ?? operationOfInput(command);
  const input = command['input'];
  if (operation === undefined || !isObject(input)) return undefined;
  const model = input['modelId'];
  return {
    operation,
    params: { ...input, model, ...(isStreamed(command) ? { stream: true } : {}) },
    signal: isObject(options) ? options['abortSignal'] : undefined,
    baseUrl: watchAttemptsOf(client),
    provider: 'aws.bedrock',
    withModel: (modelId) => [Reflect.construct(command.constructor, [{ ...input, modelId }]), ...args.slice(1)],
  };
}

/** Bundlers rename classes. A Converse request is then told by what it asks; an InvokeModel request cannot be told from its stream. */
function operationOfInput(command: JsonObject): Operation | undefined {
  const input = objectAt(command, 'input');
  return typeof input['modelId'] === 'string' && Array.isArray(input['messages']) ? converse : undefined;
}

function isStreamed(command: object): boolean {
  const { name } = command.constructor;
  return name === 'ConverseStreamCommand' || name === 'InvokeModelWithResponseStreamCommand';
}
