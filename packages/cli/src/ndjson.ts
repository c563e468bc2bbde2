import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

export type NdjsonLine =
  | { readonly kind: 'value'; readonly line: number; readonly value: unknown }
  | { readonly kind: 'invalid'; readonly line: number; readonly message: string };

/** One JSON value a line, in order, in constant memory. Empty lines are skipped; a line that is not JSON is a value of its own. */
export async function* readNdjson(from: Readable): AsyncGenerator<NdjsonLine> {
  let line = 0;
  for await (const text of createInterface({ input: from, crlfDelay: Number.POSITIVE_INFINITY })) {
    line += 1;
    if (text.trim() === '') continue;
    try {
      yield { kind: 'value', line, value: JSON.parse(text) };
    } catch (error) {
      yield { kind: 'invalid', line, message: (error as Error).message };
    }
  }
}

/** Writes one value as a line and waits when the reader is slower. */
export async function writeNdjson(to: Writable, value: unknown): Promise<void> {
  if (!to.write(`${JSON.stringify(value)}\n`)) await once(to, 'drain');
}
