import type { AppendResult, Ledger, PricedCall } from './ledger/ledger.ts';

/** Keeps calls in a map; what it does with a batch can be replaced. Nothing can be asked of it. */
export class FakeLedger {
  readonly kept = new Map<string, PricedCall>();
  closed = false;
  write: (batch: readonly PricedCall[]) => Promise<AppendResult> = async (batch) => this.keep(batch);

  keep(batch: readonly PricedCall[]): AppendResult {
    const before = this.kept.size;
    for (const priced of batch) {
      const id = `${priced.call.traceId}-${priced.call.spanId}`;
      if (!this.kept.has(id)) this.kept.set(id, priced);
    }
    const inserted = this.kept.size - before;
    return { inserted, duplicates: batch.length - inserted, superseded: 0, expired: 0 };
  }

  asLedger(): Ledger {
    const append: Ledger['append'] = (batch) => this.write(batch);
    const close = async (): Promise<void> => {
      this.closed = true;
    };
    return { append, close } as Ledger;
  }
}
