import type { OtlpFormat } from '../otlp/traces.ts';

/** A request body on its way out. */
export interface Parcel {
  readonly body: Buffer;
  readonly format: OtlpFormat;
  readonly spanCount: number;
}

/**
 * What waits for delivery, oldest first. One reader: it asks for the oldest parcels and says how many of them are done
 * before it asks again. Every implementation runs `parcel-queue.contract.ts`.
 */
export interface ParcelQueue {
  /** True when what waits is still there after the process ends. */
  readonly isDurable: boolean;
  /** Resolves when the parcel is queued. @throws QueueFullError, or the error of the disk; then it is not. */
  push(parcel: Parcel): Promise<void>;
  /** The oldest parcels, at least one and otherwise of `bytesMax` together; none when nothing waits. */
  oldest(bytesMax: number): Promise<readonly Parcel[]>;
  /** The first `count` of the parcels last asked for are delivered or given up. */
  done(count: number): void;
  /** Releases everything. Resolves with how many spans are lost by it. */
  close(): Promise<number>;
}

/** The parcel does not fit. */
export class QueueFullError extends Error {
  override readonly name = 'QueueFullError';
}
