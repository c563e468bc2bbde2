import { CostspanError } from '@costspan/usage';

/** Keys remembered at once: about 100 MB. */
const KEYS_MAX = 1_000_000;

/**
 * Numbers equal keys: 0 for the first, 1 for the second. An export may hold two rows of one bucket that are alike in every
 * column, and they are two.
 */
export class Occurrences {
  readonly #seen = new Map<string, number>();

  /** @throws CostspanError `BACKFILL_TOO_LARGE` when more keys are asked for than are remembered. */
  next(key: string): number {
    const occurrence = this.#seen.get(key) ?? 0;
    if (occurrence === 0 && this.#seen.size === KEYS_MAX) {
      throw new CostspanError(
        'BACKFILL_TOO_LARGE',
        `more than ${KEYS_MAX.toLocaleString('en-US')} buckets in one CSV file; split it by time and give the parts`,
      );
    }
    this.#seen.set(key, occurrence + 1);
    return occurrence;
  }
}
