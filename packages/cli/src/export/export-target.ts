import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { constants, createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Writable } from 'node:stream';
import type { ExportedFile, ExportState } from './export-state.ts';

/** Where the parts of an export go. After `write` has resolved, the part is on the disk. */
export interface ExportTarget {
  /** @param rows that the part holds @returns what a state counts of it */
  write(body: ReadableStream<Uint8Array>, rows: number): Promise<Pick<ExportState, 'bytes' | 'files'>>;
  /** The files as they are when all parts are written. */
  finish(rows: number): Promise<readonly ExportedFile[]>;
  close(): Promise<void>;
}

/** One file that parts are appended to, made with the first of them. What a killed run wrote after its last state is cut off. */
export function appendTarget(path: string, from: ExportState | undefined): ExportTarget {
  let file: FileHandle | undefined;
  let bytes = from?.bytes ?? 0;
  return {
    async write(body) {
      if (file === undefined) {
        file = await open(path, constants.O_RDWR | constants.O_CREAT, 0o600);
        await file.truncate(bytes);
      }
      for await (const chunk of body) {
        await file.write(chunk, 0, chunk.length, bytes);
        bytes += chunk.length;
      }
      await file.sync();
      return { bytes, files: [] };
    },
    async finish(rows) {
      return [{ name: basename(path), bytes, rows, sha256: await sha256Of(path) }];
    },
    async close() {
      await file?.close();
      file = undefined;
    },
  };
}

/** A directory with one file for each part. A file has its name when it is whole. */
export async function folderTarget(path: string, ending: string, from: ExportState | undefined): Promise<ExportTarget> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  const files = [...(from?.files ?? [])];
  return {
    async write(body, rows) {
      const name = `part-${String(files.length).padStart(5, '0')}.${ending}`;
      const { bytes, sha256 } = await wholeFile(join(path, name), body);
      files.push({ name, bytes, rows, sha256 });
      return { bytes: 0, files };
    },
    finish: async () => files,
    close: async () => {},
  };
}

/** One file that comes whole. */
export function wholeTarget(path: string): ExportTarget {
  let file: ExportedFile | undefined;
  return {
    async write(body, rows) {
      const { bytes, sha256 } = await wholeFile(path, body);
      file = { name: basename(path), bytes, rows, sha256 };
      return { bytes, files: [file] };
    },
    finish: async () => (file === undefined ? [] : [file]),
    close: async () => {},
  };
}

/** A stream, such as standard output: it cannot be resumed. */
export function streamTarget(stream: Writable): ExportTarget {
  return {
    async write(body) {
      for await (const chunk of body) if (!stream.write(chunk)) await once(stream, 'drain');
      return { bytes: 0, files: [] };
    },
    finish: async () => [],
    close: async () => {},
  };
}

async function wholeFile(
  path: string,
  body: ReadableStream<Uint8Array>,
): Promise<{ readonly bytes: number; readonly sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  const file = await open(`${path}.part`, 'w', 0o600);
  try {
    for await (const chunk of body) {
      await file.write(chunk);
      hash.update(chunk);
      bytes += chunk.length;
    }
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.part`, path);
  return { bytes, sha256: hash.digest('hex') };
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
