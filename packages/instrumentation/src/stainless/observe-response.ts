import { isObject, type JsonObject } from '@costspan/usage';
import type { ObservedCall } from '../observed-call.ts';
import type { Operation } from '../providers/provider.ts';
import { guarded } from '../say-once.ts';

/** Where a body is read as it is, in one piece. */
const WHOLE = ['json', 'text', 'bytes', 'arrayBuffer'] as const;
/** Where it is turned into something else, or handed on. */
const ELSEWHERE = ['blob', 'formData'] as const;
const STREAM_READS = ['getReader', 'pipeTo', 'pipeThrough', 'tee', 'values', 'cancel', Symbol.asyncIterator] as const;

/**
 * Watches a raw `Response` that the application reads by itself. `json`, `text`, `bytes` and `arrayBuffer` tell us the
 * body when the application has it; a body read in another way is not ours to read, and its usage stays unknown.
 * @param follow watches the stream that `body` gives, where somebody can read its bytes.
 */
export function observeResponse(
  response: Response,
  call: ObservedCall,
  follow?: (body: ReadableStream<unknown>) => void,
): void {
  let isReading = false;
  const elsewhere = () => {
    if (!isReading) guarded('observing a raw response', () => call.succeed(undefined));
  };
  for (const name of WHOLE) {
    replaceMethod(response, name, (read: () => Promise<unknown>) => {
      // The platform reads the body through the stream that we watch below.
      isReading = true;
      return read().then(
        (body) => {
          guarded('observing a raw response', () => call.succeed(bodyOf(body, call.start.operation)));
          return body;
        },
        (error) => {
          guarded('observing a raw response', () => call.fail(error, true));
          throw error;
        },
      );
    });
  }
  for (const name of ELSEWHERE) {
    replaceMethod(response, name, (read) => {
      elsewhere();
      return read();
    });
  }
  replaceMethod(response, 'clone', (clone: () => Response) => {
    const copy = clone();
    guarded('observing a raw response', () => observeResponse(copy, call, follow));
    return copy;
  });
  watchBody(response, elsewhere, follow);
  call.leaveOpen(response, () => undefined);
}

/** Looking at `body` is no reading: `onRead` is told when the stream it gives is read. */
function watchBody(
  response: Response,
  onRead: () => void,
  follow: ((body: ReadableStream<unknown>) => void) | undefined,
): void {
  const getter = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(response), 'body')?.get;
  if (getter === undefined) return;
  let watched: unknown;
  Object.defineProperty(response, 'body', {
    configurable: true,
    get: () => {
      const body: unknown = getter.call(response);
      if (body === watched || typeof body !== 'object' || body === null) return body;
      watched = body;
      if (follow !== undefined && body instanceof ReadableStream) {
        guarded('observing a body', () => follow(body));
        return body;
      }
      for (const name of STREAM_READS) {
        replaceMethod(body, name, (read, ...args) => {
          onRead();
          return read(...args);
        });
      }
      return body;
    },
  });
}

type Read = (...args: unknown[]) => unknown;

/** Gives one object a method of its own around the one of its class, where the class has it. */
function replaceMethod<R extends Read>(
  owner: object,
  name: PropertyKey,
  around: (read: R, ...args: unknown[]) => unknown,
): void {
  const original: unknown = Reflect.get(owner, name);
  if (typeof original !== 'function') return;
  Object.defineProperty(owner, name, {
    configurable: true,
    writable: true,
    value: (...args: unknown[]) => around(((...given) => original.apply(owner, given)) as R, ...args),
  });
}

/** The parsed body, from whatever the application read it as: an object, or the text or bytes of JSON or of a stream. */
function bodyOf(read: unknown, operation: Operation): JsonObject | undefined {
  if (read instanceof ArrayBuffer || read instanceof Uint8Array)
    return bodyOf(new TextDecoder().decode(read), operation);
  if (typeof read !== 'string') return isObject(read) ? read : undefined;
  if (read.startsWith('{')) return parsed(read);
  const fold = operation.fold();
  for (const line of read.split('\n')) {
    if (!line.startsWith('data:')) continue;
    const chunk = parsed(line.slice('data:'.length));
    if (chunk !== undefined) fold.add(chunk);
  }
  return fold.body();
}

function parsed(json: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
