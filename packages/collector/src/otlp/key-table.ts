import { StringCache } from './string-cache.ts';

const BUCKET_COUNT = 512;

interface Entry {
  readonly name: string;
  readonly bytes: Buffer;
  /** The next entry of the same bucket. */
  readonly next: Entry | undefined;
}

/**
 * The attribute names we read: whole names and prefixes. Asked with the bytes of a name, so that a name we do not read
 * costs a comparison and no string.
 */
export class KeyTable {
  readonly #buckets = new Array<Entry | undefined>(BUCKET_COUNT).fill(undefined);
  readonly #prefixes: readonly Omit<Entry, 'next'>[];
  readonly #names: ReadonlySet<string>;
  readonly #strings = new StringCache();

  /** Names and prefixes are ASCII. */
  constructor(names: Iterable<string>, prefixes: Iterable<string>) {
    this.#names = new Set(names);
    this.#prefixes = [...new Set(prefixes)].map((name) => ({ name, bytes: Buffer.from(name, 'latin1') }));
    for (const name of this.#names) {
      const bytes = Buffer.from(name, 'latin1');
      const bucket = bucketOf(bytes, 0, bytes.length);
      this.#buckets[bucket] = { name, bytes, next: this.#buckets[bucket] };
    }
  }

  /** The name in `[start, end)` when it is one of ours. */
  match(buffer: Buffer, start: number, end: number): string | undefined {
    const length = end - start;
    if (length === 0) return undefined;
    for (let entry = this.#buckets[bucketOf(buffer, start, end)]; entry !== undefined; entry = entry.next) {
      if (entry.bytes.length === length && endsEqual(entry.bytes, buffer, start)) return entry.name;
    }
    for (const prefix of this.#prefixes) {
      if (prefix.bytes.length < length && endsEqual(prefix.bytes, buffer, start)) {
        return this.#strings.read(buffer, start, end);
      }
    }
    return undefined;
  }

  /** The same for a name that is text already. */
  matchText(name: string): string | undefined {
    if (this.#names.has(name)) return name;
    return this.#prefixes.some((prefix) => name.length > prefix.name.length && name.startsWith(prefix.name))
      ? name
      : undefined;
  }
}

/** Names share their beginnings (`gen_ai.usage.`), so length and the last bytes tell them apart. */
function bucketOf(buffer: Buffer, start: number, end: number): number {
  const last = buffer[end - 1] as number;
  const beforeLast = buffer[end - 2] as number;
  const middle = buffer[(start + end) >> 1] as number;
  return ((end - start) * 7 + last * 31 + (end - start > 1 ? beforeLast : 0) * 131 + middle * 17) & (BUCKET_COUNT - 1);
}

/** Compares backwards: names that differ mostly differ at their end. */
function endsEqual(bytes: Buffer, buffer: Buffer, start: number): boolean {
  for (let at = bytes.length - 1; at >= 0; at -= 1) {
    if (bytes[at] !== buffer[start + at]) return false;
  }
  return true;
}
