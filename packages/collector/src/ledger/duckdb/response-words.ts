/** Response ids differ in their last letters; so many stand inside a cell of DuckDB, where they are read fast on opening. */
export const RESPONSE_END_LENGTH = 12;

/** Two words for the end of a response id; zeros for one that ends in other letters than ASCII, which is never compared. */
export function writeResponseWords(responseId: string, words: Uint32Array, at: number): void {
  const start = Math.max(0, responseId.length - RESPONSE_END_LENGTH);
  let first = 0x811c9dc5;
  let second = 0x1b873593;
  let seen = 0;
  for (let index = start; index < responseId.length; index += 1) {
    const code = responseId.charCodeAt(index);
    seen |= code;
    first = Math.imul(first ^ code, 0x01000193);
    second = Math.imul(second ^ code, 0x85ebca6b) ^ (second >>> 13);
  }
  if (seen >= 0x80 || responseId.length === 0) return;
  words[at] = first;
  // Never two zeros.
  words[at + 1] = second | 1;
}

/** The same from the cell of a text of at most {@link RESPONSE_END_LENGTH} bytes: its length, then its bytes. */
export function writeResponseWordsOfCell(bytes: Uint8Array, cellAt: number, words: Uint32Array, at: number): void {
  const length = bytes[cellAt] as number;
  writeResponseWords(String.fromCharCode(...bytes.subarray(cellAt + 4, cellAt + 4 + length)), words, at);
}
