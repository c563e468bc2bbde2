import { crc32 } from 'node:zlib';
import type { Parcel } from './parcel-queue.ts';

/**
 * A parcel on disk: magic `CSP1` · length of the body · span count · format (0 protobuf, 1 JSON) · CRC-32 of the four
 * before it and the body · the body. Numbers are unsigned 32-bit, little-endian.
 */
export const RECORD_HEAD_BYTES = 20;
const MAGIC = 0x31505343;
const CHECKED_BYTES = 16;

export interface RecordHead {
  readonly bodyBytes: number;
  readonly spanCount: number;
  readonly format: Parcel['format'];
  readonly checksum: number;
}

export function recordHead({ body, format, spanCount }: Parcel): Buffer {
  const head = Buffer.alloc(RECORD_HEAD_BYTES);
  head.writeUInt32LE(MAGIC, 0);
  head.writeUInt32LE(body.length, 4);
  head.writeUInt32LE(spanCount, 8);
  head.writeUInt32LE(format === 'json' ? 1 : 0, 12);
  head.writeUInt32LE(crc32(body, crc32(head.subarray(0, CHECKED_BYTES))), 16);
  return head;
}

/** `undefined` when these bytes begin no record: a torn write, or the zeros that a power cut leaves. */
export function readRecordHead(head: Buffer): RecordHead | undefined {
  if (head.length < RECORD_HEAD_BYTES || head.readUInt32LE(0) !== MAGIC) return undefined;
  return {
    bodyBytes: head.readUInt32LE(4),
    spanCount: head.readUInt32LE(8),
    format: head.readUInt32LE(12) === 1 ? 'json' : 'protobuf',
    checksum: head.readUInt32LE(16),
  };
}

/** True when head and body are those that were written together. */
export function isWhole(head: Buffer, body: Buffer): boolean {
  return crc32(body, crc32(head.subarray(0, CHECKED_BYTES))) === head.readUInt32LE(16);
}
