import { isObject, type JsonObject } from '@costspan/usage';
import { context } from '@opentelemetry/api';
import { tagsToSend } from '../../gateways/send-tags.ts';
import { callIn } from '../../observed-call.ts';
import { guarded, stepFailed } from '../../say-once.ts';
import { serverOf } from '../../server-address.ts';

type Next = (args: unknown) => Promise<unknown>;

interface MiddlewareStack {
  add(middleware: (next: Next, context: { readonly commandName?: string }) => Next, options: object): void;
}

/** Where each client sends its requests: it resolves that when it sends the first one. */
const endpoints = new WeakMap<object, string | undefined>();

/**
 * Sees every attempt of a client's requests, once per client: where it goes, how many there were, and the headers in which
 * Bedrock states what an InvokeModel call used. Runs where the SDK lets middleware run, closest to the wire, and passes
 * everything on.
 * @returns where earlier requests of the client went, if any did.
 */
export function watchAttemptsOf(client: object): string | undefined {
  if (endpoints.has(client)) return endpoints.get(client);
  endpoints.set(client, undefined);
  const { middlewareStack: stack } = client as { readonly middlewareStack?: MiddlewareStack };
  guarded('watching the attempts of a Bedrock client', () =>
    stack?.add(
      (next) => (args) => {
        const call = callIn(context.active());
        if (call === undefined) return next(args);
        guarded('counting an attempt', () => {
          const endpoint = endpointOf(args);
          endpoints.set(client, endpoint);
          call.attempted(serverOf(endpoint));
        });
        return next(args).then((result) => {
          guarded('reading headers', () => {
            call.billingHeaders = objectIn(objectIn(result, 'response'), 'headers');
          });
          return result;
        });
      },
      { step: 'deserialize', name: 'costspanAttempts', priority: 'low', override: true },
    ),
  );
  guarded('watching the inputs of a Bedrock client', () =>
    stack?.add(
      (next, { commandName = '' }) =>
        async (args) =>
          next(commandName.startsWith('Converse') ? await withTags(client, args) : args),
      { step: 'initialize', name: 'costspanTags', override: true },
    ),
  );
  return undefined;
}

/** The input with the tags that its host is to get, in a copy; as it is where nothing is to be sent. */
async function withTags(client: object, args: unknown): Promise<unknown> {
  const call = callIn(context.active());
  if (call === undefined || call.start.observer.settings.sendTags.length === 0) return args;
  const { sendTags } = call.start.observer.settings;
  try {
    const added = tagsToSend(sendTags, await hostOf(client), call.start.tags)?.params;
    return added === undefined ? args : { ...(args as object), input: { ...added, ...objectIn(args, 'input') } };
  } catch (cause) {
    stepFailed('sending tags', cause);
    return args;
  }
}

interface Config {
  readonly endpoint?: () => Promise<{ readonly hostname: string }>;
  readonly region?: () => Promise<string>;
}

/** As the client itself finds it: given, or from the region. */
async function hostOf(client: object): Promise<string> {
  const { endpoint, region } = (client as { readonly config: Config }).config;
  if (endpoint !== undefined) return (await endpoint()).hostname;
  return region === undefined ? '' : `bedrock-runtime.${await region()}.amazonaws.com`;
}

function endpointOf(args: unknown): string | undefined {
  const { protocol, hostname, port } = objectIn(args, 'request');
  if (typeof protocol !== 'string' || typeof hostname !== 'string') return undefined;
  return `${protocol}//${hostname}${typeof port === 'number' ? `:${port}` : ''}`;
}

function objectIn(from: unknown, field: string): JsonObject {
  const value = isObject(from) ? from[field] : undefined;
  return isObject(value) ? value : {};
}
