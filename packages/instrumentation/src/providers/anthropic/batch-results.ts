import { extractUsage, isObject, type JsonObject } from '@costspan/usage';
import { context } from '@opentelemetry/api';
import type { CallObserver } from '../../call-settings.ts';
import { endedCall } from '../../ended-call.ts';
import { objectAt } from '../../reading/text-fields.ts';
import { guarded } from '../../say-once.ts';
import { serverOf } from '../../server-address.ts';
import { tagsOfClient } from '../../tags/client-tags.ts';
import type { MethodWrapper, Operation, Provider } from '../provider.ts';
import { readMessage } from './message.ts';
import { messages } from './operations.ts';

/** Results that were told of, oldest first: who reads a batch twice is billed once, for as long as the process remembers. */
const told = new Set<string>();
const TOLD_MAX = 100_000;

/**
 * `batches.results()`, observed: each result that succeeded is a call of its own, billed as a batch, when the application reads
 * its line. What failed, expired or was cancelled the provider does not bill. Tags are those of the moment when the results
 * are asked for. The decoder stays the SDK's own, and nothing is read that the application does not read.
 */
const wrapBatchResults: MethodWrapper = (original, provider, _method, observerNow) =>
  function observed(this: unknown, ...args: unknown[]): unknown {
    const result = original.apply(this, args);
    const observer = observerNow();
    const client = isObject(this) ? this['_client'] : undefined;
    if (observer === undefined || !isObject(client) || !(result instanceof Promise)) return result;
    const asked = context.active();
    const tell = (line: JsonObject) =>
      context.with(asked, () => tellOf(line, String(args[0]), observer, provider, client));
    return result.then((decoder: unknown) => {
      guarded('observing the results of a batch', () => followLines(decoder, tell));
      return decoder;
    });
  };

/** @param decoder an iterable of parsed lines that is read once. */
function followLines(decoder: unknown, tell: (line: JsonObject) => void): void {
  if (!isObject(decoder)) return;
  const open: unknown = Reflect.get(decoder, Symbol.asyncIterator);
  if (typeof open !== 'function') return;
  Object.defineProperty(decoder, Symbol.asyncIterator, {
    configurable: true,
    writable: true,
    value: () => {
      const source = open.call(decoder) as AsyncIterator<unknown>;
      const next = source.next.bind(source);
      source.next = (...given) =>
        next(...given).then((step) => {
          const { value } = step;
          if (step.done !== true && isObject(value)) guarded('reading the result of a batch', () => tell(value));
          return step;
        });
      return source;
    },
  });
}

function tellOf(line: JsonObject, batch: string, observer: CallObserver, provider: Provider, client: JsonObject): void {
  const { custom_id: id, result } = line;
  if (!isObject(result) || result['type'] !== 'succeeded') return;
  const key = `${batch} ${String(id)}`;
  if (told.has(key)) return;
  const [oldest] = told;
  if (told.size >= TOLD_MAX && oldest !== undefined) told.delete(oldest);
  told.add(key);
  const server = serverOf(client['baseURL']);
  const call = endedCall(observer, {
    operation: batched,
    provider: provider.providerOf(client) ?? server?.provider ?? provider.flavour,
    server,
    params: { model: objectAt(result, 'message')['model'] },
    clientTags: tagsOfClient(client),
  });
  call.succeed(line);
}

/** A line holds the message, and says by its shape that it is of a batch. */
const batched: Operation = {
  ...messages,
  requestAttributes: () => ({}),
  read: (line) => readMessage(objectAt(objectAt(line, 'result'), 'message')),
  extract: (line) => extractUsage({ provider: 'anthropic', api: 'messages', body: line }),
};

export const batchResults = { operation: batched, wrap: wrapBatchResults, optional: true } as const;
