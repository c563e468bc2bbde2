import { ExactSum } from './exact-sum.ts';

/** Counts of durations below fixed bounds, as Prometheus' classic histograms have them. */
export class Histogram {
  /** Upper bounds in microseconds, ascending; a value on a bound is below it. */
  readonly boundsUs: readonly number[];
  /** How many were in each bucket, not cumulative; the last is beyond every bound. */
  readonly counts: number[];
  readonly sumUs = new ExactSum();
  count = 0;

  constructor(boundsUs: readonly number[]) {
    this.boundsUs = boundsUs;
    this.counts = new Array<number>(boundsUs.length + 1).fill(0);
  }

  add(durationUs: number): void {
    let bucket = 0;
    while (bucket < this.boundsUs.length && durationUs > (this.boundsUs[bucket] as number)) bucket += 1;
    this.counts[bucket] = (this.counts[bucket] as number) + 1;
    this.sumUs.add(durationUs);
    this.count += 1;
  }
}
