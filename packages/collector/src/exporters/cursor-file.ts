import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { crc32 } from 'node:zlib';

/** A place in a queue on disk: the number of a segment, and a byte in it. */
export interface Place {
  readonly number: number;
  readonly at: number;
}

const START: Place = { number: 0, at: 0 };
const NUMBERS_BYTES = 16;
const FILE_BYTES = NUMBERS_BYTES + 4;

/** Remembers how far a queue was read. A file that cannot be trusted is the start: then everything is delivered again. */
export class CursorFile {
  readonly #file: FileHandle;
  #next: Place | undefined;
  #saving: Promise<void> | undefined;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  static async open(path: string): Promise<{ readonly cursor: CursorFile; readonly place: Place }> {
    const file = await open(path, constants.O_RDWR | constants.O_CREAT);
    const bytes = Buffer.alloc(FILE_BYTES);
    await file.read(bytes, 0, FILE_BYTES, 0);
    const isWhole = crc32(bytes.subarray(0, NUMBERS_BYTES)) === bytes.readUInt32LE(NUMBERS_BYTES);
    const place = isWhole ? { number: bytes.readDoubleLE(0), at: bytes.readDoubleLE(8) } : START;
    return { cursor: new CursorFile(file), place };
  }

  /** Writes behind: while one place is written only the newest of those that follow is kept. */
  save(place: Place): void {
    this.#next = place;
    this.#saving ??= this.#write();
  }

  async close(): Promise<void> {
    await this.#saving;
    await this.#file.close();
  }

  /** Never rejects: a place that was not written costs a second delivery. */
  async #write(): Promise<void> {
    for (let place = this.#next; place !== undefined; place = this.#next) {
      this.#next = undefined;
      const bytes = Buffer.alloc(FILE_BYTES);
      bytes.writeDoubleLE(place.number, 0);
      bytes.writeDoubleLE(place.at, 8);
      bytes.writeUInt32LE(crc32(bytes.subarray(0, NUMBERS_BYTES)), NUMBERS_BYTES);
      await this.#file.write(bytes, 0, FILE_BYTES, 0).catch(() => {});
    }
    this.#saving = undefined;
  }
}
