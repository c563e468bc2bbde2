import { type FileHandle, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';

/** A record on disk: length of the body · CRC-32 of the body, both unsigned 32-bit little-endian · the body. */
const HEAD_BYTES = 8;
/** A file is no larger, so that what is done with leaves the disk soon. */
const FILE_BYTES_MAX = 16 * 1024 * 1024;
/** A file of which everything is done is left behind at this size, so that little is read again after a crash. */
const DONE_BYTES_MAX = 1024 * 1024;
const DAMAGED = '.damaged';
const REFUSED = '.refused';
const NAME = /^(\d{12})\.journal(\.damaged)?$/;

/** What `write` gives back, for `done`. */
export interface Written {
  readonly file: JournalFile;
}

interface JournalFile {
  readonly number: number;
  readonly path: string;
  readonly handle: FileHandle;
  bytes: number;
  /** Records that are not done. */
  left: number;
}

interface Waiting {
  readonly body: Buffer;
  readonly resolve: (written: Written) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Records that survive the end of the process and of the power until they are done. A record is on the disk when `write`
 * resolves: one `fdatasync` for all that came while the last one ran. One process at a time; whoever owns the folder sees to it.
 */
export class Journal {
  readonly #folder: string;
  #file: JournalFile | undefined;
  #nextNumber: number;
  #waiting: Waiting[] = [];
  #writing: Promise<void> | undefined;

  private constructor(folder: string, nextNumber: number) {
    this.#folder = folder;
    this.#nextNumber = nextNumber;
  }

  /**
   * First gives `redo` every whole record that an earlier run left, in order, then opens for writing. Their file goes when all of
   * them are done. A record that is cut off at the end of its file was never acknowledged; a file that is damaged is set
   * aside as `….damaged` and told, since records behind the damage cannot be found.
   *
   * One record that cannot be redone while others can does not hold them up: it is set aside in `….refused`, a journal of its
   * own, and told. It is such a one when `redo` says so by `false`, or has thrown and then takes the record after it.
   * @throws what `redo` throws for two records in a row or for the last one, with nothing removed that it was not done with.
   */
  static async open(
    folder: string,
    redo: (body: Buffer) => Promise<boolean>,
    watch: { readonly damaged: (path: string) => void; readonly refused: (path: string) => void },
  ): Promise<Journal> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const names = (await readdir(folder)).filter((name) => NAME.test(name)).sort();
    const setAside = async (path: string, body: Buffer): Promise<void> => {
      await appendDurably(path + REFUSED, body);
      watch.refused(path + REFUSED);
    };
    const finished: { readonly path: string; readonly isDamaged: boolean }[] = [];
    let doubtful: { readonly path: string; readonly body: Buffer; readonly error: unknown } | undefined;
    for (const name of names) {
      if (name.endsWith(DAMAGED)) continue;
      const path = join(folder, name);
      const { records, isDamaged } = readRecords(await readFile(path));
      for (const body of records) {
        try {
          if (!(await redo(body))) {
            await setAside(path, body);
            continue;
          }
        } catch (error) {
          if (doubtful !== undefined) throw doubtful.error;
          doubtful = { path, body, error };
          continue;
        }
        if (doubtful !== undefined) await setAside(doubtful.path, doubtful.body);
        doubtful = undefined;
      }
      finished.push({ path, isDamaged });
      if (doubtful === undefined) for (const file of finished.splice(0)) await leaveFile(file, watch.damaged);
    }
    if (doubtful !== undefined) throw doubtful.error;
    return new Journal(folder, Number.parseInt(names.at(-1) ?? '0', 10) + 1);
  }

  write(body: Buffer): Promise<Written> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ body, resolve, reject });
      this.#writing ??= this.#run();
    });
  }

  /** The record need not survive any more. */
  async done({ file }: Written): Promise<void> {
    file.left -= 1;
    if (file.left === 0 && file !== this.#file) await remove(file);
  }

  /** Waits for what is being written. What is not done stays on the disk for the next `open`. */
  async close(): Promise<void> {
    await this.#writing;
    const file = this.#file;
    this.#file = undefined;
    if (file?.left === 0) await remove(file);
    else await file?.handle.close();
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const group = this.#waiting;
      this.#waiting = [];
      try {
        const file = await this.#room();
        await append(
          file,
          group.map(({ body }) => body),
        );
        file.left += group.length;
        for (const { resolve } of group) resolve({ file });
      } catch (error) {
        // Nobody knows what of it is on the disk, so nothing more goes there.
        await this.#leave();
        for (const { reject } of group) reject(error);
      }
    }
    this.#writing = undefined;
  }

  async #room(): Promise<JournalFile> {
    const file = this.#file;
    if (file !== undefined && file.bytes < (file.left === 0 ? DONE_BYTES_MAX : FILE_BYTES_MAX)) return file;
    await this.#leave();
    const number = this.#nextNumber;
    this.#nextNumber += 1;
    const path = join(this.#folder, `${String(number).padStart(12, '0')}.journal`);
    const next = { number, path, handle: await open(path, 'wx', 0o600), bytes: 0, left: 0 };
    this.#file = next;
    await syncFolder(this.#folder);
    return next;
  }

  async #leave(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    if (file?.left === 0) await remove(file);
  }
}

async function leaveFile(
  { path, isDamaged }: { readonly path: string; readonly isDamaged: boolean },
  damaged: (path: string) => void,
): Promise<void> {
  if (!isDamaged) return rm(path);
  await rename(path, path + DAMAGED);
  damaged(path + DAMAGED);
}

/** Adds a record to a file that is no part of the journal. Twice, where the process ended in between, is no harm. */
async function appendDurably(path: string, body: Buffer): Promise<void> {
  const handle = await open(path, 'a', 0o600);
  try {
    await handle.appendFile(Buffer.concat([head(body), body]));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await syncFolder(dirname(path));
}

async function append(file: JournalFile, bodies: readonly Buffer[]): Promise<void> {
  const parts = bodies.flatMap((body) => [head(body), body]);
  const bytes = parts.reduce((sum, part) => sum + part.length, 0);
  const { bytesWritten } = await file.handle.writev(parts, file.bytes);
  if (bytesWritten !== bytes) throw new Error(`the disk took ${bytesWritten} of ${bytes} bytes`);
  await file.handle.datasync();
  file.bytes += bytes;
}

function head(body: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(HEAD_BYTES);
  bytes.writeUInt32LE(body.length, 0);
  bytes.writeUInt32LE(crc32(body), 4);
  return bytes;
}

function readRecords(bytes: Buffer): { readonly records: readonly Buffer[]; readonly isDamaged: boolean } {
  const records: Buffer[] = [];
  let at = 0;
  while (at + HEAD_BYTES <= bytes.length) {
    const length = bytes.readUInt32LE(at);
    const end = at + HEAD_BYTES + length;
    // Zeros are what a power cut leaves of a write that was not flushed.
    if (length === 0 || end > bytes.length) break;
    const body = bytes.subarray(at + HEAD_BYTES, end);
    if (crc32(body) !== bytes.readUInt32LE(at + 4)) return { records, isDamaged: true };
    records.push(body);
    at = end;
  }
  return { records, isDamaged: false };
}

async function remove({ handle, path }: JournalFile): Promise<void> {
  await handle.close();
  await rm(path, { force: true });
}

/** A file that was made is there after a power cut only when its folder is on the disk too. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
