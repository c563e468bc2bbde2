/** Longest record that is read: rows with prompts in them reach megabytes. */
export const RECORD_CHARS_MAX = 16 * 1024 * 1024;

/** One value of a file, or the members around a list of values. */
export type JsonPiece =
  | { readonly kind: 'value'; readonly line: number; readonly text: string }
  /** What stands around the list of a page, with the list empty. */
  | { readonly kind: 'envelope'; readonly line: number; readonly text: string }
  | { readonly kind: 'invalid'; readonly line: number; readonly message: string };

/** Members that hold the records of a page: OpenAI, Anthropic and LiteLLM say `data`, our own API `calls`. */
export const LIST_KEYS: ReadonlySet<string> = new Set(['data', 'calls']);

const KEY_CHARS_MAX = 64;
const QUOTE = 34;
const BACKSLASH = 92;
const COMMA = 44;
const NEWLINE = 10;
const OPEN = 123;
const CLOSE = 125;
const OPEN_LIST = 91;
const CLOSE_LIST = 93;
const COLON = 58;
/** No nesting: records begin nowhere. */
const NOWHERE = -1;

/**
 * Cuts a JSON text into its records without reading it as a whole: the elements of a list, the objects of a text that holds
 * several, or the elements of the `data` or `calls` of pages. Bounded by the largest record, whatever the file.
 */
export class JsonValues {
  readonly #pieces: JsonPiece[] = [];
  readonly #charsMax: number;
  #line = 1;
  /** Nesting, of everything that is open. */
  #depth = 0;
  /** Nesting at which records begin. */
  #recordDepth = 0;
  #inText = false;
  #escaped = false;
  #record = new Capture();
  #envelope = new Capture();
  /** The last text at the first level of a top-level object, and whether a colon followed. */
  #key = '';
  #keyStart = -1;
  #keyIsNamed = false;
  #failed = false;

  constructor(charsMax = RECORD_CHARS_MAX) {
    this.#charsMax = charsMax;
  }

  /** Reads on. Returns the pieces that are whole. */
  write(chunk: string): JsonPiece[] {
    if (!this.#failed) this.#scan(chunk);
    return this.#pieces.splice(0);
  }

  /** The text is over. Returns what is wrong with its end. */
  end(): JsonPiece[] {
    if (this.#failed || (this.#depth === 0 && !this.#record.isOpen)) return [];
    return [{ kind: 'invalid', line: this.#line, message: 'the file ends in the middle of a value' }];
  }

  #scan(chunk: string): void {
    this.#record.from = 0;
    this.#envelope.from = 0;
    for (let index = 0; index < chunk.length && !this.#failed; index++) {
      const code = chunk.charCodeAt(index);
      if (code === NEWLINE) this.#line += 1;
      if (this.#inText) this.#inside(code, chunk, index);
      else this.#between(code, chunk, index);
    }
    this.#record.pause(chunk, this.#charsMax);
    this.#envelope.pause(chunk, this.#charsMax);
    if (this.#keyStart >= 0) {
      this.#key += chunk.slice(this.#keyStart);
      // A text that is longer is a value, and may be very long.
      this.#keyStart = this.#key.length > KEY_CHARS_MAX ? -1 : 0;
    }
  }

  #inside(code: number, chunk: string, index: number): void {
    if (this.#escaped) this.#escaped = false;
    else if (code === BACKSLASH) this.#escaped = true;
    else if (code === QUOTE) {
      this.#inText = false;
      if (this.#keyStart < 0) return;
      this.#key += chunk.slice(this.#keyStart, index);
      this.#keyStart = -1;
    }
  }

  #between(code: number, chunk: string, index: number): void {
    if (code === QUOTE) {
      this.#inText = this.#record.isOpen || this.#envelope.isOpen;
      if (!this.#inText) this.#unexpected(code);
      if (this.#isTopObject) {
        this.#key = '';
        this.#keyStart = index + 1;
        this.#keyIsNamed = false;
      }
    } else if (code === OPEN || code === OPEN_LIST) this.#open(code, chunk, index);
    else if (code === CLOSE || code === CLOSE_LIST) this.#close(chunk, index);
    else if (code === COLON) this.#keyIsNamed = this.#isTopObject;
    else if (!this.#record.isOpen && !this.#envelopeReads && code !== COMMA && code > 32 && code !== 0xfeff) {
      this.#unexpected(code);
    }
  }

  /** True at the first level of an object that stands at the top of the text. */
  get #isTopObject(): boolean {
    return this.#depth === 1 && this.#recordDepth === 0 && this.#record.isOpen;
  }

  /** True after the list of a page, before the page ends. */
  get #envelopeReads(): boolean {
    return this.#envelope.isOpen && !this.#envelope.isPaused;
  }

  #open(code: number, chunk: string, index: number): void {
    if (this.#depth === this.#recordDepth && !this.#record.isOpen) {
      if (code === OPEN) this.#record.start(index, this.#line);
      else if (this.#depth === 0) this.#recordDepth = 1;
      else this.#unexpected(code);
    } else if (code === OPEN_LIST && this.#isTopObject && this.#keyIsNamed && LIST_KEYS.has(this.#key)) {
      // The object is a page: what was read of it becomes the envelope, and its list is read record by record.
      this.#envelope = this.#record;
      this.#envelope.pause(chunk.slice(0, index + 1), this.#charsMax);
      this.#envelope.isPaused = true;
      this.#record = new Capture();
      this.#recordDepth = 2;
    }
    this.#depth += 1;
  }

  #close(chunk: string, index: number): void {
    this.#depth -= 1;
    if (this.#depth < 0) {
      this.#unexpected(chunk.charCodeAt(index));
    } else if (this.#record.isOpen) {
      if (this.#depth === this.#recordDepth) this.#finish(this.#record, 'value', chunk, index);
    } else if (this.#envelope.isPaused && this.#depth === 1) {
      this.#envelope.from = index;
      this.#envelope.isPaused = false;
      this.#recordDepth = NOWHERE;
    } else if (this.#envelope.isOpen && this.#depth === 0) {
      this.#finish(this.#envelope, 'envelope', chunk, index);
      this.#recordDepth = 0;
    } else if (this.#depth === 0) this.#recordDepth = 0;
  }

  #finish(capture: Capture, kind: 'value' | 'envelope', chunk: string, index: number): void {
    const { line } = capture;
    const text = capture.finish(chunk.slice(0, index + 1), this.#charsMax);
    this.#pieces.push(
      text === undefined
        ? { kind: 'invalid', line, message: `a record of more than ${this.#charsMax} characters` }
        : { kind, line, text },
    );
  }

  #unexpected(code: number): void {
    this.#failed = true;
    const message = `unexpected ${JSON.stringify(String.fromCharCode(code))}: the rest of the file cannot be read`;
    this.#pieces.push({ kind: 'invalid', line: this.#line, message });
  }
}

/** Collects a stretch of text across chunks, up to a bound. */
class Capture {
  isOpen = false;
  isPaused = false;
  line = 0;
  /** Where the stretch goes on in the chunk that is being read. */
  from = 0;
  #text = '';
  #isTooLong = false;

  start(index: number, line: number): void {
    this.isOpen = true;
    this.line = line;
    this.from = index;
    this.#text = '';
    this.#isTooLong = false;
  }

  /** Keeps what the chunk has of the stretch. */
  pause(chunk: string, charsMax: number): void {
    if (!this.isOpen || this.isPaused || this.#isTooLong) return;
    this.#text += chunk.slice(this.from);
    if (this.#text.length <= charsMax) return;
    this.#isTooLong = true;
    this.#text = '';
  }

  /** The whole stretch; `undefined` when it was too long. */
  finish(chunk: string, charsMax: number): string | undefined {
    this.pause(chunk, charsMax);
    this.isOpen = false;
    const text = this.#isTooLong ? undefined : this.#text;
    this.#text = '';
    return text;
  }
}
