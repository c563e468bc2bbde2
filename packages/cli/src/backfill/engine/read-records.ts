import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { CostspanError, isObject, type JsonObject } from '@costspan/usage';
import { csvRows } from './csv-rows.ts';
import { type JsonPiece, JsonValues, LIST_KEYS } from './json-values.ts';
import { textLines } from './text-lines.ts';

/** What stands in a file, in order. A line is where the record begins. */
export type FileRecord =
  | { readonly kind: 'record'; readonly line: number; readonly value: JsonObject }
  | { readonly kind: 'invalid'; readonly line: number; readonly message: string }
  /** The page says that there are more pages. */
  | { readonly kind: 'more'; readonly line: number };

const CHUNK_BYTES = 256 * 1024;
const GZIP = [0x1f, 0x8b] as const;

/**
 * The records of a file of any size: NDJSON, a JSON list, JSON pages (`data`, `calls`), or CSV; also compressed by gzip.
 * What it is is seen from how it begins.
 * @throws CostspanError `FILE_UNREADABLE` when it cannot be opened or read.
 */
export async function* readRecords(path: string): AsyncGenerator<FileRecord> {
  const chunks = textOf(path)[Symbol.asyncIterator]();
  const first = await chunks.next();
  if (first.done === true) return;
  const head = first.value;
  const all = whole(head, chunks);
  const start = head.trimStart()[0];
  if (start !== '{' && start !== '[') yield* csvRows(all, head.trimStart());
  else yield* isOneALine(head) ? jsonLines(all) : jsonPieces(all);
}

async function* whole(head: string, rest: AsyncIterator<string>): AsyncGenerator<string> {
  yield head;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}

async function* textOf(path: string): AsyncGenerator<string> {
  try {
    const isCompressed = await beginsAsGzip(path);
    const bytes = createReadStream(path, { highWaterMark: CHUNK_BYTES });
    const stream = isCompressed ? bytes.pipe(createGunzip()) : bytes;
    // An error of the file does not reach the stream behind a pipe by itself.
    if (stream !== bytes) bytes.on('error', (error) => stream.destroy(error));
    stream.setEncoding('utf8');
    let isFirst = true;
    for await (const chunk of stream as AsyncIterable<string>) {
      yield isFirst ? chunk.replace(/^\ufeff/, '') : chunk;
      isFirst = false;
    }
  } catch (cause) {
    if (cause instanceof CostspanError) throw cause;
    throw new CostspanError('FILE_UNREADABLE', `${path} cannot be read: ${(cause as Error).message}`, { cause });
  }
}

async function beginsAsGzip(path: string): Promise<boolean> {
  await using file = await open(path);
  const magic = Buffer.alloc(GZIP.length);
  await file.read(magic, 0, magic.length, 0);
  return GZIP.every((byte, index) => magic[index] === byte);
}

/** True when the first line is an object by itself. Then a broken line costs only itself. */
function isOneALine(head: string): boolean {
  const text = head.trimStart();
  const end = text.indexOf('\n');
  if (end < 0 || text[0] !== '{') return false;
  try {
    JSON.parse(text.slice(0, end));
    return true;
  } catch {
    return false;
  }
}

async function* jsonLines(chunks: AsyncIterable<string>): AsyncGenerator<FileRecord> {
  for await (const { line, text } of textLines(chunks)) {
    if (text === undefined) yield { kind: 'invalid', line, message: 'the line is too long' };
    else if (text.trim() !== '') yield* parsed({ kind: 'value', line, text });
  }
}

async function* jsonPieces(chunks: AsyncIterable<string>): AsyncGenerator<FileRecord> {
  const values = new JsonValues();
  for await (const chunk of chunks) for (const piece of values.write(chunk)) yield* parsed(piece);
  for (const piece of values.end()) yield* parsed(piece);
}

function* parsed(piece: JsonPiece): Generator<FileRecord> {
  const { line } = piece;
  if (piece.kind === 'invalid') {
    yield { kind: 'invalid', line, message: piece.message };
    return;
  }
  try {
    yield* recordsIn(JSON.parse(piece.text), line, piece.kind === 'envelope');
  } catch (error) {
    yield { kind: 'invalid', line, message: (error as Error).message };
  }
}

/** A record, or those of a page that stands where a record does. */
function* recordsIn(value: unknown, line: number, isEnvelope: boolean): Generator<FileRecord> {
  if (!isObject(value)) {
    yield { kind: 'invalid', line, message: 'is not a JSON object' };
    return;
  }
  const key = Object.keys(value).find((name) => LIST_KEYS.has(name) && Array.isArray(value[name]));
  if (key === undefined) {
    yield { kind: 'record', line, value };
    return;
  }
  if (!isEnvelope) for (const each of value[key] as unknown[]) yield* recordsIn(each, line, false);
  if (value['has_more'] === true || typeof value['next_cursor'] === 'string') yield { kind: 'more', line };
}
