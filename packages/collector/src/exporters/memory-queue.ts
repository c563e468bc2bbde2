import { type Parcel, type ParcelQueue, QueueFullError } from './parcel-queue.ts';

/** A queue that ends with the process. What does not fit is refused; what waits stays. */
export class MemoryQueue implements ParcelQueue {
  readonly isDurable = false;
  readonly #bytesMax: number;
  readonly #parcels: Parcel[] = [];
  #bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  async push(parcel: Parcel): Promise<void> {
    if (this.#bytes + parcel.body.length > this.#bytesMax) {
      throw new QueueFullError(`its queue of ${this.#bytesMax} bytes is full`);
    }
    this.#bytes += parcel.body.length;
    this.#parcels.push(parcel);
  }

  async oldest(bytesMax: number): Promise<readonly Parcel[]> {
    let bytes = 0;
    const end = this.#parcels.findIndex(({ body }) => {
      bytes += body.length;
      return bytes > bytesMax;
    });
    return this.#parcels.slice(0, end < 0 ? undefined : Math.max(end, 1));
  }

  done(count: number): void {
    for (const { body } of this.#parcels.splice(0, count)) this.#bytes -= body.length;
  }

  async close(): Promise<number> {
    return this.#parcels.splice(0).reduce((spans, { spanCount }) => spans + spanCount, 0);
  }
}
