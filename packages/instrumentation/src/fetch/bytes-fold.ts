import { isObject, type JsonObject } from '@costspan/usage';
import type { Operation, StreamFold } from '../providers/provider.ts';

/** A body of one piece that is longer is not put together. */
const WHOLE_LENGTH_MAX = 4_000_000;

/** Puts an answer together from the bytes of its body: server-sent events, or JSON in one piece. */
export function bytesFold(operation: Operation, contentType: string | null): StreamFold {
  return contentType?.includes('event-stream') === true ? eventsFold(operation.fold()) : wholeFold();
}

function eventsFold(fold: StreamFold): StreamFold {
  const decoder = new TextDecoder();
  let rest = '';
  const take = (text: string): void => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      if (!line.startsWith('data:')) continue;
      const chunk = parsed(line.slice('data:'.length));
      if (chunk !== undefined) fold.add(chunk);
    }
  };
  return {
    ...fold,
    add(bytes: unknown) {
      if (bytes instanceof Uint8Array) take(decoder.decode(bytes, { stream: true }));
    },
  };
}

function wholeFold(): StreamFold {
  const decoder = new TextDecoder();
  let text = '';
  return {
    add(bytes: unknown) {
      if (bytes instanceof Uint8Array && text.length < WHOLE_LENGTH_MAX)
        text += decoder.decode(bytes, { stream: true });
    },
    isComplete: () => parsed(text) !== undefined,
    body: () => parsed(text),
  };
}

function parsed(json: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
