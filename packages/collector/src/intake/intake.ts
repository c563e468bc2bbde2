import type { AppendResult, ContextSpan, Ledger, PricedCall } from '../ledger/ledger.ts';

/** Where the pipeline leaves what it has read. */
export interface Intake {
  /**
   * Resolves when all of it is durable; a question that is asked after that has it in its answer.
   * @throws LedgerUnavailableError when nothing of it was kept; giving the same again is always right.
   */
  accept(calls: readonly PricedCall[], contexts: readonly ContextSpan[]): Promise<void>;
}

/** Told what becomes of the calls. */
export interface IntakeWatch {
  stored(result: AppendResult): void;
  /** The ledger could not be written. `isKept`: what it should have taken is durable and will be tried again. */
  failed(cause: unknown, isKept: boolean): void;
  /** A record of an earlier run that the ledger does not take is kept in a file beside the journal. */
  setAside(): void;
}

/** Durable when the ledger has committed it. */
export function directIntake(ledger: Pick<Ledger, 'append'>, watch: IntakeWatch): Intake {
  return {
    async accept(calls, contexts) {
      try {
        watch.stored(await ledger.append(calls, contexts));
      } catch (cause) {
        watch.failed(cause, false);
        throw cause;
      }
    },
  };
}
