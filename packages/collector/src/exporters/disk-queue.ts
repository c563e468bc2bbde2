import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CostspanError } from '@costspan/usage';
import { CursorFile, type Place } from './cursor-file.ts';
import { type Parcel, type ParcelQueue, QueueFullError } from './parcel-queue.ts';
import { RECORD_HEAD_BYTES } from './parcel-record.ts';
import { Segment, segmentNumber } from './segment.ts';

export interface DiskQueueOptions {
  /** Directory of this queue alone. */
  readonly path: string;
  /** Most bytes on disk; beyond them the oldest segment goes. */
  readonly bytesMax: number;
  /** Most bytes in memory that wait to be written. */
  readonly memoryBytesMax: number;
  /** Spans that were dropped to make room, or that stood behind damage. */
  readonly onLost: (spanCount: number, reason: string) => void;
}

/** A segment is no larger, so that dropping the oldest one drops little. */
const SEGMENT_BYTES_MAX = 16 * 1024 * 1024;
const SEGMENTS_MIN = 8;
/** A power cut loses what came in this last while; the death of the process alone loses nothing. */
const SYNC_INTERVAL_MS = 1000;
/**
 * A queue that is still there after the process ends, however it ends. A parcel is written to its file before `push`
 * resolves, so kill −9 loses none; the file is flushed to the disk every second. Where the reader is stands in a file of
 * its own, written after the fact: what was delivered just before the end is delivered again, and nothing is left out.
 */
export class DiskQueue implements ParcelQueue {
  readonly isDurable = true;
  /** Spans that an earlier run left. */
  readonly foundSpans: number;
  /** Oldest first; the last one is written to. */
  readonly #segments: Segment[];
  readonly #options: DiskQueueOptions;
  readonly #cursor: CursorFile;
  readonly #syncing: NodeJS.Timeout;
  /** One thing at a time is done to the files. */
  #turn: Promise<unknown> = Promise.resolve();
  #waitingBytes = 0;
  /** Where the first record is that is not done. */
  #place: Place;
  #handed: Handed[] = [];
  #isUnsynced = false;

  private constructor(options: DiskQueueOptions, cursor: CursorFile, segments: Segment[], place: Place) {
    this.#options = options;
    this.#cursor = cursor;
    this.#segments = segments;
    this.#place = place;
    this.foundSpans = segments.reduce((spans, { spansLeft }) => spans + spansLeft, 0);
    this.#syncing = setInterval(() => void this.#sync(), SYNC_INTERVAL_MS).unref();
  }

  /** @throws CostspanError `QUEUE_UNAVAILABLE` when the directory cannot be made, read or written. */
  static async open(options: DiskQueueOptions): Promise<DiskQueue> {
    const { path } = options;
    try {
      await mkdir(path, { recursive: true });
      const { cursor, place } = await CursorFile.open(join(path, 'cursor'));
      const numbers = (await readdir(path)).flatMap((name) => segmentNumber(name) ?? []).sort((a, b) => a - b);
      const segments: Segment[] = [];
      for (const number of numbers) {
        const segment = await Segment.load(path, number, number === place.number ? place.at : 0);
        if (number < place.number || segment.spansLeft === 0) await segment.remove();
        else segments.push(segment);
      }
      // Never one that a cursor of before could point into.
      segments.push(await Segment.create(path, Math.max(place.number, numbers.at(-1) ?? 0) + 1));
      return new DiskQueue(options, cursor, segments, place);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new CostspanError('QUEUE_UNAVAILABLE', `the queue ${path} cannot be opened: ${why}`, { cause });
    }
  }

  async push(parcel: Parcel): Promise<void> {
    const { memoryBytesMax } = this.#options;
    const bytes = parcel.body.length;
    if (this.#waitingBytes + bytes > memoryBytesMax) {
      throw new QueueFullError(`${memoryBytesMax} bytes wait already for the disk of its queue`);
    }
    this.#waitingBytes += bytes;
    try {
      await this.#inTurn(async () => {
        await this.#makeRoom(RECORD_HEAD_BYTES + bytes);
        await this.#last.append(parcel);
        this.#isUnsynced = true;
      });
    } finally {
      this.#waitingBytes -= bytes;
    }
  }

  oldest(bytesMax: number): Promise<readonly Parcel[]> {
    return this.#inTurn(async () => {
      const parcels: Parcel[] = [];
      this.#handed = [];
      let bytes = 0;
      let { at } = this.#place;
      for (const segment of this.#segments) {
        if (segment.number !== this.#place.number) at = 0;
        while (at < segment.bytes) {
          const parcel = await segment.read(at);
          if (parcel === undefined) {
            if (parcels.length > 0) return parcels;
            this.#options.onLost(segment.spansLeft, 'its queue on disk is damaged');
            segment.cutAt(at);
            break;
          }
          bytes += parcel.body.length;
          if (parcels.length > 0 && bytes > bytesMax) return parcels;
          at += RECORD_HEAD_BYTES + parcel.body.length;
          parcels.push(parcel);
          this.#handed.push({ segment, end: at, spanCount: parcel.spanCount });
        }
      }
      return parcels;
    });
  }

  done(count: number): void {
    for (const { segment, end, spanCount } of this.#handed.splice(0, count)) {
      segment.spansLeft -= spanCount;
      // A segment that had to make room meanwhile is gone, and the place is beyond it.
      if (segment.number >= this.#first.number) this.#place = { number: segment.number, at: end };
    }
    this.#cursor.save(this.#place);
    void this.#inTurn(async () => {
      while (this.#first.number < this.#place.number) await this.#segments.shift()?.remove();
    }).catch(() => {
      // A file that could not be removed is behind the cursor, and the next start removes it.
    });
  }

  close(): Promise<number> {
    clearInterval(this.#syncing);
    return this.#inTurn(async () => {
      for (const segment of this.#segments) {
        if (segment.spansLeft === 0) await segment.remove();
        else await segment.sync().then(() => segment.close());
      }
      await this.#cursor.close();
      return 0;
    });
  }

  get #first(): Segment {
    return this.#segments[0] as Segment;
  }

  get #last(): Segment {
    return this.#segments.at(-1) as Segment;
  }

  /** Begins a new segment when the last is full, and drops the oldest ones while all together would be too large. */
  async #makeRoom(bytes: number): Promise<void> {
    const { path, bytesMax, onLost } = this.#options;
    if (bytes > bytesMax) throw new QueueFullError(`a body of ${bytes} bytes is larger than its queue of ${bytesMax}`);
    const held = (): number => this.#segments.reduce((sum, segment) => sum + segment.bytes, 0);
    const segmentBytesMax = Math.min(SEGMENT_BYTES_MAX, Math.ceil(bytesMax / SEGMENTS_MIN));
    const isFull = this.#last.bytes > 0 && this.#last.bytes + bytes > segmentBytesMax;
    if (isFull || (this.#segments.length === 1 && held() + bytes > bytesMax)) {
      const { number } = this.#last;
      await this.#last.sync();
      this.#segments.push(await Segment.create(path, number + 1));
    }
    while (held() + bytes > bytesMax && this.#segments.length > 1) {
      const dropped = this.#segments.shift() as Segment;
      if (this.#place.number <= dropped.number) this.#place = { number: this.#first.number, at: 0 };
      const onTheirWay = this.#handed.filter(({ segment }) => segment === dropped);
      const spans = dropped.spansLeft - onTheirWay.reduce((sum, { spanCount }) => sum + spanCount, 0);
      if (spans > 0) onLost(spans, `its queue of ${bytesMax} bytes on disk is full; the oldest spans go first`);
      await dropped.remove();
    }
  }

  async #sync(): Promise<void> {
    if (!this.#isUnsynced) return;
    this.#isUnsynced = false;
    // What cannot be flushed stays in the memory of the system; the next write tells when the disk is in trouble.
    await this.#last.sync().catch(() => {});
  }

  #inTurn<Result>(work: () => Promise<Result>): Promise<Result> {
    const turn = this.#turn.then(work, work);
    this.#turn = turn;
    return turn;
  }
}

interface Handed {
  readonly segment: Segment;
  /** Where its record ends. */
  readonly end: number;
  readonly spanCount: number;
}
