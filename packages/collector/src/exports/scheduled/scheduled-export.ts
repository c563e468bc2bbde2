import type { FocusVersion } from '@costspan/pricing';
import type { ExportFormat } from '../export-query.ts';
import type { S3Place } from './s3-store.ts';

export const EXPORT_INTERVALS = ['hour', 'day', 'month'] as const;
export type ExportInterval = (typeof EXPORT_INTERVALS)[number];

/** An export that is made by itself. */
export interface ScheduledExport {
  readonly name: string;
  readonly format: ExportFormat;
  readonly version: FocusVersion;
  readonly locale?: string;
  /** Length of a period, in UTC. */
  readonly every: ExportInterval;
  /** How long after its end a period is exported: calls that come later are in none. */
  readonly delayMs: number;
  /** Periods before the last one that are made up for when they are missing. */
  readonly catchUp: number;
  readonly to: { readonly directory: string } | { readonly s3: S3Place };
}

export interface ExportPeriod {
  readonly fromUs: number;
  readonly toUs: number;
  /** `2026-10-01`, of hours `2026-10-01T13`, of months `2026-10`. */
  readonly label: string;
}

const HOUR_MS = 3_600_000;
const LABEL_LENGTH: { readonly [I in ExportInterval]: number } = { hour: 13, day: 10, month: 7 };

/** The periods that are over for long enough, the oldest first. */
export function duePeriods({ every, delayMs, catchUp }: ScheduledExport, nowMs: number): ExportPeriod[] {
  const periods: ExportPeriod[] = [];
  let toMs = startOf(every, nowMs - delayMs);
  for (let index = 0; index <= catchUp && toMs > 0; index += 1) {
    const fromMs = startOf(every, toMs - 1);
    const label = new Date(fromMs).toISOString().slice(0, LABEL_LENGTH[every]);
    periods.unshift({ fromUs: fromMs * 1000, toUs: toMs * 1000, label });
    toMs = fromMs;
  }
  return periods;
}

function startOf(every: ExportInterval, ms: number): number {
  if (every === 'month') {
    const date = new Date(ms);
    return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1);
  }
  const length = every === 'hour' ? HOUR_MS : 24 * HOUR_MS;
  return Math.floor(ms / length) * length;
}
