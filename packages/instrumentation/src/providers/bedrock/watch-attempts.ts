import { isObject, type JsonObject } from '@costspan/usage';
import { context } from '@opentelemetry/api';
import { callIn } from '../../observed-call.ts';
import { guarded } from '../../say-once.ts';
import { serverOf } from '../../server-address.ts';

type Next = (args: unknown) => Promise<unknown>;

interface MiddlewareStack {
  add(middleware: (next: Next) => Next, options: object): void;
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
  return undefined;
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
