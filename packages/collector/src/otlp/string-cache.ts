const SLOT_COUNT = 4096;
/** Longer texts are ids and content that do not repeat; caching them would only wash out the others. */
const CACHED_LENGTH_MAX = 64;

/**
 * Short texts by their bytes, so that a model name seen a million times is one string. Each text has one slot, taken over
 * by the next text that falls into it: at most 4,096 × 64 characters are kept.
 */
export class StringCache {
  readonly #slots: string[] = new Array<string>(SLOT_COUNT).fill('');

  /** The UTF-8 text in `[start, end)`. Malformed sequences become U+FFFD. */
  read(buffer: Buffer, start: number, end: number): string {
    const length = end - start;
    if (length > CACHED_LENGTH_MAX) return buffer.toString('utf8', start, end);
    let hash = length;
    for (let at = start; at < end; at += 1) {
      const byte = buffer[at] as number;
      if (byte > 0x7f) return buffer.toString('utf8', start, end);
      hash = Math.imul(hash ^ byte, 0x01000193);
    }
    const slot = (hash ^ (hash >>> 15)) & (SLOT_COUNT - 1);
    const cached = this.#slots[slot] as string;
    if (cached.length === length && equalsAscii(cached, buffer, start)) return cached;
    const text = buffer.toString('latin1', start, end);
    this.#slots[slot] = text;
    return text;
  }
}

function equalsAscii(text: string, buffer: Buffer, start: number): boolean {
  for (let at = 0; at < text.length; at += 1) {
    if (text.charCodeAt(at) !== buffer[start + at]) return false;
  }
  return true;
}
