import type { AppendResult } from '../ledger/ledger.ts';
import type { Notices } from '../notices.ts';
import type { SelfMetrics } from '../self-metrics.ts';
import type { IntakeWatch } from './intake.ts';

/** How long a failed write keeps the collector unready. Only the next write can tell whether it is over. */
const TROUBLE_MS = 10_000;

/** Counts what the ledger took, and tells the operator once when it cannot. */
export class LedgerTrouble implements IntakeWatch {
  readonly #metrics: SelfMetrics;
  readonly #notices: Notices;
  #last: { readonly atMs: number; readonly message: string } | undefined;

  constructor(metrics: SelfMetrics, notices: Notices) {
    this.#metrics = metrics;
    this.#notices = notices;
  }

  stored({ inserted, duplicates, superseded, expired }: AppendResult): void {
    this.#last = undefined;
    this.#metrics.add('callsRecorded', inserted);
    this.#metrics.add('callsDuplicate', duplicates);
    this.#metrics.add('callsSuperseded', Math.max(0, superseded));
    this.#metrics.add('callsExpired', expired);
    this.#notices.over('ledger', 'the ledger can be written again');
  }

  failed(cause: unknown, isKept: boolean): void {
    this.#metrics.add('ledgerFailures');
    const why = cause instanceof Error ? cause.message : String(cause);
    this.#last = { atMs: Date.now(), message: `the ledger could not be written: ${why}` };
    const meanwhile = isKept
      ? 'calls wait in the journal beside it and are tried again'
      : 'batches are answered 503 and come again';
    this.#notices.once('ledger', `the ledger cannot be written, so ${meanwhile}: ${why}`);
  }

  setAside(): void {
    this.#metrics.add('journalRefused');
  }

  /** What is wrong with the ledger, as far as writing showed in the last seconds; `undefined` when nothing is. */
  reason(nowMs: number): string | undefined {
    return this.#last !== undefined && nowMs - this.#last.atMs < TROUBLE_MS ? this.#last.message : undefined;
  }
}
