import type { AddedCall } from '../ledger/billed-change.ts';
import { Histogram } from './histogram.ts';
import { labelSet } from './label-set.ts';
import type { MetricFamily } from './metric-family.ts';

const SECOND_US = 1_000_000;
/** From a batch that leaves every second to a sender that was cut off for an hour. */
const BOUNDS_US = [1, 2, 5, 10, 30, 60, 120, 300, 900, 3600].map((seconds) => seconds * SECOND_US);

/** How long it took from the end of a call to its place in the ledger: what a budget cannot know of yet. */
export class MeteringLag {
  readonly #histogram = new Histogram(BOUNDS_US);

  /** `receivedAtUs` is when the ledger took the call in. A sender's clock that runs ahead makes no negative lag. */
  add({ call }: AddedCall, receivedAtUs: number): void {
    this.#histogram.add(Math.max(0, receivedAtUs - call.startedAtUs - call.durationUs));
  }

  families(): readonly MetricFamily[] {
    return [
      {
        kind: 'histogram',
        name: 'costspan_collector_metering_lag_seconds',
        help: 'How long it took from the end of a call until the ledger had it.',
        points: [{ labels: labelSet([]), histogram: this.#histogram }],
      },
    ];
  }
}
