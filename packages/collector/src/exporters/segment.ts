import { type FileHandle, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Parcel } from './parcel-queue.ts';
import { isWhole, RECORD_HEAD_BYTES, readRecordHead, recordHead } from './parcel-record.ts';

const SUFFIX = '.parcels';
const NUMBER_DIGITS = 12;

/** One file of a queue on disk: records one after the other, written once and never changed. */
export class Segment {
  readonly number: number;
  /** Bytes of whole records. Nothing beyond them is read. */
  bytes: number;
  /** Spans in them that are not done. */
  spansLeft: number;
  readonly #file: FileHandle;
  readonly #path: string;

  private constructor(folder: string, number: number, file: FileHandle) {
    this.number = number;
    this.bytes = 0;
    this.spansLeft = 0;
    this.#file = file;
    this.#path = pathOf(folder, number);
  }

  /** A new, empty segment. */
  static async create(folder: string, number: number): Promise<Segment> {
    return new Segment(folder, number, await open(pathOf(folder, number), 'wx+'));
  }

  /** One that an earlier run left, up to its last whole record. `from` is where the spans not done begin. */
  static async load(folder: string, number: number, from: number): Promise<Segment> {
    const segment = new Segment(folder, number, await open(pathOf(folder, number), 'r+'));
    const { size } = await segment.#file.stat();
    const head = Buffer.alloc(RECORD_HEAD_BYTES);
    for (;;) {
      const { bytesRead } = await segment.#file.read(head, 0, RECORD_HEAD_BYTES, segment.bytes);
      const record = readRecordHead(head.subarray(0, bytesRead));
      const end = segment.bytes + RECORD_HEAD_BYTES + (record?.bodyBytes ?? 0);
      if (record === undefined || end > size) return segment;
      if (segment.bytes >= from) segment.spansLeft += record.spanCount;
      segment.bytes = end;
    }
  }

  /** Appends a record, or nothing: what a failed write left is written over by the next. */
  async append(parcel: Parcel): Promise<void> {
    const bytes = RECORD_HEAD_BYTES + parcel.body.length;
    const { bytesWritten } = await this.#file.writev([recordHead(parcel), parcel.body], this.bytes);
    if (bytesWritten !== bytes) throw new Error(`the disk took ${bytesWritten} of ${bytes} bytes`);
    this.bytes += bytes;
    this.spansLeft += parcel.spanCount;
  }

  /** The record at `at`; `undefined` at the end, or when it is damaged: what follows it cannot be trusted. */
  async read(at: number): Promise<Parcel | undefined> {
    if (at >= this.bytes) return undefined;
    const head = Buffer.alloc(RECORD_HEAD_BYTES);
    await this.#file.read(head, 0, RECORD_HEAD_BYTES, at);
    const record = readRecordHead(head);
    if (record === undefined || at + RECORD_HEAD_BYTES + record.bodyBytes > this.bytes) return undefined;
    const body = Buffer.allocUnsafeSlow(record.bodyBytes);
    await this.#file.read(body, 0, record.bodyBytes, at + RECORD_HEAD_BYTES);
    return isWhole(head, body) ? { body, format: record.format, spanCount: record.spanCount } : undefined;
  }

  /** What stands from `at` on is given up. */
  cutAt(at: number): void {
    this.bytes = at;
    this.spansLeft = 0;
  }

  sync(): Promise<void> {
    return this.#file.datasync();
  }

  close(): Promise<void> {
    return this.#file.close();
  }

  async remove(): Promise<void> {
    await this.#file.close();
    await rm(this.#path, { force: true });
  }
}

/** The number in a segment's file name; `undefined` for the name of anything else. */
export function segmentNumber(fileName: string): number | undefined {
  const digits = fileName.endsWith(SUFFIX) ? fileName.slice(0, -SUFFIX.length) : '';
  return digits.length === NUMBER_DIGITS && /^\d+$/.test(digits) ? Number(digits) : undefined;
}

function pathOf(folder: string, number: number): string {
  return join(folder, `${String(number).padStart(NUMBER_DIGITS, '0')}${SUFFIX}`);
}
