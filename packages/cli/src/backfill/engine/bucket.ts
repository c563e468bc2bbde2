import type { Finding } from '@costspan/usage';
import type { RowReader } from './row-reader.ts';

export const NOT_OVER = 'a bucket that is not over yet: export it again when it is';

export interface UsageBucket {
  readonly startUs: number;
  readonly endUs: number;
  /** `1m`, `1h`, `1d`; other lengths in seconds. */
  readonly width: string;
}

export type ReadBucket =
  | ({ readonly kind: 'over' } & UsageBucket)
  | { readonly kind: 'not-over' }
  | { readonly kind: 'unreadable'; readonly findings: readonly Finding[] };

const WIDTHS: ReadonlyMap<number, string> = new Map([
  [60, '1m'],
  [3600, '1h'],
  [86_400, '1d'],
]);

/** The time a sum is about, from the fields that state it. */
export function bucketOf(row: RowReader, start: string, end: string, nowMs: number): ReadBucket {
  const startUs = row.requiredInstantUs(start);
  const endUs = row.requiredInstantUs(end);
  if (startUs !== undefined && endUs !== undefined && endUs <= startUs) {
    row.findings.push({ at: end, code: 'BUCKET_EMPTY', message: `does not come after ${start}` });
  }
  if (startUs === undefined || endUs === undefined || endUs <= startUs)
    return { kind: 'unreadable', findings: row.findings };
  if (endUs > nowMs * 1000) return { kind: 'not-over' };
  const seconds = (endUs - startUs) / 1e6;
  return { kind: 'over', startUs, endUs, width: WIDTHS.get(seconds) ?? `${seconds}s` };
}
