import { isObject, type JsonObject } from '@costspan/usage';
import type { ObservedCall } from '../observed-call.ts';
import type { Operation } from '../providers/provider.ts';
import { guarded } from '../say-once.ts';

/**
 * Watches a raw `Response` that the application reads by itself. `json`, `text`, `bytes` and `arrayBuffer` tell us the
 * body when the application has it; a body read in another way is not ours to read, and its usage stays unknown.
 */
export function observeResponse(response: Response, call: ObservedCall): void {
  for (const method of ['json', 'text', 'bytes', 'arrayBuffer'] as const) {
    const read = response[method] as (() => Promise<unknown>) | undefined;
    if (read === undefined) continue;
    define(response, method, {
      value: () =>
        read.call(response).then(
          (body) => {
            guarded('observing a raw response', () => call.succeed(bodyOf(body, call.start.operation)));
            return body;
          },
          (error) => {
            guarded('observing a raw response', () => call.fail(error, true));
            throw error;
          },
        ),
    });
  }
  for (const method of ['blob', 'formData'] as const) {
    const read = response[method] as () => Promise<unknown>;
    define(response, method, {
      value: () => {
        call.succeed(undefined);
        return read.call(response);
      },
    });
  }
  const clone = response.clone;
  define(response, 'clone', {
    value: () => {
      const copy = clone.call(response);
      guarded('observing a raw response', () => observeResponse(copy, call));
      return copy;
    },
  });
  define(response, 'body', {
    get: () => {
      call.succeed(undefined);
      return bodyGetter?.call(response);
    },
  });
  call.leaveOpen(response, () => undefined);
}

const bodyGetter = Object.getOwnPropertyDescriptor(Response.prototype, 'body')?.get;

function define(response: Response, name: string, descriptor: PropertyDescriptor): void {
  Object.defineProperty(response, name, { configurable: true, ...descriptor });
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
